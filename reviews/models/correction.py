"""Corrections of what stands inside published texts."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models.functions import JSONObject
from django.urls import reverse

from history.models import Draft
from reviews.models.submission import Submission


class CorrectionQuerySet(models.QuerySet):
    def due(self):
        """Those whose submissions have not been opened yet."""
        return self.filter(opened_at__isnull=True)

    def overtaken(self):
        """Those whose source or family has been corrected once more."""
        same = {"kind": models.OuterRef("kind"), "code": models.OuterRef("code")}
        return self.filter(models.Exists(Correction.objects.filter(**same, pk__gt=models.OuterRef("pk"))))

    def later_than(self, correction):
        """The corrections of the same source or family that came after `correction`, newest first."""
        return self.filter(kind=correction.kind, code=correction.code, pk__gt=correction.pk)

    def beside(self, submissions):
        """The query `submissions`, each with what was corrected after it was submitted as `corrected_since`.

        That is a list of the newest correction of each source or family, by name alone, whatever the text cites.
        """
        overtaken = self.overtaken().values("pk")
        since = self.filter(at__gt=models.OuterRef("submitted_at")).exclude(pk__in=overtaken).order_by("pk")
        row = JSONObject(pk="pk", kind="kind", code="code")
        return submissions.annotate(corrected_since=ArraySubquery(since.values(row=row)))

    def with_copy_now(self):
        """With the document of the source or family as the library has it `now`."""
        same = {"kind": models.OuterRef("kind"), "code": models.OuterRef("code")}
        return self.annotate(now=models.Subquery(Draft.objects.filter(**same).values("document")))


class Correction(models.Model):
    """A source or family whose copy inside documents was changed, from one of its versions to another.

    Written in the transaction of the change. Only `opened_at` is ever added: when the submissions that put the
    published texts right were opened.
    """

    class Kind(models.TextChoices):
        SOURCE = "source"
        FAMILY = "family"

    kind = models.CharField(max_length=20, choices=Kind)
    code = models.CharField(max_length=80)
    title = models.TextField()
    from_version = models.PositiveIntegerField()
    to_version = models.PositiveIntegerField()
    note = models.TextField()
    at = models.DateTimeField()
    by_id = models.BigIntegerField()
    by = models.TextField()
    opened_at = models.DateTimeField(null=True)

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "code", "to_version"], name="one_correction_per_version"),
            models.CheckConstraint(
                condition=models.Q(kind__in=["source", "family"]), name="correction_kind_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(from_version__gte=1, to_version__gt=models.F("from_version")),
                name="a_correction_leads_to_a_later_version",
            ),
        ]
        indexes = [
            models.Index(fields=["id"], condition=models.Q(opened_at=None), name="corrections_to_open"),
        ]

    def __str__(self):
        return f"{self.kind} {self.code}, version {self.from_version} to {self.to_version}"

    def get_absolute_url(self):
        return reverse("desk:correction", args=[self.pk])


class LeftOutQuerySet(models.QuerySet):
    def of(self, correction):
        return self.filter(correction=correction.pk)

    def due(self):
        """Those of whose item nothing is in review any more."""
        same = {"kind": models.OuterRef("kind"), "code": models.OuterRef("code")}
        return self.filter(~models.Exists(Submission.objects.open().filter(**same)))


class LeftOut(models.Model):
    """An item that a correction left out because something of it was in review.

    The row goes when that has been decided: then the correction's submission is opened, or is not needed any more.
    It stays where the corrected text would not be ready; `told_at`: when that was told.
    """

    correction = models.ForeignKey(Correction, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    code = models.CharField(max_length=60)
    told_at = models.DateTimeField(null=True)

    objects = LeftOutQuerySet.as_manager()

    class Meta:
        ordering = ["correction_id", "kind", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["correction", "kind", "code"], name="an_item_is_left_out_once_per_correction"
            )
        ]

    def __str__(self):
        return f"{self.code} waits for correction {self.correction_id}"
