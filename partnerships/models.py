"""The working partnership, its evidence and its scorecards."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from library.sorting import fold
from patterns.models import slug_shape


class Partnership(models.Model):
    class Status(models.TextChoices):
        ANNOUNCED = "announced"
        ACTIVE = "active"
        AMENDED = "amended"
        ENDED = "ended"
        UNKNOWN = "unknown"

    class Confidence(models.TextChoices):
        PRIMARY_SOURCE = "primary_source"
        CORROBORATED = "corroborated"
        SINGLE_SOURCE = "single_source"
        RUMORED = "rumored"

    code = models.CharField(max_length=60, unique=True)
    slug = models.CharField(max_length=80, unique=True, validators=[slug_shape])
    name = models.TextField()
    aliases = ArrayField(models.TextField(), default=list, blank=True)
    announced = models.CharField(max_length=10, blank=True)
    status = models.CharField(max_length=20, choices=Status, default=Status.UNKNOWN)
    status_note = models.TextField(blank=True)
    summary = models.TextField(blank=True)
    confidence = models.CharField(max_length=20, choices=Confidence)
    sort_key = models.TextField(editable=False)

    class Meta:
        ordering = ["sort_key"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=["announced", "active", "amended", "ended", "unknown"]),
                name="status_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(confidence__in=["primary_source", "corroborated", "single_source", "rumored"]),
                name="confidence_is_known",
            ),
        ]

    def __str__(self):
        return self.name

    def save(self, **options):
        self.sort_key = fold(self.name)
        super().save(**options)


class Row(models.Model):
    position = models.PositiveIntegerField()

    class Meta:
        abstract = True
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["partnership", "position"],
                name="%(class)s_one_row_per_place",
                deferrable=models.Deferrable.DEFERRED,
            )
        ]


class Party(Row):
    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="parties")
    name = models.TextField()
    country = models.CharField(max_length=60, blank=True)
    role = models.TextField(blank=True)

    class Meta(Row.Meta):
        verbose_name_plural = "parties"
        constraints = [
            *Row.Meta.constraints,
            models.UniqueConstraint(fields=["partnership", "name"], name="a_party_is_named_once"),
        ]

    def __str__(self):
        return self.name


class Support(Row):
    """A source that the partnership rests on, and what it supports."""

    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="sources")
    source = models.CharField(max_length=80)
    supports = models.TextField(blank=True)
    first_party = models.BooleanField(default=False)

    class Meta(Row.Meta):
        constraints = [
            *Row.Meta.constraints,
            models.UniqueConstraint(fields=["partnership", "source"], name="a_source_supports_once"),
        ]

    def __str__(self):
        return self.source


class Exhibit(Row):
    """The partnership shows a pattern. `edition` and what follows are those of the edition that was judged."""

    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="exhibits")
    pattern = models.CharField(max_length=60)
    pattern_slug = models.CharField(max_length=80, blank=True)
    pattern_title = models.TextField(blank=True)
    edition = models.CharField(max_length=12, blank=True)
    sub_variants = models.JSONField(default=list, blank=True)
    note = models.TextField(blank=True)

    class Meta(Row.Meta):
        constraints = [
            *Row.Meta.constraints,
            models.UniqueConstraint(fields=["partnership", "pattern"], name="a_pattern_is_shown_once"),
        ]

    def __str__(self):
        return f"{self.partnership_id} shows {self.pattern}"


class Score(models.Model):
    """One judgement: this partnership against one move as worded in one edition."""

    class Value(models.TextChoices):
        VISIBLE = "visible"
        MITIGATED = "mitigated"
        NOT_VISIBLE = "not_visible"
        UNKNOWN = "unknown"

    exhibit = models.ForeignKey(Exhibit, on_delete=models.CASCADE, related_name="scores")
    position = models.PositiveIntegerField()
    move = models.CharField(max_length=60)
    wording = models.TextField(blank=True)
    edition = models.CharField(max_length=12, blank=True)
    score = models.CharField(max_length=20, choices=Value)
    evidence = models.TextField(blank=True)
    sources = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["exhibit", "position"],
                name="score_one_row_per_place",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.UniqueConstraint(fields=["exhibit", "move"], name="a_move_is_scored_once"),
            models.CheckConstraint(
                condition=models.Q(score__in=["visible", "mitigated", "not_visible", "unknown"]),
                name="score_is_known",
            ),
        ]

    def __str__(self):
        return f"{self.move} {self.score}"
