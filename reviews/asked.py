"""Whose review a submission waits for by name, who signed it and who declined: read for many at once, never stored.

An assignment holds for the review of an item until the next edition: when the text is withdrawn or sent back and
submitted again, who was asked is asked still. So it is derived from the assignments of every submission of the item
on the same live edition, the newest of each person; nothing is copied from one submission to the next. An edition
that a correction made, of which nobody wrote a word, ends nothing: `reviews.bases` takes it for the one before it.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings

from accounts.models import User
from library.documents import WHOLE, section_digests
from reviews import bases, permissions, rules
from reviews.bases import Base
from reviews.cases import Case
from reviews.models import Assignment, SignOff, Submission
from reviews.rules import Needs
from reviews.staff import Staff


@dataclass(frozen=True)
class Asked:
    """One person whose review a submission waits for by name.

    `row` is the assignment, None when only a lapsed approval puts the person back; `is_carried`: it was made for an
    earlier submission. `due` is the last day, UTC.
    """

    person: User
    since: datetime
    due: date | None
    row: Assignment | None
    has_lapsed: bool
    is_carried: bool

    def is_overdue(self, day: date) -> bool:
        """Whether the last day has passed on `day`."""
        return self.due is not None and self.due < day


@dataclass(frozen=True)
class Review:
    """The people around one open submission. `gone`: who was asked and may not sign it now, with the reason."""

    submission: Submission
    needs: Needs
    signed: list[SignOff]
    asked: list[Asked]
    gone: list[tuple[Asked, str]]
    declined: list[Assignment]

    @property
    def signers(self) -> set[int]:
        """The ids of who signed."""
        return {signature.user_id for signature in self.signed}

    def missing_with(self, people: Iterable[User]) -> list[str]:
        """Return what the sign-off rule asks for still when all of `people` have signed the whole text.

        Without them it is never nothing: what is in review waits for somebody.
        """
        given = [SignOff(section=WHOLE, user_id=one.pk, role=rules.role_of(one, self.needs)) for one in people]
        missing = rules.missing(self.needs, [*self.signed, *given])
        return missing if given else missing or ["a chief editor, who publishes what is signed in full"]

    def of(self, user: User) -> Asked | None:
        """Return what the person was asked, None if nothing."""
        return next((asked for asked in self.asked if asked.person.pk == user.pk), None)

    def may_be_asked(self, user: User) -> bool:
        """Whether the reviewer `user` could be asked: wrote none of it, has not signed, is not asked already."""
        is_free = not permissions.is_contributor(user, self.submission) and user.pk not in self.signers
        return is_free and self.of(user) is None

    def is_open_to(self, user: User, here: Iterable[User]) -> bool:
        """Whether it is the reviewer's turn to take it: free, has not declined, and brings what `here` do not."""
        has_declined = any(row.person_id == user.pk for row in self.declined)
        if has_declined or not self.may_be_asked(user):
            return False
        here = list(here)
        return len(self.missing_with([*here, user])) < len(self.missing_with(here))


def review_of(submission: Submission, staff: Staff, case: Case | None = None) -> Review:
    """Return the people around one open submission; `case` is what is known of it already."""
    return reviews_of([submission], staff, case)[submission.pk]


def reviews_of(submissions: Iterable[Submission], staff: Staff, case: Case | None = None) -> dict[int, Review]:
    """Return the people around open `submissions` by primary key; as many statements for a hundred as for two.

    `case` is that of the only submission, where it is known already.
    """
    submissions = list(submissions)
    needs = {case.submission.pk: case.needs} if case else _needs(submissions)
    codes = {submission.code for submission in submissions}
    rows = _rows(submissions, codes)
    signatures = defaultdict(list, {_base(case.submission): case.rows}) if case else _signatures(codes)
    texts = _texts([up for up in submissions if _needs_reading(up, signatures[_base(up)])])
    return {
        up.pk: _review(
            up,
            needs[up.pk],
            rows[up.pk],
            [(row, _stands(row, up, texts)) for row in signatures[_base(up)]],
            staff,
        )
        for up in submissions
    }


def _needs(submissions: list[Submission]) -> dict[int, Needs]:
    """Return the rule in force for each submission: what `rules.in_force` says, for many at once."""
    today = {kind: rules.current(kind) for kind in {up.kind for up in submissions}}
    return {up.pk: rules.stricter(up.rule or rules.default(), today[up.kind]) for up in submissions}


def _base(row: Submission | SignOff) -> Base:
    return (row.kind, row.code, row.base_edition)


def rows_of(submission: Submission) -> list[Assignment]:
    """Return the newest assignment of each person that bears on `submission`, its own or an earlier one's."""
    return _rows([submission], {submission.code})[submission.pk]


def _rows(submissions: list[Submission], codes: set[str]) -> dict[int, list[Assignment]]:
    """Return the newest assignment of each person that bears on each submission, by the submission's primary key.

    One statement; one more where somebody was asked on an earlier edition.
    """
    found = Assignment.objects.filter(submission__code__in=codes).select_related("person", "submission")
    found = list(found.defer("submission__document", "submission__contributors").order_by("pk"))
    is_earlier = {_base(row.submission) for row in found} - {_base(up) for up in submissions}
    begun = bases.beginnings(codes) if is_earlier else {}
    newest = defaultdict(dict)
    for row in found:
        base = _base(row.submission)
        newest[begun.get(base, base)][row.person_id] = row
    return {up.pk: list(newest[begun.get(_base(up), _base(up))].values()) for up in submissions}


def _signatures(codes: set[str]) -> dict[Base, list[SignOff]]:
    """Return the sign-offs of each item on top of each live edition, oldest first."""
    found = defaultdict(list)
    for row in SignOff.objects.filter(code__in=codes).order_by("pk"):
        found[_base(row)].append(row)
    return found


def _needs_reading(up: Submission, signatures: list[SignOff]) -> bool:
    """Whether only the text tells what stands: somebody signed a section of another text."""
    return any(row.section != WHOLE and row.digest != up.digest for row in signatures)


def _texts(submissions: list[Submission]) -> dict[int, dict[str, str]]:
    """Return the digests of the sections of each submission."""
    found = Submission.objects.filter(pk__in=[up.pk for up in submissions])
    return {up.pk: section_digests(up.read()) for up in found}


def _stands(signature: SignOff, up: Submission, texts: dict[int, dict[str, str]]) -> bool:
    """Whether the sign-off approves a part of what is up as it is: what `approvals.given` says, for many at once."""
    if signature.digest == up.digest or signature.section == WHOLE:
        return signature.digest == up.digest
    return texts[up.pk][signature.section] == signature.section_digest


def _review(
    up: Submission, needs: Needs, rows: list[Assignment], signatures: list[tuple[SignOff, bool]], staff: Staff
) -> Review:
    signed = [row for row, stands in signatures if stands and not _is_writer(row.user_id, up)]
    signers = {row.user_id for row in signed}
    lapsed = {row.user_id: row for row, stands in signatures if not stands and row.user_id not in signers}
    declined = {row.person_id: row for row in rows if not row.is_open}
    held = [row for row in rows if row.is_open and row.person_id not in signers]
    asked = [_asked(row, up, row.person_id in lapsed, staff) for row in held]
    back = _put_back(up, lapsed, declined, {one.person.pk for one in asked}, staff)
    why_gone = [(one, _why_gone(one.person, up, staff)) for one in asked]
    return Review(
        submission=up,
        needs=needs,
        signed=signed,
        asked=[*(one for one, reason in why_gone if not reason), *back],
        gone=[(one, reason) for one, reason in why_gone if reason],
        declined=[row for row in declined.values() if row.person_id not in {one.person.pk for one in back}],
    )


def _is_writer(user_id: int, up: Submission) -> bool:
    return any(person["id"] == user_id for person in up.contributors)


def _asked(row: Assignment, up: Submission, has_lapsed: bool, staff: Staff) -> Asked:
    is_carried = row.submission_id != up.pk
    due = row.due
    if due and is_carried:
        due = max(due, last_day(up.submitted_at))
    person = staff.reviewers.get(row.person_id, row.person)  # whose roles are known
    return Asked(person, up.submitted_at if is_carried else row.assigned_at, due, row, has_lapsed, is_carried)


def _put_back(
    up: Submission, lapsed: dict[int, SignOff], declined: dict[int, Assignment], asked: set[int], staff: Staff
) -> list[Asked]:
    """Return whom a lapsed approval alone puts back: may still sign, is not asked, has not declined since."""
    back = []
    for user_id, signature in lapsed.items():
        refusal, person = declined.get(user_id), staff.reviewers.get(user_id)
        has_refused = refusal is not None and refusal.answered_at > signature.at
        if person and user_id not in asked and not has_refused and not _is_writer(user_id, up):
            due = last_day(up.submitted_at)
            back.append(Asked(person, up.submitted_at, due, None, has_lapsed=True, is_carried=False))
    return back


def last_day(since: datetime) -> date:
    """Return the day, UTC, by which a review is due that somebody has since the moment `since`."""
    return since.date() + timedelta(days=settings.REVIEW_WITHIN_DAYS)


def _why_gone(person: User, up: Submission, staff: Staff) -> str:
    """Return why the person may not sign what they were asked to, empty when they may."""
    if not person.is_active:
        return "the account is deactivated"
    if person.pk not in staff.reviewers:
        return "is no reviewer any more"
    return "wrote part of this text" if _is_writer(person.pk, up) else ""
