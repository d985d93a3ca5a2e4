"""What the desk shows of a correction: the one change, every text it touches, and what a person may sign of them."""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count

from history import timeline
from history.differences import Told, tell
from history.models import Draft
from library.comparison import compare
from library.models import Edition
from reviews import cases, corrections, dossier, permissions, rules, workflow
from reviews.corrections import Shown, Text
from reviews.models import Correction, Schedule, SignOff, Submission
from sources import uses

State = Submission.State
TICKED = re.compile(r"(\d{1,18}):([0-9a-f]{64}):([0-9.]{0,12})")


@dataclass(frozen=True)
class Row:
    """One text that the correction touches: its newest submission, if one was opened, or why it was left out.

    `tick` is what the form sends for it, empty where the person cannot sign; `why_not` says why. `places` name
    the fields that cite the corrected source.
    """

    code: str
    kind: str
    title: str
    submission: Submission | None = None
    base: Edition | None = None
    base_url: str = ""
    is_alone: bool = True
    tick: str = ""
    completes: bool = False
    planned_at: datetime | None = None
    why_not: str = ""
    left_out: str = ""
    places: list[str] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """Whether its submission is in review."""
        return self.submission is not None and self.submission.state == State.OPEN

    @property
    def can_be_opened(self) -> bool:
        """Whether it has no submission in review and nothing stands in the way of one."""
        return not self.is_open and self.left_out in (CAN_BE_OPENED, OPENS_SOON)


CAN_BE_OPENED = "Nothing stands in the way any more: open the correction for it."
OPENS_SOON = "Nothing stands in the way any more: the correction opens for it by itself in a moment."


def rows_of(correction: Correction, user) -> list[Row]:
    """Return every text that `correction` touches, in review first; as many statements for sixty as for one."""
    newest = (
        Submission.objects.filter(correction=correction.pk).order_by("kind", "code", "-pk").distinct("kind", "code")
    )
    submissions = list(newest)
    texts = {} if corrections.is_overtaken(correction) else _texts(correction)
    case_of = {case.submission.pk: case for case in cases.cases_of(submissions)}
    bases, planned = _bases(submissions), _planned(submissions)
    rows = [
        _row(correction, case_of[one.pk], bases[one.pk], planned.get(one.pk), texts.pop(_key(one), None), user)
        for one in submissions
    ]
    rows += [Row(code, kind, _title(text), left_out=_left_out(text)) for (kind, code), text in texts.items()]
    return sorted(rows, key=lambda row: (not row.is_open, row.kind, row.code))


def _texts(correction: Correction) -> dict[tuple[str, str], Text]:
    return {_key(text.live): text for text in corrections.affected(correction)}


def _key(row) -> tuple[str, str]:
    return row.kind, row.code


def _title(text: Text) -> str:
    return text.live.title


def _left_out(text: Text) -> str:
    return text.why_left_out or (OPENS_SOON if text.waits else CAN_BE_OPENED)


def _bases(submissions: list[Submission]) -> dict[int, Edition]:
    """Return the edition under each submission, by the submission's primary key."""
    editions = Edition.objects.filter(
        code__in={submission.code for submission in submissions},
        number__in={submission.base_edition for submission in submissions},
    )
    found = {(edition.kind, edition.code, edition.number): edition for edition in editions}
    named = {submission.pk: (*_key(submission), submission.base_edition) for submission in submissions}
    return {pk: found[name] for pk, name in named.items()}


def _planned(submissions: list[Submission]) -> dict[int, datetime]:
    """Return the moment that is set for the publication of each, where one is, by primary key."""
    waiting = Schedule.objects.waiting().filter(submission__in=[submission.pk for submission in submissions])
    return dict(waiting.values_list("submission_id", "due_at"))


def _row(
    correction: Correction, case: cases.Case, base: Edition, planned_at: datetime | None, text: Text | None, user
) -> Row:
    submission, document = case.submission, case.submission.read()
    is_open = submission.state == State.OPEN
    is_alone = _is_alone(correction, base.read(), document)
    why_not = workflow.why_not_sign_off(case, user) if is_open else ""
    if not is_alone:
        why_not = "More than the correction differs in this text. Read it by itself before anybody signs it."
    signature = SignOff(section=rules.WHOLE, user_id=user.pk, role=rules.role_of(user, case.needs))
    return Row(
        code=submission.code,
        kind=submission.kind,
        title=submission.title,
        submission=submission,
        base=base,
        base_url=dossier.edition_url(base),
        is_alone=is_alone,
        tick=_tick(submission) if is_open and not why_not else "",
        completes=not planned_at and not rules.missing(case.needs, [*case.given, signature]),
        planned_at=planned_at,
        why_not=why_not,
        left_out=_left_out(text) if text and not is_open else "",
        places=uses.places(document, correction.code) if correction.kind == Correction.Kind.SOURCE else [],
    )


def _is_alone(correction: Correction, old: dict, new: dict) -> bool:
    """Whether nothing but the corrected record or family name differs, found by comparing the documents."""
    is_source = correction.kind == Correction.Kind.SOURCE
    place = ("bibliography", correction.code) if is_source else ("family",)
    return all(change.path[: len(place)] == place for change in compare(old, new))


def _tick(submission: Submission) -> str:
    return f"{submission.pk}:{submission.digest}:{submission.base_edition}"


def ticked(sent: list[str]) -> list[Shown]:
    """Return what was ticked on a page; what is no tick of ours is left out."""
    found = [TICKED.fullmatch(one) for one in sent]
    return [Shown(int(match[1]), match[2], match[3]) for match in found if match]


def change_of(correction: Correction) -> list[Told]:
    """Return the one change, to the word: the record or the family as it was, and as it is."""
    draft = Draft.objects.get(kind=correction.kind, code=correction.code)
    old, new = (timeline.document_of(draft, number) for number in (correction.from_version, correction.to_version))
    return tell(compare(old, new), old, new)


def signing(rows: list[Row], user) -> dict:
    """Return what the form above the button says, and whether `user` signs anything here."""
    able = [row for row in rows if row.tick]
    count = len(able)
    verb = "Sign off and publish" if able and all(row.completes for row in able) else "Sign off"
    texts = "the text that is ticked" if count == 1 else "the texts that are ticked"
    return {
        "count_to_sign": count,
        "may_review": permissions.may_review(user),
        "button": f"{verb} {texts}",
        "declaration": (
            "I have read this change and where the texts rely on it, and approve exactly the bytes of each text that"
            " is ticked: its live edition with nothing but this change, under the digest that stands beside it, for"
            " publication as its next edition."
        ),
    }


def counts_of(found: list[Correction]) -> dict[int, Counter]:
    """Return how many submissions of each correction are in which state; one statement."""
    of_these = Submission.objects.filter(correction__in=[correction.pk for correction in found]).order_by()
    counts: dict[int, Counter] = defaultdict(Counter)
    for pk, state, count in of_these.values_list("correction", "state").annotate(Count("pk")):
        counts[pk][state] = count
    return counts


def told(counts: Counter) -> str:
    """Return the states of a correction's submissions as one phrase."""
    words = ((State.OPEN, "in review"), (State.PUBLISHED, "published"), (State.CHANGES_REQUESTED, "sent back"))
    words += ((State.WITHDRAWN, "withdrawn"),)
    return ", ".join(f"{counts[state]} {word}" for state, word in words if counts[state])
