"""The working pattern and its rows: what editors change and readers never see."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models

from library.sorting import fold

slug_shape = RegexValidator(r"\A[a-z0-9]+(?:-[a-z0-9]+)*\Z", "Use small letters, digits and single hyphens.")


class Family(models.Model):
    slug = models.CharField(max_length=80, unique=True, validators=[slug_shape])
    name = models.TextField()
    description = models.TextField(blank=True)

    class Meta:
        ordering = ["slug"]
        verbose_name_plural = "families"

    def __str__(self):
        return self.name


class Pattern(models.Model):
    code = models.CharField(max_length=60, unique=True)
    slug = models.CharField(max_length=80, unique=True, validators=[slug_shape])
    family = models.ForeignKey(Family, on_delete=models.PROTECT, related_name="patterns")
    tags = ArrayField(models.TextField(), default=list, blank=True)
    title = models.TextField()
    subtitle = models.TextField(blank=True)
    in_brief = models.TextField(blank=True)
    fits_when = models.TextField(blank=True)
    does_not_fit_when = models.TextField(blank=True)
    structure = models.TextField(blank=True)
    sort_key = models.TextField(editable=False)

    class Meta:
        ordering = ["sort_key"]

    def __str__(self):
        return f"{self.code} {self.title}"

    def save(self, **options):
        self.sort_key = fold(self.title)
        super().save(**options)


class Row(models.Model):
    """One coded row of a pattern. The order is the editor's; passing through each other's places is allowed."""

    code = models.CharField(max_length=60, unique=True)
    position = models.PositiveIntegerField()

    class Meta:
        abstract = True
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["pattern", "position"],
                name="%(class)s_one_row_per_place",
                deferrable=models.Deferrable.DEFERRED,
            )
        ]

    def __str__(self):
        return self.code


class SubVariant(Row):
    pattern = models.ForeignKey(Pattern, on_delete=models.CASCADE, related_name="sub_variants")
    name = models.TextField(blank=True)
    description = models.TextField(blank=True)


class Clause(Row):
    pattern = models.ForeignKey(Pattern, on_delete=models.CASCADE, related_name="clauses")
    title = models.TextField(blank=True)
    text = models.TextField(blank=True)
    negotiate = models.TextField(blank=True)


class Move(Row):
    class Grounding(models.TextChoices):
        DOCUMENTED = "documented"
        INFERRED = "inferred"

    pattern = models.ForeignKey(Pattern, on_delete=models.CASCADE, related_name="kill_list")
    move = models.TextField(blank=True)
    mechanism = models.TextField(blank=True)
    mitigation = models.TextField(blank=True)
    grounding = models.CharField(max_length=20, choices=Grounding, blank=True)

    class Meta(Row.Meta):
        verbose_name = "kill-list move"
        constraints = [
            *Row.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(grounding__in=["", "documented", "inferred"]), name="grounding_is_known"
            ),
        ]


class Precedent(Row):
    pattern = models.ForeignKey(Pattern, on_delete=models.CASCADE, related_name="precedents")
    title = models.TextField(blank=True)
    forum = models.TextField(blank=True)
    date = models.CharField(max_length=10, blank=True)
    status = models.TextField(blank=True)
    source = models.CharField(max_length=80, blank=True)
    relevance = models.TextField(blank=True)


class Anchor(Row):
    pattern = models.ForeignKey(Pattern, on_delete=models.CASCADE, related_name="anchors")
    source = models.CharField(max_length=80, blank=True)
    finding = models.TextField(blank=True)
