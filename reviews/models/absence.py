"""When somebody is away, and who stands in."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

# One person as a range of ids: ranges have an index of their own, plain equality would need an extension.
PERSON = Func(F("person"), F("person"), Value("[]"), function="int8range")
DAYS = Func(F("first_day"), F("last_day"), Value("[]"), function="daterange")


class AbsenceQuerySet(models.QuerySet):
    def on(self, day):
        """Those that cover `day`, a day in UTC."""
        return self.filter(first_day__lte=day, last_day__gte=day)


class Absence(models.Model):
    """The days, in UTC and both included, on which a person is away; `delegate` stands in, if there is one."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="absences")
    first_day = models.DateField()
    last_day = models.DateField()
    delegate = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="stands_in_for"
    )
    note = models.TextField(blank=True)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        ordering = ["first_day", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="an_absence_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(delegate=None) | ~Q(delegate=F("person")), name="nobody_stands_in_for_themselves"
            ),
            ExclusionConstraint(
                expressions=[(PERSON, RangeOperators.OVERLAPS), (DAYS, RangeOperators.OVERLAPS)],
                name="a_person_is_away_once_at_a_time",
            ),
        ]

    def __str__(self):
        return f"{self.person} from {self.first_day} to {self.last_day}"
