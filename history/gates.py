"""What happens to somebody whose session has ended: the sign-in page knows whether they had sent something."""

from functools import wraps

from django.contrib.auth.views import redirect_to_login
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
