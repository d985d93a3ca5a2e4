"""How many and whose sign-offs a publication needs; every change of the rule is a row of its own."""

from django.db import models

from library.frozen import FrozenModel
from library.models import Kind


class Rule(FrozenModel):
    """The sign-off rule of one kind of item from `at` on, until the next row of that kind.

    `people` is how many different people sign the whole text at least; `sections` names whose sign-off each section
    needs (`{"all": "editorial", "clauses": "legal"}`).
    """

    class Who(models.TextChoices):
        EDITORIAL = "editorial"
        LEGAL = "legal"

    kind = models.CharField(max_length=20, choices=Kind)
    people = models.PositiveSmallIntegerField()
    sections = models.JSONField()
    note = models.TextField()
    at = models.DateTimeField()
    by_id = models.BigIntegerField()
    by = models.TextField()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=Kind.values), name="rule_kind_is_known"),
            models.CheckConstraint(condition=models.Q(people__gte=1), name="a_rule_needs_somebody"),
            models.CheckConstraint(condition=models.Q(sections__has_key="all"), name="a_rule_covers_the_whole_text"),
        ]

    def __str__(self):
        return f"{self.kind}: {self.people} from {self.at:%Y-%m-%d}"

    @property
    def needs(self):
        """The rule as a submission keeps it."""
        return {"people": self.people, "sections": self.sections}
