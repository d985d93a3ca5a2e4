"""What a chief editor proposed to withhold, and what an administrator decided."""

from django.db import models
from django.db.models import F, Q


class WithholdingQuerySet(models.QuerySet):
    def open(self):
        return self.filter(state=Withholding.State.PROPOSED)

    def of(self, kind, code):
        return self.filter(kind=kind, code=code)


class Withholding(models.Model):
    """A proposal to withhold editions of one item: it is decided once, and nothing else of it ever changes.

    `editions` holds their numbers, `ground` becomes public, `note` and `reason` (of a refusal) stay inside.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed"
        CONFIRMED = "confirmed"
        REFUSED = "refused"

    kind = models.CharField(max_length=20)
    code = models.CharField(max_length=60)
    editions = models.JSONField()
    ground = models.TextField()
    note = models.TextField(blank=True)
    proposed_at = models.DateTimeField()
    proposed_by_id = models.BigIntegerField()
    proposed_by = models.TextField()
    proposed_role = models.TextField()
    state = models.CharField(max_length=20, choices=State, default=State.PROPOSED)
    decided_at = models.DateTimeField(null=True)
    decided_by_id = models.BigIntegerField(null=True)
    decided_by = models.TextField(blank=True)
    reason = models.TextField(blank=True)

    objects = WithholdingQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "code"], condition=Q(state="proposed"), name="one_open_withholding_per_item"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "confirmed", "refused"]), name="withholding_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state="proposed", decided_at=None, decided_by_id=None, decided_by="")
                | ~Q(state="proposed") & Q(decided_at__isnull=False, decided_by_id__isnull=False),
                name="a_withholding_is_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | ~Q(decided_by_id=F("proposed_by_id")),
                name="withholding_takes_two_people",
            ),
        ]

    def __str__(self):
        return f"{self.code} {', '.join(self.editions)}, {self.get_state_display().lower()}"
