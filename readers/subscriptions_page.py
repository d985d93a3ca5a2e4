"""The page of everything that one address follows, for who has its link, and what can be done there."""

import re

from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from library.scopes import page_of
from readers import followed, links, mailboxes, subscriptions
from readers.models import Subscription
from readers.refusals import Ended
from readers.subscription_views import from_letter, page, stopped

Pace = Subscription.Pace
NOW = {"confirmed": "Confirmed. Letters come from now on.", "pace": "Changed.", "": ""}
NUMBER = re.compile("[0-9]{1,18}")
opened = from_letter(links.subscriber_of)


@opened
@require_safe
def listed(request, subscriber, token):
    """What the address follows, what it has not confirmed, and the buttons for each."""
    rows = list(subscriber.subscriptions.in_force())
    names = followed.names(row.scope for row in rows)
    context = {
        "address": mailboxes.shown(subscriber.address),
        "confirmed": [_shown(row, names) for row in rows if row.confirmed_at],
        "pending": [_shown(row, names) for row in rows if not row.confirmed_at],
        "token": token,
        "said": NOW.get(request.GET.get("now", ""), ""),
    }
    return page("readers/subscriptions.html", context)


def _shown(row, names):
    other = Pace.WEEKLY if row.pace == Pace.IMMEDIATE else Pace.IMMEDIATE
    return {"row": row, "name": names[row.scope], "href": page_of(row.scope), "other_pace": other.value}


@opened
@require_POST
def confirm(request, subscriber, token):
    """The link came by letter to the address, so what was asked for meanwhile needs no letter of its own."""
    subscriptions.confirm(_chosen(request, subscriber))
    return redirect(f"{links.to_all(subscriber)}?now=confirmed")


@opened
@require_POST
def pace(request, subscriber, token):
    chosen = _chosen(request, subscriber)
    wanted = request.POST.get("pace", "")
    if wanted in Pace.values:
        subscriptions.change_pace(chosen, wanted)
    return redirect(f"{links.to_all(subscriber)}?now=pace")


@opened
@require_POST
def stop(request, subscriber, token):
    chosen = _chosen(request, subscriber)
    others = subscriber.subscriptions.in_force().exclude(pk=chosen.pk)
    return stopped(chosen, links.to_all(subscriber) if others.exists() else "")


@opened
@require_POST
def stop_all(request, subscriber, token):
    """Erase the address at once."""
    subscriptions.stop_all(subscriber)
    return page("readers/subscription_all_stopped.html", {"address": mailboxes.shown(subscriber.address)})


def _chosen(request, subscriber):
    """The subscription that a button was about. Raises Ended for one that is there no longer, or is not theirs."""
    asked = request.POST.get("subscription", "")
    theirs = subscriber.subscriptions.in_force().select_related("subscriber")
    found = theirs.filter(pk=int(asked)).first() if NUMBER.fullmatch(asked) else None
    if found is None:
        raise Ended
    return found
