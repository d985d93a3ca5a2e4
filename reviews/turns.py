"""Whose turn it is, why and since when: derived from submissions, assignments, sign-offs, absences; never stored."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from accounts.models import User
from history.words import when
from reviews.asked import Asked, Review
from reviews.models import Absence, Comment, Event, Submission
from reviews.staff import Staff
from reviews.state import Item
from reviews.written import Written

ANY_REVIEWER = "Any reviewer"
CHIEF_EDITOR = "A chief editor"
ANSWER_COMMENT = "Answer comments on"
ANSWER = "Answer"
SUBMIT = "Submit"


@dataclass(frozen=True)
class Turn:
    """Why an item waits for a person, or for a role when `person` is None.

    `why` is said to whose turn it is, `about` to everybody else (empty: others need not hear of it); `step` is
    the verb of what is next, `quote` what somebody wrote about it, `due` the last day, UTC.
    """

    person: User | None
    whose: str
    step: str
    why: str
    about: str
    since: datetime
    due: date | None = None
    is_overdue: bool = False
    quote: str = ""


# Reviewing


def in_review(review: Review, staff: Staff) -> list[Turn]:
    """Return whose turn the review of one open submission is: never nobody's.

    Each person asked, and who stands in while they are away; where the sign-offs of all who are here would not
    meet the rule, any reviewer, and a chief editor, who has overdue reviews besides.
    """
    turns, lacking = [], []
    for asked in review.asked:
        turns.append(_own(asked, staff))
        absence = staff.away.get(asked.person.pk)
        if absence and (problem := why_no_stand_in(absence, review, staff)):
            lacking.append(problem)
        elif absence:
            turns.append(_stand_in(asked, absence, staff))
    late = [asked for asked in review.asked if asked.is_overdue(staff.day)]
    if missing := review.missing_with(here(review, staff)):
        lacking += [f"{asked.person.name} was asked, but {reason}." for asked, reason in review.gone]
        turns += [_anybodys(review, missing), _chiefs(review, missing, lacking, late)]
    elif late:
        turns.append(_chiefs_late(late))
    return turns


def here(review: Review, staff: Staff) -> list[User]:
    """Return who reviews it by name and is not away, or stands in for who is."""
    found = {}
    for asked in review.asked:
        absence = staff.away.get(asked.person.pk)
        if absence is None:
            found[asked.person.pk] = asked.person
        elif not why_no_stand_in(absence, review, staff):
            found[absence.delegate_id] = staff.reviewers[absence.delegate_id]
    return list(found.values())


def _own(asked: Asked, staff: Staff) -> Turn:
    return Turn(
        person=asked.person,
        whose=asked.person.name,
        step="Review",
        why=_why(asked),
        about=_about(asked),
        since=asked.since,
        due=asked.due,
        is_overdue=asked.is_overdue(staff.day),
    )


def _why(asked: Asked) -> str:
    if asked.has_lapsed:
        return "The text changed after you signed it off, so your approval lapsed."
    if asked.is_carried:
        return "It was submitted again, and you are still asked to review it."
    if asked.row.is_own_choice:
        return "You took this review."
    by = asked.row.assigned_by
    return f"You accepted when {by} asked you to review it." if asked.row.answer else f"{by} asks you to review it."


def _about(asked: Asked) -> str:
    if asked.has_lapsed:
        return "Signed an earlier text; that approval lapsed."
    if asked.row.is_own_choice:
        return "Took the review."
    answer = "accepted" if asked.row.answer else "has not answered yet"
    return f"Asked by {asked.row.assigned_by}; {answer}."


def _stand_in(asked: Asked, absence: Absence, staff: Staff) -> Turn:
    stand_in = absence.delegate
    return Turn(
        person=stand_in,
        whose=stand_in.name,
        step="Review",
        why=f"For {_who_is_away(absence)}.",
        about=f"Stands in for {_who_is_away(absence)}.",
        since=max(asked.since, midnight(absence.first_day)),
        due=asked.due,
        is_overdue=asked.is_overdue(staff.day),
    )


def _who_is_away(absence: Absence) -> str:
    return f"{absence.person.name}, who is away until {when(absence.last_day)}"


def why_no_stand_in(absence: Absence, review: Review, staff: Staff) -> str:
    """Return the sentence why nobody reviews in the absent person's place, empty when the delegate does."""
    away = f"{absence.person.name} is away until {when(absence.last_day)}"
    delegate = absence.delegate
    if delegate is None:
        return f"{away} and nobody stands in."
    if delegate.pk not in staff.reviewers:
        problem = "is no reviewer"
    elif delegate.pk in staff.away:
        problem = "is away too"
    elif review.of(delegate):
        problem = "is asked as well"
    elif not review.may_be_asked(delegate):
        problem = "has signed it already" if delegate.pk in review.signers else "wrote part of this text"
    else:
        return ""
    return f"{away}, and {delegate.name}, who stands in, {problem}."


def _anybodys(review: Review, missing: list[str]) -> Turn:
    sentence = _untaken(review, missing)
    return Turn(None, ANY_REVIEWER, "Review", sentence, sentence, review.submission.submitted_at)


def _untaken(review: Review, missing: list[str]) -> str:
    if review.asked or review.signed:
        return f"It still needs {' and '.join(missing)}."
    return "Nobody has taken this review."


def _chiefs(review: Review, missing: list[str], lacking: list[str], late: list[Asked]) -> Turn:
    """Too few reviewers are left: say what became of those who were asked."""
    refusal = max(review.declined, key=lambda row: row.answered_at, default=None)
    reasons = [f"{refusal.person.name} declined."] if refusal else []
    reasons += lacking
    return Turn(
        person=None,
        whose=CHIEF_EDITOR,
        step="Find a reviewer for",
        why=" ".join([*(reasons or [_untaken(review, missing)]), *map(_was_due, late)]),
        about=" ".join(reasons),
        since=refusal.answered_at if refusal else review.submission.submitted_at,
        due=min((asked.due for asked in late), default=None),
        is_overdue=bool(late),
        quote=refusal.reason if refusal else "",
    )


def _chiefs_late(late: list[Asked]) -> Turn:
    first = min(asked.due for asked in late)
    return Turn(
        person=None,
        whose=CHIEF_EDITOR,
        step="Find another reviewer for",
        why=" ".join(map(_was_due, late)),
        about="",
        since=midnight(first + timedelta(days=1)),
        due=first,
        is_overdue=True,
    )


def _was_due(asked: Asked) -> str:
    return f"{asked.person.name} was to review it by {when(asked.due)}."


def midnight(day: date) -> datetime:
    """Return the moment, UTC, at which `day` begins."""
    return datetime.combine(day, time.min, UTC)


# Writing


def to_answer(up: Submission, request: Event, staff: Staff) -> list[Turn]:
    """Return whose turn it is when `up` was sent back: everybody's who wrote it, else a chief editor's."""
    names = {person["id"]: person["name"] for person in up.contributors} | {up.submitted_by_id: up.submitted_by}
    writers = [staff.drafters[pk] for pk in names if pk in staff.drafters]
    away = [staff.away[writer.pk] for writer in writers if writer.pk in staff.away]
    covered = [absence for absence in away if _may_answer_for(absence, staff)]
    why = f"{request.name} requested changes."
    turns = [_answer(writer, why, why, request) for writer in writers]
    for absence in covered:
        who = _who_is_away(absence)
        turns.append(_answer(absence.delegate, f"{why} You answer for {who}.", f"Stands in for {who}.", request))
    if not covered and len(away) == len(writers):
        reason = " ".join(f"{_who_is_away(absence)}, wrote it." for absence in away) or _left(names.values())
        turns.append(_answer(None, f"{why} {reason}", reason, request))
    return turns


def _answer(person: User | None, why: str, about: str, request: Event) -> Turn:
    whose = person.name if person else CHIEF_EDITOR
    return Turn(person, whose, ANSWER, why, about, request.at, quote=request.reason)


def _may_answer_for(absence: Absence, staff: Staff) -> bool:
    return absence.delegate_id in staff.drafters and absence.delegate_id not in staff.away


def _left(names) -> str:
    return f"{' and '.join(names)}, who wrote it, can edit no longer."


def to_speak(item: Item, threads: list[Comment], staff: Staff) -> list[Turn]:
    """Return whose word is due in the open conversations about `item`: its writers', or theirs who began one.

    `threads` have their replies at hand. Writers are those of the newest text; of a correction in review, for what
    was said since it was put up. Without either nobody waits.
    """
    told = []
    for thread in threads:
        up = _spoken_of(item, thread)
        if up is None:
            continue
        writers = {person["id"] for person in up.contributors} | {up.submitted_by_id}
        last = [thread, *thread.replies.all()][-1]
        if last.user_id not in writers:
            blocks = " It blocks the text." if thread.is_blocking else ""
            waits = [staff.drafters[pk] for pk in sorted(writers) if pk in staff.drafters]
            told += [_speak(writer, f"{last.name} commented.{blocks}", last) for writer in waits]
        elif thread.user_id not in writers and thread.user_id in staff.reviewers:
            told.append(_speak(staff.reviewers[thread.user_id], f"{last.name} answered your comment.", last))
    return told


def _spoken_of(item: Item, thread: Comment) -> Submission | None:
    up = item.open_correction
    return up if up and (item.text is None or thread.at > up.submitted_at) else item.text


def _speak(person: User, why: str, last: Comment) -> Turn:
    return Turn(person, person.name, ANSWER_COMMENT, why, "Has a comment to answer.", last.at, quote=last.text)


def to_submit(user: User, written: Written) -> Turn:
    """Return the turn of somebody whose changes are not submitted; nobody stands in for them, since nobody waits."""
    return Turn(user, user.name, SUBMIT, _what_you_did(written), "", written.since)


def _what_you_did(written: Written) -> str:
    if not written.corrected:
        return "You changed it and have not submitted it."
    what = [_corrected(*name.split("/", 1)) for name in written.corrected]
    return f"You {' and '.join(what)}; the live edition still says it as it was, and nothing is in review."


def _corrected(kind: str, code: str) -> str:
    return f"corrected {code}, which it cites" if kind == "source" else "renamed its family"
