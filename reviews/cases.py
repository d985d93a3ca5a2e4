"""What a decision on a submission depends on: the live edition, the rule, the sign-offs that count, what blocks."""

from collections.abc import Iterable
from dataclasses import dataclass

from library.models import Edition, Standing
from reviews import approvals, rules
from reviews.models import Comment, Correction, SignOff, Submission

TakenDown = dict[tuple[str, str], int]


def live_edition(kind: str, code: str) -> Edition | None:
    """Return the standing edition of the item, None before its first publication."""
    standing = Standing.objects.latest().filter(kind=kind, code=code).select_related("edition").first()
    return standing.edition if standing else None


def version_of_live(kind: str, code: str) -> int:
    """Return the draft version that the newest edition froze, 0 if there is none."""
    published = Submission.objects.of(kind, code).published()
    return published.order_by("-pk").values_list("draft_version", flat=True).first() or 0


@dataclass(frozen=True)
class Case:
    """All that a decision on a submission depends on: what the rule needs, what was given, and the live edition.

    `rows` are all sign-offs on top of the live edition, `given` those that count. `is_overtaken`: it corrects a
    source or family that has been corrected once more.
    """

    submission: Submission
    needs: rules.Needs
    rows: list[SignOff]
    given: list[SignOff]
    live: str
    blocking: int  # open comments that keep it from being signed
    is_overtaken: bool = False

    @property
    def missing(self) -> list[str]:
        """What the rule still asks for, in sentences."""
        return rules.missing(self.needs, self.given)


def case_of(submission: Submission, *, live: str | None = None, blocking: int | None = None) -> Case:
    """Return what a decision on `submission` depends on as it stands now; four statements, five for a correction.

    `live` (the number of the live edition, empty for none) and `blocking` are given by a page that knows them.
    """
    if live is None:
        edition = live_edition(submission.kind, submission.code)
        live = edition.number if edition else ""
    if blocking is None:
        blocking = Comment.objects.of(submission.kind, submission.code).blocking().count()
    rows = approvals.rows_for([submission])[submission.pk]
    down = _taken_down({submission.code}) if rows else {}
    is_overtaken = submission.correction in overtaken([submission])
    return _case(submission, rules.in_force(submission), rows, down, live, blocking, is_overtaken)


def cases_of(submissions: Iterable[Submission]) -> list[Case]:
    """Return the case of each of `submissions`, in their order; seven statements however many there are."""
    submissions = list(submissions)
    codes = {submission.code for submission in submissions}
    standing = Standing.objects.latest().filter(code__in=codes)
    live = {(kind, code): number for kind, code, number in standing.values_list("kind", "code", "number")}
    blocking = Comment.objects.blocking_by_item(codes)
    today = {kind: rules.current(kind) for kind in {submission.kind for submission in submissions}}
    rows, again, down = approvals.rows_for(submissions), overtaken(submissions), _taken_down(codes)
    return [
        _case(
            one,
            rules.in_force(one, today[one.kind]),
            rows[one.pk],
            down,
            live.get((one.kind, one.code), ""),
            blocking[one.kind, one.code],
            one.correction in again,
        )
        for one in submissions
    ]


def _case(submission: Submission, needs: rules.Needs, rows: list[SignOff], down: dict, *known) -> Case:
    """Of all sign-offs, those are given that count, are asked for, and know that the item was taken down."""
    since = down.get((submission.kind, submission.code), 0)
    counting = [row for row in approvals.counting_among(rows, submission) if row.position >= since]
    return Case(submission, needs, rows, rules.asked_for(needs, counting), *known)


def _taken_down(codes: set[str]) -> TakenDown:
    """Return the position at which each item among `codes` was retired or withheld, by kind and code."""
    down = Standing.objects.latest().filter(code__in=codes).exclude(state=Standing.State.VERIFIED)
    return {(kind, code): position for kind, code, position in down.values_list("kind", "code", "from_position")}


def overtaken(submissions: Iterable[Submission]) -> set[int]:
    """Return the corrections among those of `submissions` whose source or family was corrected once more."""
    named = {submission.correction for submission in submissions} - {None}
    return set(Correction.objects.overtaken().filter(pk__in=named).values_list("pk", flat=True)) if named else set()
