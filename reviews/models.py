"""What was put up for review, who signed what, and every step on the way."""

from django.db import models

from library.documents import parse
from library.frozen import FrozenModel


class SubmissionQuerySet(models.QuerySet):
    def open(self):
        return self.filter(state=Submission.State.OPEN)

    def published(self):
        return self.filter(state=Submission.State.PUBLISHED)

    def of(self, kind, code):
        return self.filter(kind=kind, code=code)


class Submission(models.Model):
    """A frozen copy of a draft put up for review. Only `state` ever changes, and never back from a closed one."""

    class State(models.TextChoices):
        OPEN = "open"
        CHANGES_REQUESTED = "changes_requested"
        WITHDRAWN = "withdrawn"
        PUBLISHED = "published"

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
        ]
        indexes = [models.Index(fields=["kind", "code", "-id"])]

    def __str__(self):
        return f"{self.code} version {self.draft_version}, {self.get_state_display().lower()}"

    def read(self):
        """Return the document."""
        return parse(bytes(self.document))


class SignOff(FrozenModel):
    """A named person's approval of one section's digest within one document, on top of one live edition."""

    kind = models.CharField(max_length=20)
    code = models.CharField(max_length=60)
    digest = models.CharField(max_length=64)
    section = models.CharField(max_length=20)
    section_digest = models.CharField(max_length=64)
    base_edition = models.CharField(max_length=12, blank=True)
    user_id = models.BigIntegerField()
    name = models.TextField()
    role = models.TextField()
    at = models.DateTimeField()
    override_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "code", "digest", "base_edition", "section", "user_id"],
                name="a_person_signs_the_same_once",
            )
        ]

    def __str__(self):
        return f"{self.name} on {self.code} {self.digest[:12]}"


class Event(FrozenModel):
    """One step in the life of an item: who did what, when, to which digest, and why."""

    class What(models.TextChoices):
        SUBMITTED = "submitted"
        CHANGES_REQUESTED = "changes_requested"
        WITHDRAWN = "withdrawn"
        SIGNED_OFF = "signed_off"
        PUBLISHED = "published"

    kind = models.CharField(max_length=20)
    code = models.CharField(max_length=60)
    what = models.CharField(max_length=20, choices=What)
    submission = models.BigIntegerField(null=True)
    user_id = models.BigIntegerField()
    name = models.TextField()
    role = models.TextField()
    at = models.DateTimeField()
    digest_before = models.CharField(max_length=64, blank=True)
    digest_after = models.CharField(max_length=64, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["kind", "code"])]

    def __str__(self):
        return f"{self.name} {self.get_what_display().lower()} {self.code}"
