"""Who is asked to review what, by when, and what they answered."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class Assignment(models.Model):
    """One person asked to review one submission; who takes a review asks themselves and has accepted.

    A declined one stays as a record. One that is taken back is deleted: the event tells of it.
    """

    class Answer(models.TextChoices):
        ACCEPTED = "accepted"
        DECLINED = "declined"

    submission = models.ForeignKey("reviews.Submission", on_delete=models.PROTECT, related_name="assignments")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="assignments")
    assigned_at = models.DateTimeField()
    assigned_by_id = models.BigIntegerField()
    assigned_by = models.TextField()
    due = models.DateField(null=True)
    answer = models.CharField(max_length=20, choices=Answer, blank=True)
    reason = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "person"],
                condition=~Q(answer="declined"),
                name="a_person_is_asked_once_per_submission",
            ),
            models.CheckConstraint(
                condition=Q(answer__in=["", "accepted", "declined"]), name="an_assignment_is_accepted_or_declined"
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None) | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="an_answer_has_its_time",
            ),
            models.CheckConstraint(
                condition=(Q(answer="declined") & ~Q(reason="")) | (~Q(answer="declined") & Q(reason="")),
                name="who_declines_says_why",
            ),
        ]

    def __str__(self):
        return f"{self.person} on {self.submission}"

    @property
    def is_open(self):
        """Whether the person is still asked: not declined."""
        return self.answer != self.Answer.DECLINED

    @property
    def is_own_choice(self):
        """Whether the person took the review unasked."""
        return self.assigned_by_id == self.person_id
