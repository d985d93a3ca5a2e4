"""Which event is told to whom, and in which words: one table from event to letter."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format

from accounts.models import User
from history.words import when
from mailroom import letters
from reviews.models import Event
from reviews.recipients import (
    Group,
    Told,
    administrators,
    chiefs,
    contributors,
    everybody,
    in_whose_name,
    may_sign,
    other,
    reviewers,
    submitter,
    the_room,
    writers,
)

What = Event.What
LONGEST_QUOTE = 600  # characters of a reason; the page has the rest


def to_item(event: Event) -> str:
    """The item's desk page; a source or family, which has none, is found in its history."""
    name = "desk:item" if event.kind in settings.ITEM_KINDS else "desk:timeline"
    return reverse(name, args=[event.kind, event.code])


def to_review(event: Event) -> str:
    return reverse("desk:review", args=[event.submission]) if event.submission else to_item(event)


def to_rules(event: Event) -> str:
    return reverse("desk:rules")


def to_withholdings(event: Event) -> str:
    return reverse("desk:withholdings")


def to_corrections(event: Event) -> str:
    return reverse("desk:corrections")


@dataclass(frozen=True)
class Telling:
    """One row of the table. In `subject` and `happened`, {who}, {it}, {title}, {code} and {kind} are filled in."""

    to: tuple[Group, ...]
    subject: str
    happened: str
    because: str
    to_do: str
    link: Callable[[Event], str] = to_item
    is_urgent: bool = False


NOTHING = "There is nothing you have to do."
YOURS = "You get this letter because you submitted it or wrote part of it."
DISCUSSED = "You get this letter because you submitted the text, wrote part of it or took part in the discussion."
YOU_ASKED = "You get this letter because you asked for it."
YOU_REVIEW = "You get this letter because you review."
YOU_ANSWER = "You get this letter because you answer for the library, or submitted the newest edition."
YOU_DECIDE = "You get this letter because withholding takes a chief editor and an administrator together."
PLANNED = "You get this letter because you submitted it, wrote part of it or are a chief editor."

# None: nobody is told. Whoever did it is not told of it, unless it came by itself in their name.
LETTERS: dict[str, Telling | None] = {
    What.SUBMITTED: Telling(
        to=(may_sign,),
        subject="For your review: {title}",
        happened="{who} submitted {it} for review.",
        because="You get this letter because you review and wrote no part of this text.",
        to_do="Read what changed, then sign it off or request changes.",
        link=to_review,
    ),
    What.CHANGES_REQUESTED: Telling(
        to=(submitter, contributors),
        subject="Changes requested: {title}",
        happened="{who} read {it} and asks for changes.",
        because=YOURS,
        to_do="Change the draft, then submit it again.",
    ),
    What.WITHDRAWN: Telling(
        to=(submitter, contributors),
        subject="Withdrawn from review: {title}",
        happened="{who} took {it} back from review.",
        because=YOURS,
        to_do=f"{NOTHING} The draft is kept and can be submitted again.",
    ),
    What.SIGNED_OFF: Telling(  # while a schedule waits: SIGNED_AND_PLANNED
        to=(submitter,),
        subject="Signed off, more needed: {title}",
        happened="{who} signed {it} off. It is published when the other sign-offs that it needs are given.",
        because="You get this letter because you submitted it.",
        to_do=NOTHING,
    ),
    What.OVERRIDDEN: Telling(
        to=(the_room,),
        subject="Published by override: {title}",
        happened="{who} published {it} without all the sign-offs that it needs.",
        because="Every editor, reviewer and chief editor is told of an override.",
        to_do="Read the text and the reason. If you see a mistake, tell the chief editors now.",
        is_urgent=True,
    ),
    What.PUBLISHED: Telling(
        to=(submitter, contributors),
        subject="Published: {title}",
        happened="{it} is published. {who} took the last step.",
        because=YOURS,
        to_do=NOTHING,
    ),
    What.RULE_CHANGED: Telling(
        to=(reviewers,),
        subject="The sign-off rule for {kind}s has changed",
        happened="{who} changed the sign-off rule for {kind}s.",
        because=YOU_REVIEW,
        to_do="Before you sign the next one, read what the rule asks for now.",
        link=to_rules,
    ),
    What.COMMENTED: Telling(
        to=(submitter, contributors, other),
        subject="Comment on {title}",
        happened="{who} commented on {it}.",
        because=DISCUSSED,
        to_do="Read the comment where it stands and answer it there.",
        link=to_review,
    ),
    What.REPLIED: Telling(
        to=(submitter, contributors, other),
        subject="Reply on {title}",
        happened="{who} replied to a comment on {it}.",
        because=DISCUSSED,
        to_do="Read the reply where it stands and answer it there.",
        link=to_review,
    ),
    What.RESOLVED: Telling(
        to=(submitter, contributors, other),
        subject="Comment resolved on {title}",
        happened="{who} resolved a comment on {it}.",
        because=DISCUSSED,
        to_do=f"{NOTHING} If the question is still open, open the comment again.",
        link=to_review,
    ),
    What.REOPENED: Telling(
        to=(submitter, contributors, other),
        subject="Comment opened again on {title}",
        happened="{who} opened a comment on {it} again.",
        because=DISCUSSED,
        to_do="Read the comment where it stands and answer it there.",
        link=to_review,
    ),
    What.ASSIGNED: Telling(
        to=(other,),
        subject="You are asked to review: {title}",
        happened="{who} asks you to review {it}.",
        because="You get this letter because the review was given to you.",
        to_do="Accept it, or decline with a reason so that somebody else can be asked.",
        link=to_review,
    ),
    What.CLAIMED: None,
    What.ACCEPTED: Telling(
        to=(other,),
        subject="Accepted: {title}",
        happened="{who} will review {it}.",
        because=YOU_ASKED,
        to_do=NOTHING,
        link=to_review,
    ),
    What.DECLINED: Telling(
        to=(other,),
        subject="Declined: {title}",
        happened="{who} will not review {it}.",
        because=YOU_ASKED,
        to_do="Ask somebody else.",
        link=to_review,
    ),
    What.UNASSIGNED: Telling(
        to=(other,),
        subject="No longer yours to review: {title}",
        happened="{who} took the review of {it} from you.",
        because="You get this letter because the review had been given to you.",
        to_do=NOTHING,
        link=to_review,
    ),
    What.DELEGATED: Telling(
        to=(other,),
        subject="Passed on to you: {title}",
        happened="{who} passed the review of {it} on to you.",
        because="You get this letter because the review is yours now.",
        to_do="Accept it, or decline with a reason so that somebody else can be asked.",
        link=to_review,
    ),
    What.SCHEDULED: Telling(
        to=(submitter, contributors, chiefs),
        subject="Publication scheduled: {title}",
        happened="{who} scheduled the publication of {it}.",
        because=PLANNED,
        to_do=f"{NOTHING} When it is due, everything is checked once more.",
    ),
    What.UNSCHEDULED: Telling(
        to=(submitter, contributors, chiefs),
        subject="No longer scheduled: {title}",
        happened="{who} took {it} off the schedule. It will not be published by itself.",
        because=PLANNED,
        to_do=NOTHING,
    ),
    What.SCHEDULE_FAILED: Telling(
        to=(submitter, contributors, chiefs),
        subject="Not published as scheduled: {title}",
        happened="{it} was due for publication and was not published.",
        because=PLANNED,
        to_do="Settle what stood in its way, then schedule it again or publish it.",
    ),
    What.CORRECTED: Telling(
        to=(reviewers,),
        subject="A correction to review: {title}",
        happened="{who} corrected {it}. What was published with it waits for review again.",
        because=YOU_REVIEW,
        to_do="Read the one change and the list of what it touches, then sign off.",
        link=to_corrections,
    ),
    What.CORRECTION_WAITS: Telling(
        to=(in_whose_name, chiefs),
        subject="A correction waits: {title}",
        happened="The correction that {who} made cannot go to review for {it}: with it that would not be ready.",
        because="You get this letter because you made the correction or are a chief editor.",
        to_do="Mend the draft and submit it; the correction is in it. Until then readers read the old wording.",
    ),
    What.CORRECTION_STOPPED: Telling(
        to=(writers,),
        subject="A correction was stopped: {title}",
        happened="{who} decided that the correction of {it} opens by itself for no text any more.",
        because="You get this letter because you wrote part of what was corrected.",
        to_do="If it was wrong, correct it once more. If it is right, open it for the texts that were left out.",
        link=to_corrections,
    ),
    What.REAFFIRMED: Telling(
        to=(chiefs, submitter),
        subject="Reaffirmed: {title}",
        happened="{who} reaffirmed {it}. It has a new review-by date.",
        because=YOU_ANSWER,
        to_do=NOTHING,
    ),
    What.RETIRED: Telling(
        to=(chiefs, submitter),
        subject="Retired: {title}",
        happened="{who} retired {it}. Readers still find it, marked as retired.",
        because=YOU_ANSWER,
        to_do=NOTHING,
    ),
    What.WITHHOLDING_PROPOSED: Telling(
        to=(chiefs, administrators),
        subject="Asked to withhold: {code}",
        happened="{who} asks for {it} to be withheld from readers.",
        because=YOU_DECIDE,
        to_do="Read the ground. An administrator confirms or refuses it.",
        link=to_withholdings,
    ),
    What.WITHHOLDING_REFUSED: Telling(
        to=(chiefs, administrators, other),
        subject="Not withheld: {code}",
        happened="{who} refused to withhold {it}. Readers still find it.",
        because=YOU_DECIDE,
        to_do=NOTHING,
        link=to_withholdings,
    ),
    What.WITHHELD: Telling(
        to=(everybody,),
        subject="Withheld: {code}",
        happened="Withheld is {it}. Readers are shown the ground instead of the text. {who} completed the decision.",
        because="Everybody here is told when something is withheld.",
        to_do="Do not pass the withheld text on.",
        is_urgent=True,
    ),
    What.ARCHIVED: Telling(
        to=(writers,),
        subject="Draft archived: {title}",
        happened="{who} archived the draft of {it}.",
        because="You get this letter because you wrote part of it.",
        to_do=f"{NOTHING} It can be recovered with everything that belongs to it.",
    ),
    What.RECOVERED: Telling(
        to=(writers,),
        subject="Draft recovered: {title}",
        happened="{who} recovered the draft of {it}.",
        because="You get this letter because you wrote part of it.",
        to_do=NOTHING,
    ),
    What.SHARED: None,
    What.SHARE_REVOKED: None,
}

SIGNED_AND_PLANNED = Telling(
    to=(submitter,),
    subject="Signed off, publishes on {day}: {title}",
    happened="{who} signed {it} off. It publishes on {moment} if all sign-offs that it needs are given by then.",
    because="You get this letter because you submitted it.",
    to_do=NOTHING,
)

# What is decided on a submission, and the letters about it that are over then: they ask for what is past.
DECISIONS = {What.CHANGES_REQUESTED, What.WITHDRAWN, What.PUBLISHED}
OVER = {What.SUBMITTED, What.SIGNED_OFF, What.SCHEDULED}
# A request to review lasts from one submission of the item to the next, until an edition ends it. That somebody
# declined, and why, and that a review was taken from somebody are news for who was told otherwise: they stay.
OVER_WITH_AN_EDITION = {What.ASSIGNED, What.DELEGATED, What.ACCEPTED}

# What is withheld may be the title itself.
UNNAMED = {What.WITHHOLDING_PROPOSED, What.WITHHOLDING_REFUSED, What.WITHHELD}

_silence: ContextVar[bool] = ContextVar("silence", default=False)


@contextmanager
def silent() -> Iterator[None]:
    """Write no letters for what happens inside: a starter library signed off by invented people tells nobody."""
    token = _silence.set(True)
    try:
        yield
    finally:
        _silence.reset(token)


def about(event: Event) -> None:
    """Write the letters that `event` makes due, in the caller's transaction."""
    is_told = event.what in DECISIONS and _take_back_what_is_over(event)
    told = Told(event)
    telling = _telling(told)
    if telling is None or is_told or _silence.get():
        return
    people = recipients(telling, told)
    if people:
        subject, text = words(telling, told)
        letters.write_to(
            people,
            about=_name(event.pk),
            subject=subject,
            text=text,
            link=telling.link(event),
            is_urgent=telling.is_urgent,
        )


def _telling(told: Told) -> Telling | None:
    is_signed = told.event.what == What.SIGNED_OFF
    return SIGNED_AND_PLANNED if is_signed and told.publishes_at else LETTERS[told.event.what]


def recipients(telling: Telling, told: Told) -> list[int]:
    """Return the ids of the people to tell: active, and not who did it."""
    wanted = reduce(or_, (group(told) for group in telling.to))
    people = User.objects.filter(wanted, is_active=True)
    if in_whose_name not in telling.to:
        people = people.exclude(pk=told.event.user_id)
    return list(people.order_by("pk").values_list("pk", flat=True).distinct())


def words(telling: Telling, told: Told) -> tuple[str, str]:
    """Return subject and text: what happened, the reason given, why it concerns the person, what to do."""
    event = told.event
    it = f"“{told.title}” ({event.code})"
    if event.what in UNNAMED:
        it = f"the {event.kind} {event.code}"
    facts = {"who": event.name, "it": it, "title": told.title, "code": event.code, "kind": event.kind}
    if moment := told.publishes_at:
        facts |= {"day": date_format(moment, "j F Y"), "moment": when(moment)}
    parts = [telling.happened.format(**facts), _quoted(event.reason), f"{telling.because} {telling.to_do}"]
    return telling.subject.format(**facts), "\n\n".join(part for part in parts if part)


def _quoted(reason: str) -> str:
    if len(reason) > LONGEST_QUOTE:
        reason = reason[:LONGEST_QUOTE].rstrip() + " …"
    return "\n".join(f"> {line}".rstrip() for line in reason.splitlines())


def _take_back_what_is_over(event: Event) -> bool:
    """Take the letters back that wait for a digest or a mail server and ask for what `event` has decided.

    Return whether it is a publication by override, of which everybody was told.
    """
    is_published = event.what == What.PUBLISHED
    wanted = Q(submission=event.submission, what__in=[*OVER, What.OVERRIDDEN])
    if is_published:
        wanted |= Q(what__in=OVER_WITH_AN_EDITION)
    found = Event.objects.filter(wanted, kind=event.kind, code=event.code).values_list("pk", "what")
    over = [_name(pk) for pk, what in found if what != What.OVERRIDDEN]
    letters.take_back(over, beginning=[f"review-due/{event.submission}/"])
    return is_published and len(over) < len(found)


def _name(pk: int) -> str:
    return f"event/{pk}"
