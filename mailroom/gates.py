"""The gate of the pages of letters. 404 hides, 403 says why."""

from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse

from mailroom import permissions


def letters_page(view):
    """Let in the staff; others learn nothing about what is there, whatever the method."""

    @wraps(view)
    def guarded(request, *args, **kwargs):
        if not request.user.is_authenticated:
            return redirect_to_login(_page_of(request), reverse("account_login"))
        if not permissions.may_read_letters(request.user):
            raise Http404
        try:
            return view(request, *args, **kwargs)
        except PermissionDenied as refused:
            return render(request, "mailroom/forbidden.html", {"sentence": str(refused)}, status=403)

    return guarded


def _page_of(request):
    """The page to return to after signing in: an address that answers POST only is none."""
    return request.get_full_path() if request.method in ("GET", "HEAD") else reverse("letters:mine")
