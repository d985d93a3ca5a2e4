"""Every step in the life of an item."""

from django.db import models

from library.frozen import FrozenModel


class Event(FrozenModel):
    """One step in the life of an item: who did what, when, to which digest, and why.

    `other` is the second person whom the step concerns, such as who was asked to review.
    """

    class What(models.TextChoices):
        SUBMITTED = "submitted"
        CHANGES_REQUESTED = "changes_requested"
        WITHDRAWN = "withdrawn"
        SIGNED_OFF = "signed_off"
        OVERRIDDEN = "overridden"
        PUBLISHED = "published"
        RULE_CHANGED = "rule_changed"
        COMMENTED = "commented"
        REPLIED = "replied"
        RESOLVED = "resolved"
        REOPENED = "reopened"
        ASSIGNED = "assigned"
        CLAIMED = "claimed"
        ACCEPTED = "accepted"
        DECLINED = "declined"
        UNASSIGNED = "unassigned"
        DELEGATED = "delegated"
        SCHEDULED = "scheduled"
        UNSCHEDULED = "unscheduled"
        SCHEDULE_FAILED = "schedule_failed"
        CORRECTED = "corrected"
        CORRECTION_WAITS = "correction_waits"
        CORRECTION_STOPPED = "correction_stopped"
        REAFFIRMED = "reaffirmed"
        RETIRED = "retired"
        WITHHOLDING_PROPOSED = "withholding_proposed"
        WITHHOLDING_REFUSED = "withholding_refused"
        WITHHELD = "withheld"
        ARCHIVED = "archived"
        RECOVERED = "recovered"
        SHARED = "shared"
        SHARE_REVOKED = "share_revoked"

    kind = models.CharField(max_length=20)
    code = models.CharField(max_length=80)  # as long as a source's key
    what = models.CharField(max_length=30, choices=What)
    submission = models.BigIntegerField(null=True)
    user_id = models.BigIntegerField()
    name = models.TextField()
    role = models.TextField()
    at = models.DateTimeField()
    digest_before = models.CharField(max_length=64, blank=True)
    digest_after = models.CharField(max_length=64, blank=True)
    reason = models.TextField(blank=True)
    other_id = models.BigIntegerField(null=True)
    other = models.TextField(blank=True)

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["kind", "code"]),
            models.Index(fields=["what", "-id"]),
            models.Index(fields=["user_id", "-id"]),
            models.Index(fields=["at"]),
        ]

    def __str__(self):
        return f"{self.name} {self.get_what_display().lower()} {self.code}"
