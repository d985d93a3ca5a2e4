"""Everything the desk keeps on one item: what blocks and where to mend it, submissions with outcomes, editions."""

from dataclasses import dataclass

from django.db.models import Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from history import timeline
from history.models import Draft
from history.timeline import Recorded
from library.addresses import LATEST
from library.models import Edition
from partnerships.models import Partnership
from patterns.models import Pattern
from reviews.models import Event, Submission
from reviews.readiness import Finding

MODELS = {"pattern": Pattern, "partnership": Partnership}
NEWEST_VERSIONS = 5
OUTCOMES = (Event.What.CHANGES_REQUESTED, Event.What.WITHDRAWN, Event.What.PUBLISHED)


@dataclass(frozen=True)
class Past:
    """A submission with what became of it: the deciding event (None while open) and the edition, if published."""

    submission: Submission
    outcome: Event | None
    edition: Edition | None
    edition_url: str


def edit_url(draft: Draft) -> str:
    """Return the address of the item's form in the admin; empty when its working rows are gone."""
    model = MODELS[draft.kind]
    pk = model.objects.filter(code=draft.code).values_list("pk", flat=True).first()
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[pk]) if pk else ""


def with_fields(findings: list[Finding], form_url: str) -> list[tuple[Finding, str]]:
    """Return `findings` with the address of the field to mend in the form at `form_url`, empty without a form."""
    return [(finding, f"{form_url}#{_field_id(finding)}" if form_url else "") for finding in findings]


def _field_id(finding: Finding) -> str:
    """The id that the admin's form gives to a field's container."""
    return "-".join(part for part in ("field", finding.row, finding.field) if part)


def edition_url(edition: Edition) -> str:
    """Return the public address of `edition`, which never changes."""
    return LATEST.edition(edition.kind, edition.slug, edition.number)


def editions(kind: str, code: str) -> list[Edition]:
    """Return the item's editions without their documents, newest first."""
    published = Edition.objects.filter(kind=kind, code=code).select_related("withheld")
    return list(published.defer("document").order_by("-position"))


def submissions(kind: str, code: str, published: list[Edition]) -> list[Past]:
    """Return the item's submissions with their outcomes, newest first; `published` are its editions.

    A submission was published on top of its base edition, so its edition is the one after that.
    """
    decided = Event.objects.filter(kind=kind, code=code, what__in=OUTCOMES)
    outcomes = {event.submission: event for event in decided}
    oldest_first = published[::-1]
    bases = ["", *(edition.number for edition in oldest_first)]
    after = dict(zip(bases, oldest_first, strict=False))
    found = Submission.objects.of(kind, code).defer("document").order_by("-pk")
    return [_past(submission, outcomes.get(submission.pk), after) for submission in found]


def _past(submission: Submission, outcome: Event | None, after: dict[str, Edition]) -> Past:
    is_published = submission.state == Submission.State.PUBLISHED
    edition = after.get(submission.base_edition) if is_published else None
    return Past(submission, outcome, edition, edition_url(edition) if edition else "")


def past(submission: Submission) -> Past:
    """Return one submission with its outcome; two statements at most."""
    outcome = Event.objects.filter(submission=submission.pk, what__in=OUTCOMES).first()
    if submission.state != Submission.State.PUBLISHED:
        return Past(submission, outcome, None, "")
    same = Edition.objects.filter(kind=submission.kind, code=submission.code)
    base = same.filter(number=submission.base_edition).values("position")
    later = same.filter(position__gt=Coalesce(Subquery(base), 0)).defer("document")
    return _past(submission, outcome, {submission.base_edition: later.first()})


def newest_versions(draft: Draft) -> list[Recorded]:
    """Return the newest versions of the draft."""
    return timeline.versions(draft, limit=NEWEST_VERSIONS)
