"""Publications that are set for a moment."""

from django.db import models
from django.utils import timezone

from reviews.models.submission import Submission


class ScheduleQuerySet(models.QuerySet):
    def waiting(self):
        return self.filter(state=Schedule.State.WAITING)

    def of(self, submission):
        return self.filter(submission_id=submission.pk)

    def beside(self, submissions):
        """The query `submissions`, each with what its newest schedule says as `schedule_<name>`, None without one."""
        newest = self.filter(submission=models.OuterRef("pk")).order_by("-pk")
        named = {f"schedule_{name}": models.Subquery(newest.values(name)[:1]) for name in Schedule.SAYS}
        return submissions.annotate(**named)

    def end(self, state, reason=""):
        """Close those that still wait and return how many did; the one way out of waiting."""
        return self.waiting().update(state=state, reason=reason, ended_at=timezone.now())


class Schedule(models.Model):
    """The moment from which a submission is to be published, set by somebody who answers for that then.

    While it waits, the sign-off that completes the rule does not publish. `reason` says why it was cancelled or
    failed.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        PUBLISHED = "published"
        FAILED = "failed"
        CANCELLED = "cancelled"

    SAYS = ("state", "due_at", "reason", "by", "at")  # what a page tells of one

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="schedules")
    due_at = models.DateTimeField()
    state = models.CharField(max_length=20, choices=State, default=State.WAITING)
    reason = models.TextField(blank=True)
    at = models.DateTimeField()
    by_id = models.BigIntegerField()
    by = models.TextField()
    ended_at = models.DateTimeField(null=True)

    objects = ScheduleQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission"], condition=models.Q(state="waiting"), name="one_waiting_schedule_per_submission"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["waiting", "published", "failed", "cancelled"]),
                name="schedule_state_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(state="waiting", ended_at=None)
                | (~models.Q(state="waiting") & models.Q(ended_at__isnull=False)),
                name="a_schedule_waits_or_has_ended",
            ),
            models.CheckConstraint(condition=models.Q(due_at__gt=models.F("at")), name="a_schedule_lies_ahead"),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(state="waiting"), name="schedules_that_wait"),
        ]

    def __str__(self):
        return f"{self.submission_id} at {self.due_at:%Y-%m-%d %H:%M}, {self.state}"
