"""Every step in the life of a report, and every decision on one."""

from django.db import models
from django.db.models import Q

from library.frozen import FrozenModel


class ReportEvent(FrozenModel):
    """One step: what, by whom, when. A decision carries its public words; never a word of the reader's.

    `report` is the report's key, but no foreign key: when spam is erased, that somebody marked it stays. The reader
    who withdraws has no `user_id`. `kind`, `code` and `edition` name the edition that put the matter right; `summary`
    is what was reported and `reason` what was decided, both public and in the editor's words.
    """

    class What(models.TextChoices):
        TAKEN = "taken"
        CORRECTED = "corrected"
        NOT_CHANGED = "not_changed", "Not changed"
        SPAM = "spam", "Marked as spam"
        REOPENED = "reopened"
        WITHDRAWN = "withdrawn"
        NAME_REMOVED = "name_removed", "Name taken out"

    report = models.BigIntegerField(db_index=True)
    what = models.CharField(max_length=20, choices=What)
    user_id = models.BigIntegerField(null=True)
    name = models.TextField()
    role = models.TextField(blank=True)
    at = models.DateTimeField()
    kind = models.CharField(max_length=20, blank=True)
    code = models.CharField(max_length=60, blank=True)
    edition = models.CharField(max_length=12, blank=True)
    summary = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    is_thanked = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(what__in=["taken", "corrected", "not_changed", "spam", "reopened"], user_id__isnull=False)
                | Q(what__in=["withdrawn", "name_removed"], user_id=None),
                name="a_step_of_the_desk_has_its_person",
            ),
            models.CheckConstraint(
                condition=(Q(what="corrected") & ~Q(kind="") & ~Q(code="") & ~Q(edition=""))
                | (~Q(what="corrected") & Q(kind="", code="", edition="")),
                name="a_correction_names_its_edition",
            ),
            models.CheckConstraint(
                condition=(Q(what__in=["corrected", "not_changed"]) & ~Q(summary=""))
                | (~Q(what__in=["corrected", "not_changed"]) & Q(summary="", is_thanked=False)),
                name="a_decision_is_summed_up",
            ),
            models.CheckConstraint(condition=~Q(what="not_changed") | ~Q(reason=""), name="a_refusal_has_its_reason"),
        ]

    def __str__(self):
        return f"{self.name}: report {self.report} {self.get_what_display().lower()}"
