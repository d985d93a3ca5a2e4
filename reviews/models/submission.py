"""What was put up for review."""

from django.db import models

from library.documents import parse
from library.models import Edition, Standing


class SubmissionQuerySet(models.QuerySet):
    def open(self):
        return self.filter(state=Submission.State.OPEN)

    def published(self):
        return self.filter(state=Submission.State.PUBLISHED)

    def of(self, kind, code):
        return self.filter(kind=kind, code=code)

    def with_base(self):
        """With slug and document of the edition that each was put up against, and the number of the live one now.

        All are None for a first edition. `has_withheld`: an edition of the item is withheld.
        """
        same = {"kind": models.OuterRef("kind"), "code": models.OuterRef("code")}
        base = Edition.objects.filter(**same, number=models.OuterRef("base_edition"))
        return self.annotate(
            base_slug=models.Subquery(base.values("slug")[:1]),
            base_document=models.Subquery(base.values("document")[:1]),
            has_withheld=models.Exists(Edition.objects.filter(**same, withheld__isnull=False)),
            live_number=models.Subquery(Standing.objects.latest().filter(**same).values("edition__number")[:1]),
        )


class Submission(models.Model):
    """A frozen copy of a draft put up for review. Only `state` ever changes, and never back from a closed one.

    `rule` is the sign-off rule that stood when it was submitted, `correction` the correction that opened it.
    """

    class State(models.TextChoices):
        OPEN = "open"
        CHANGES_REQUESTED = "changes_requested"
        WITHDRAWN = "withdrawn"
        PUBLISHED = "published"

    class Class(models.TextChoices):
        REVISION = "revision"
        CORRECTION = "correction"  # of a cited source or a family, nothing else

    kind = models.CharField(max_length=20)
    code = models.CharField(max_length=60)
    title = models.TextField()
    document = models.BinaryField()
    digest = models.CharField(max_length=64)
    draft_version = models.PositiveIntegerField()
    base_edition = models.CharField(max_length=12, blank=True)
    contributors = models.JSONField()
    note = models.TextField()
    submitted_at = models.DateTimeField()
    submitted_by_id = models.BigIntegerField()
    submitted_by = models.TextField()
    change_class = models.CharField(max_length=20, choices=Class, default=Class.REVISION)
    correction = models.BigIntegerField(null=True)
    rule = models.JSONField(default=dict)
    state = models.CharField(max_length=20, choices=State, default=State.OPEN)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "code"], condition=models.Q(state="open"), name="one_open_submission_per_item"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["open", "changes_requested", "withdrawn", "published"]),
                name="submission_state_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(change_class="revision", correction=None)
                | models.Q(change_class="correction", correction__isnull=False),
                name="a_submission_names_its_correction",
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "code", "-id"]),
            models.Index(
                fields=["correction"], condition=models.Q(correction__isnull=False), name="submissions_of_corrections"
            ),
        ]

    def __str__(self):
        return f"{self.code} version {self.draft_version}, {self.get_state_display().lower()}"

    def read(self):
        """Return the document."""
        return parse(bytes(self.document))
