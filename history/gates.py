"""Who gets in to a page of the desk, and what happens to somebody whose session has ended meanwhile."""

from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse

# Drafts are nobody else's to read, but the way back to what was typed must not lead over the network.
BACK_BUTTON = "private, no-cache, must-revalidate"


def sign_in_of(request):
    """Return the address of the sign-in page; it says so when something typed was not saved."""
    return reverse("account_login") + ("?unsaved=1" if request.method == "POST" else "")


def keeping_what_was_typed(view):
    """Wrap a page of the admin: signed out, its form is not swallowed; the Back button still has its text."""

    @wraps(view)
    def kept(request, *args, **kwargs):
        if request.method == "POST" and not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), sign_in_of(request))
        response = view(request, *args, **kwargs)
        response.headers["Cache-Control"] = BACK_BUTTON
        return response

    return kept


def page_for(may_see):
    """Let in those of whom `may_see` says so; others learn nothing about what is there, whatever the method."""

    def gate(view):
        @wraps(view)
        def guarded(request, *args, **kwargs):
            if not request.user.is_authenticated:
                return redirect_to_login(_page_of(request), sign_in_of(request))
            if not may_see(request.user):
                raise Http404
            try:
                return view(request, *args, **kwargs)
            except PermissionDenied as refused:
                return render(request, "reviews/forbidden.html", {"sentence": str(refused)}, status=403)
            except Http404:
                return render(request, "reviews/not_found.html", status=404)

        return guarded

    return gate


def _page_of(request):
    """The page to return to after signing in: a verb's address answers POST only, its parent is the page."""
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    return request.path.rstrip("/").rpartition("/")[0] + "/"
