"""Asking for letters, confirming, stopping. Nobody signs in, no cookie is set: who has the link has the right.

Links are opened by machines, too, that look for malice in letters; so opening one shows a page, and only its button
acts. The forms are exempt from the CSRF check, which would need a cookie (docs/decisions/0022, RFC 8058).
"""

from functools import wraps

from django.core.signing import BadSignature
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from library import asking, frame, withheld
from library.scopes import letters_of
from mailroom import folder
from readers import followed, limits, links, mailboxes, subscriptions
from readers.refusals import Ended, TooMany
from readers.report_views import unkept
from readers.subscription_forms import FollowForm

LARGEST_POST = 10_000  # bytes: an address, a pace and a token
WRONG, NOT_HERE, NOWHERE, GONE, TOO_LARGE, TOO_MANY = 400, 403, 404, 410, 413, 429


@unkept
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def new(request):
    """The form, and the same answer to everybody who sends it."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_POST:
        return page("readers/subscription_nothing.html", {"why": "large"}, TOO_LARGE)
    try:
        thing = followed.find(request.GET)
    except Http404:
        return page("readers/subscription_nothing.html", {"why": "unknown"}, NOWHERE)
    except asking.Unclear as problem:
        return page("readers/subscription_nothing.html", {"why": "unclear", "sentence": str(problem)}, WRONG)
    except withheld.Unavailable as found:
        return withheld.answer(request, found)
    return _ask(request, thing) if request.method == "POST" else _form(thing, FollowForm.drawn_now())


def _ask(request, thing):
    """Answer with a page, not a redirect: the address would have to stand in it, and then in logs."""
    form = FollowForm(request.POST)
    if not form.is_valid():
        return _form(thing, form, WRONG)
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        form.refuse("This was sent from a page of another site. If it was you, please send it once more from here.")
        return _form(thing, form, NOT_HERE)
    asked = form.cleaned_data
    try:
        subscriptions.ask(asked["address"], thing.scope, asked["pace"], network=limits.network_of(request))
    except TooMany as refused:
        form.refuse(str(refused))
        return _form(thing, form, TOO_MANY)
    told = {"thing": thing, "address": mailboxes.shown(asked["address"]), "again": letters_of(thing.scope)}
    return page("readers/subscription_asked.html", {**told, "folder": folder.of_demo()})


def _form(thing, form, status=200):
    form.action = letters_of(thing.scope)
    return page("readers/subscription_new.html", {"thing": thing, "form": form}, status)


def from_letter(read):
    """Make `view(request, found, token)` the page behind a link, whose token `read` turns into what it is about."""

    def make(view):
        @unkept
        @csrf_exempt
        @wraps(view)
        def opened(request, token):
            try:
                found = read(token)
                if found is None:
                    raise Ended
                return view(request, found, token)
            except BadSignature:
                return page("readers/subscription_ended.html", {"is_link": False}, NOWHERE)
            except Ended:
                return page("readers/subscription_ended.html", {"is_link": True}, GONE)

        return opened

    return make


@from_letter(lambda token: links.subscription_of(token, links.CONFIRM))
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request, subscription, token):
    """The button that confirms, and after it all that the address follows."""
    if request.method == "POST":
        subscriptions.confirm(subscription)
        return redirect(links.to_all(subscription.subscriber) + "?now=confirmed")
    if subscription.confirmed_at:
        return redirect(links.to_all(subscription.subscriber))
    return page("readers/subscription_confirm.html", {**_named(subscription), "token": token})


@unkept
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request, token):
    """The button that stops one subscription; mail programs send its POST by themselves (RFC 8058).

    A POST is answered with 200 and no redirect also when all was over before, so that none of them tries again.
    """
    try:
        subscription = links.subscription_of(token, links.STOP)
    except BadSignature:
        return page("readers/subscription_ended.html", {"is_link": False}, NOWHERE)
    if subscription is None:
        return page("readers/subscription_ended.html", {"is_link": True}, 200 if request.method == "POST" else GONE)
    if request.method != "POST":
        return page("readers/subscription_stop.html", {**_named(subscription), "token": token})
    return stopped(subscription)


def stopped(subscription, all_of_them=""):
    """Stop it, and say so with the way back; `all_of_them` is the path of the page that the reader came from."""
    told = {**_named(subscription), "all": all_of_them}
    try:
        back = subscriptions.stop(subscription)
    except Ended:
        return page("readers/subscription_ended.html", {"is_link": True})
    return page("readers/subscription_stopped.html", {**told, "back": back})


@unkept
@csrf_exempt
@require_POST
def again(request):
    """Bring back what was stopped within the hour; it opens nothing else of the address."""
    try:
        subscription = subscriptions.bring_back(request.POST.get("back", ""))
    except BadSignature:
        return page("readers/subscription_ended.html", {"is_link": False}, NOWHERE)
    except Ended:
        return page("readers/subscription_ended.html", {"is_link": True}, GONE)
    return page("readers/subscription_back.html", _named(subscription))


def _named(subscription):
    scope = subscription.scope
    name = followed.names([scope])[scope]
    return {"subscription": subscription, "name": name, "form_address": letters_of(scope)}


def page(template, context, status=200):
    return HttpResponse(frame.draw(template, context), status=status)
