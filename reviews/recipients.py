"""Who is told of an event: each group a condition on people, so that one statement finds them all."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import Q

from accounts import roles
from history.models import Contribution, Draft
from reviews.models import Event, Schedule, Submission
from reviews.permissions import DESK, REVIEWERS

Group = Callable[["Told"], Q]


@dataclass(frozen=True)
class Told:
    """An event and what its letters need besides; looked up when the first group or word asks for it."""

    event: Event

    @cached_property
    def submission(self) -> Submission | None:
        """Return the submission of the event; else the one that became the item's newest edition."""
        found = Schedule.objects.beside(Submission.objects.defer("document"))
        if self.event.submission is not None:
            return found.filter(pk=self.event.submission).first()
        return found.of(self.event.kind, self.event.code).published().order_by("-pk").first()

    @property
    def publishes_at(self) -> datetime | None:
        """Return the moment for which the publication of the event's submission is set, None if it is not."""
        if self.event.submission is None or self.submission is None:
            return None
        is_set = self.submission.schedule_state == Schedule.State.WAITING
        return self.submission.schedule_due_at if is_set else None

    @cached_property
    def title(self) -> str:
        if self.event.submission is not None and self.submission:
            return self.submission.title
        drafts = Draft.objects.filter(kind=self.event.kind, code=self.event.code)
        return drafts.values_list("title", flat=True).first() or self.event.code


def _holding(*names: str) -> Group:
    return lambda told: Q(groups__name__in=names)


reviewers = _holding(*REVIEWERS)
chiefs = _holding(roles.CHIEF_EDITOR)
administrators = _holding(roles.ADMINISTRATOR)
the_room = _holding(*DESK)
everybody = _holding(*roles.ROLES)


def submitter(told: Told) -> Q:
    return Q(pk=told.submission.submitted_by_id) if told.submission else Q(pk=None)


def contributors(told: Told) -> Q:
    """Who wrote part of what was submitted; of the item, where nothing was."""
    if told.event.submission is None:
        return writers(told)
    people = told.submission.contributors if told.submission else []
    return Q(pk__in=[person["id"] for person in people])


def writers(told: Told) -> Q:
    """Who ever wrote part of the item."""
    versions = Contribution.objects.filter(kind=told.event.kind, code=told.event.code)
    return Q(pk__in=versions.values("user_id"))


def in_whose_name(told: Told) -> Q:
    """Who is named by an event that came by itself, later than what they did."""
    return Q(pk=told.event.user_id)


def other(told: Told) -> Q:
    """The second person whom the event names."""
    return Q(pk=told.event.other_id)


def may_sign(told: Told) -> Q:
    """Reviewers who wrote no part of it."""
    return reviewers(told) & ~contributors(told)
