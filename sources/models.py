"""Bibliographic records, cited by key."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models

from library.sorting import fold


class Source(models.Model):
    class Kind(models.TextChoices):
        PAPER = "paper"
        BOOK = "book"
        FILING = "filing"
        COURT = "court"
        STATUTE = "statute"
        REGULATION = "regulation"
        GOVERNMENT = "government"
        PRESS_RELEASE = "press_release"
        ARTICLE = "article"
        OTHER = "other"

    # Kinds that can carry the grade primary_source when the row is marked first-party.
    FIRST_HAND = frozenset({"filing", "court", "statute", "regulation", "government", "press_release"})

    key = models.CharField(
        max_length=80,
        unique=True,
        validators=[RegexValidator(r"\A[A-Za-z0-9_.:-]+\Z", "Use letters, digits and _ . : - only.")],
        help_text="The citation key, e.g. cnas-2026-sovereignty. Permanent: choose it with care.",
    )
    kind = models.CharField(max_length=20, choices=Kind)
    title = models.TextField()
    authors = ArrayField(models.TextField(), default=list, blank=True)
    publisher = models.TextField(blank=True)
    published = models.CharField(max_length=10, blank=True)
    url = models.TextField(blank=True)
    archived_url = models.TextField(blank=True)
    doi = models.CharField(max_length=200, blank=True)
    accessed = models.CharField(max_length=10, blank=True)
    origin = models.TextField(blank=True)
    note = models.TextField(blank=True)
    sort_key = models.TextField(editable=False)

    class Meta:
        ordering = ["sort_key"]
        constraints = [
            models.UniqueConstraint(models.functions.Lower("key"), name="one_source_per_key_in_any_case"),
            models.CheckConstraint(
                condition=models.Q(
                    kind__in=[
                        "paper",
                        "book",
                        "filing",
                        "court",
                        "statute",
                        "regulation",
                        "government",
                        "press_release",
                        "article",
                        "other",
                    ]
                ),
                name="source_kind_is_known",
            ),
        ]

    def __str__(self):
        return f"{self.key}: {self.title}"

    def save(self, **options):
        self.sort_key = fold(self.title)
        super().save(**options)
