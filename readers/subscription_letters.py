"""What subscribers are written: plain text, with the way out of it in every letter.

The letter that asks an address repeats nothing that was typed into the form but the address itself: nobody has proved
yet that it is theirs, and a search is words of anybody's.
"""

from django.conf import settings

from library import feeds, lookups
from library.addresses import LATEST
from library.changes import Change
from library.scopes import Followed, Scope, page_of
from readers import followed, links, messages
from readers.messages import Message
from readers.models import Subscription

ASKED = "asked"  # in what the letter that asks is about
MOST = 20  # changes told in full in one letter
LONGEST_SUBJECT = 150
IN_WORDS = {Subscription.Pace.IMMEDIATE: "at once", Subscription.Pace.WEEKLY: "once a week"}


def of_asking(subscription: Subscription) -> None:
    """Ask the address whether it wants this; of what it follows already, tell that it does."""
    subscriber, position = subscription.subscriber, lookups.newest_position()
    about = f"{subscription.about}{ASKED}/{subscriber.asked_at.isoformat()}"
    messages.write(subscriber.address, about=about, **asking(subscription), position=position)


def asking(subscription: Subscription) -> dict[str, str]:
    """Return subject and text of the letter that asks."""
    scope = subscription.scope
    name = "a search in the library" if scope.of == Followed.SEARCH else followed.names([scope])[scope]
    subject, text = (_already if subscription.confirmed_at else _confirm)(subscription, name)
    return {"subject": subject, "text": text}


def _confirm(subscription: Subscription, name: str) -> tuple[str, str]:
    text = (
        f"Somebody, probably you, asked Anteroom to write to this address when something changes in {name}.\n\n"
        f"To have these letters, open this page within 48 hours and press its button:\n"
        f"{_absolute(links.of(links.CONFIRM, subscription))}\n\n"
        "If it was not you, do nothing. No other letter comes, and the address is erased in 48 hours.\n"
    )
    return "Please confirm: letters from Anteroom", text


def _already(subscription: Subscription, name: str) -> tuple[str, str]:
    text = (
        f"Somebody, probably you, asked Anteroom to write to this address when something changes in {name}. It does "
        f"so already, {IN_WORDS[subscription.pace]}, and nothing was changed.\n\n"
        "All that this address follows, how often letters come, and how to stop them:\n"
        f"{_absolute(links.to_all(subscription.subscriber))}\n"
    )
    return "You follow this already", text


def of_changes(subscription: Subscription, name: str, told: list[Change], until: int, position: int) -> Message:
    """Return the letter that tells what changed in what is called `name`, newest first.

    It begins after the subscription's position and ends at `until`; `position` is the ledger's last that it knows of.
    """
    return Message(
        address=subscription.subscriber.address,
        about=f"{subscription.about}{until}",
        **words(subscription, name, told),
        unsubscribe=links.of(links.STOP, subscription),
        position=position,
        after=subscription.position,
    )


def words(subscription: Subscription, name: str, told: list[Change]) -> dict[str, str]:
    """Return subject and text of the letter that tells what changed."""
    text = f"{body(subscription.scope, told)}\n\n\n{_foot(subscription, name)}"
    return {"subject": subject(name, told), "text": text}


def subject(name: str, told: list[Change]) -> str:
    """Return the change itself where there is one, else how many there are, in one line."""
    words = feeds.headline(told[0]) if len(told) == 1 else f"{len(told)} changes in {name}"
    line = " ".join(words.split())
    return line if len(line) <= LONGEST_SUBJECT else line[: LONGEST_SUBJECT - 1].rstrip() + "…"


def body(scope: Scope, told: list[Change]) -> str:
    """Return what changed, each with its note and addresses; after MOST of them how many more, and where."""
    parts = [_told(change) for change in told[:MOST]]
    if len(told) > MOST:
        place = page_of(scope) if scope.of == Followed.FAMILY else LATEST.to("changes")
        parts.append(f"And {len(told) - MOST} more: {_absolute(place)}")
    return "\n\n".join(parts)


def _told(change: Change) -> str:
    day = f"{change.time:%Y-%m-%d}"
    people = f", {change.by.lower()} {', '.join(change.people)}" if change.people else ""
    lines = [feeds.headline(change), f"{day}{people}", feeds.summary(change)]
    if change.is_withheld:
        lines.append(f"Ledger: {_absolute(change.ledger())}")
    else:
        lines += [f"What changed: {_absolute(change.comparison)}"] if change.comparison else []
        lines.append(f"Page: {_absolute(change.page())}")
    return "\n".join(filter(None, lines))


def _foot(subscription: Subscription, name: str) -> str:
    return (
        f"-- \nThis address follows {name} at Anteroom and is told {IN_WORDS[subscription.pace]}.\n"
        f"Stop these letters: {_absolute(links.of(links.STOP, subscription))}\n"
        f"All that you follow: {_absolute(links.to_all(subscription.subscriber))}\n"
        "These two addresses are yours alone: leave them out when you pass a letter on.\n"
    )


def _absolute(path: str) -> str:
    return settings.SITE_ORIGIN + path
