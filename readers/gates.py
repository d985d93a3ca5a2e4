"""The gate of the desk's pages of reports. 404 hides, 403 says why."""

from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import render

from history.gates import sign_in_of
from readers import permissions


def reports_page(view):
    """Let in who has work at the desk; others learn nothing about what is there, whatever the method."""

    @wraps(view)
    def guarded(request, *args, **kwargs):
        if not request.user.is_authenticated:
            return redirect_to_login(_page_of(request), sign_in_of(request))
        if not permissions.may_see_reports(request.user):
            raise Http404
        try:
            return view(request, *args, **kwargs)
        except PermissionDenied as refused:
            return render(request, "reviews/forbidden.html", {"sentence": str(refused)}, status=403)
        except Http404:
            return render(request, "reviews/not_found.html", status=404)

    return guarded


def _page_of(request):
    """The page to return to after signing in: a verb's address answers POST only, its parent is the page."""
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    return request.path.rstrip("/").rpartition("/")[0] + "/"
