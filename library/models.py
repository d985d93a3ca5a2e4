"""The published record: frozen editions and ledger entries, and what is derived from them.

Edition and LedgerEntry are evidence. Withheld, Standing, Exhibited, Cited, Passage, Word, Extract and Page can be
emptied and are rebuilt from them by `manage.py rebuild_library`.
"""

import re

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from library import documents
from library.frozen import FrozenModel

NUMBER = re.compile(r"(\d{4})\.(\d{2})(?:\.(\d+))?")


def number_parts(number):
    """Return (year, month, sequence) of an edition number; `2026.06` is the first of its month."""
    year, month, sequence = NUMBER.fullmatch(number).groups()
    return int(year), int(month), int(sequence or 1)


class Kind(models.TextChoices):
    PATTERN = "pattern"
    PARTNERSHIP = "partnership"


class Edition(FrozenModel):
    """A published document; its bytes are what the sign-offs named in the ledger approved."""

    kind = models.CharField(max_length=20, choices=Kind)
    code = models.CharField(max_length=60)
    number = models.CharField(max_length=12)
    position = models.BigIntegerField(unique=True)
    slug = models.CharField(max_length=80)
    title = models.TextField()
    document = models.BinaryField()
    digest = models.CharField(max_length=64)
    note = models.TextField()
    reviewed_by = models.TextField()
    published_at = models.DateTimeField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "code", "number"], name="one_edition_per_number"),
            models.CheckConstraint(condition=models.Q(kind__in=Kind.values), name="edition_kind_is_known"),
        ]
        indexes = [models.Index(fields=["kind", "slug"]), models.Index(fields=["code", "position"])]

    def __str__(self):
        return f"{self.code} {self.number}"

    def read(self):
        """Return the document."""
        return documents.parse(bytes(self.document))


class LedgerEntry(FrozenModel):
    """One public act. `body` holds the canonical bytes; the columns repeat it for queries."""

    class Act(models.TextChoices):
        PUBLICATION = "publication"
        REAFFIRMATION = "reaffirmation"
        RETIREMENT = "retirement"
        WITHHOLDING = "withholding"

    position = models.BigIntegerField(primary_key=True)
    previous = models.CharField(max_length=64, unique=True)
    hash = models.CharField(max_length=64, unique=True)
    body = models.BinaryField()
    act = models.CharField(max_length=20, choices=Act)
    kind = models.CharField(max_length=20, choices=Kind)
    code = models.CharField(max_length=60)
    edition = models.CharField(max_length=12)
    digest = models.CharField(max_length=64)
    time = models.DateTimeField()

    class Meta:
        ordering = ["position"]
        verbose_name_plural = "ledger entries"
        constraints = [
            models.CheckConstraint(condition=models.Q(position__gte=1), name="positions_start_at_one"),
            models.CheckConstraint(
                condition=models.Q(act__in=["publication", "reaffirmation", "retirement", "withholding"]),
                name="ledger_act_is_known",
            ),
        ]
        indexes = [models.Index(fields=["time"]), models.Index(fields=["code", "position"])]

    def __str__(self):
        return f"{self.position} {self.act} {self.code} {self.edition}"

    def read(self):
        """Return the entry as the object that was hashed."""
        return documents.parse(bytes(self.body))


class Withheld(models.Model):
    """An edition that may no longer be shown, whatever moment is asked for (derived).

    `position` is that of the withholding in the ledger, `ground` the public reason.
    """

    edition = models.OneToOneField(Edition, on_delete=models.DO_NOTHING, related_name="withheld")
    position = models.BigIntegerField(unique=True)
    day = models.DateField()
    ground = models.TextField()

    class Meta:
        verbose_name_plural = "withheld editions"

    def __str__(self):
        return f"{self.edition} withheld at {self.position}"


class StandingQuerySet(models.QuerySet):
    def at(self, position):
        """What stood once the act at `position` was done."""
        still = models.Q(until_position__isnull=True) | models.Q(until_position__gt=position)
        return self.filter(still, from_position__lte=position)

    def latest(self):
        return self.filter(until_position__isnull=True)

    def extracted(self):
        """Those that lists and matrix can show; between an upgrade and `catch_up` a standing may lack its extract."""
        return self.filter(extract__isnull=False)

    def shown(self):
        """Without the editions that are withheld now: what is withheld is not shown for a past day either."""
        return self.filter(edition__withheld__isnull=True)


class Standing(models.Model):
    """Which edition of an item stood, and how, from one position to the next (derived).

    `successor` is the code of the item to which a retired one points.
    """

    class State(models.TextChoices):
        VERIFIED = "verified"
        RETIRED = "retired"
        WITHHELD = "withheld"

    kind = models.CharField(max_length=20, choices=Kind)
    code = models.CharField(max_length=60)
    edition = models.ForeignKey(Edition, on_delete=models.DO_NOTHING, related_name="+")
    from_position = models.BigIntegerField()
    until_position = models.BigIntegerField(null=True)
    state = models.CharField(max_length=20, choices=State)
    review_by = models.DateField()
    reviewed_on = models.DateField()
    reviewed_by = models.TextField()
    successor = models.CharField(max_length=60, blank=True)
    # What lists and facets show, read from the document.
    number = models.CharField(max_length=12)
    slug = models.CharField(max_length=80)
    title = models.TextField()
    subtitle = models.TextField()
    sort_key = models.TextField()
    family_slug = models.CharField(max_length=80, blank=True)
    family_name = models.TextField(blank=True)
    status = models.CharField(max_length=20, blank=True)
    confidence = models.CharField(max_length=20, blank=True)
    announced = models.CharField(max_length=10, blank=True)
    newest_source = models.CharField(max_length=10, blank=True)

    objects = StandingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "code"],
                condition=models.Q(until_position__isnull=True),
                name="one_standing_edition_per_item",
            ),
        ]
        indexes = [models.Index(fields=["kind", "slug"]), models.Index(fields=["kind", "sort_key"])]

    def __str__(self):
        return f"{self.code} {self.number} from {self.from_position}"


class Exhibited(models.Model):
    """A partnership's standing edition shows a pattern (derived)."""

    standing = models.ForeignKey(Standing, on_delete=models.CASCADE, related_name="exhibits")
    pattern = models.CharField(max_length=60, db_index=True)

    def __str__(self):
        return f"{self.standing} shows {self.pattern}"


class Cited(models.Model):
    """A standing edition cites a source; `record` is the copy inside that edition (derived)."""

    standing = models.ForeignKey(Standing, on_delete=models.CASCADE, related_name="cites")
    key = models.CharField(max_length=80, db_index=True)
    title = models.TextField()
    sort_key = models.TextField()
    source_kind = models.CharField(max_length=20)
    record = models.JSONField()

    def __str__(self):
        return f"{self.standing} cites {self.key}"


class Passage(models.Model):
    """A section of a standing edition, or the item itself where `anchor` is empty, as search finds it (derived).

    `title` and `text` are shown, `folded` is one folded word for each of theirs, `written` and `stemmed` are the
    weighted words as they stand and as English stems.
    """

    standing = models.ForeignKey(Standing, on_delete=models.CASCADE, related_name="passages")
    order = models.IntegerField()
    anchor = models.CharField(max_length=100, blank=True)
    code = models.CharField(max_length=60, blank=True)
    place = models.CharField(max_length=40, blank=True)
    title = models.TextField()
    text = models.TextField()
    grounding = models.CharField(max_length=20, blank=True)
    folded = models.TextField()
    written = SearchVectorField()
    stemmed = SearchVectorField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["standing", "anchor"], name="one_passage_per_anchor")]
        indexes = [GinIndex(fields=["written"]), GinIndex(fields=["stemmed"])]

    def __str__(self):
        return f"{self.standing} at {self.anchor or 'its head'}"


class Word(models.Model):
    """A word of what may be searched, with the traces by which misspelt ones find it (derived)."""

    word = models.CharField(max_length=100, unique=True)
    traces = ArrayField(models.TextField())

    class Meta:
        indexes = [GinIndex(fields=["traces"])]

    def __str__(self):
        return self.word


class Extract(models.Model):
    """What indexes and matrix need of a standing edition's document (derived by `library.facets`)."""

    standing = models.OneToOneField(Standing, on_delete=models.CASCADE, related_name="extract", primary_key=True)
    facets = models.JSONField()
    grid = models.JSONField()

    def __str__(self):
        return f"Extract of {self.standing}"


class Page(models.Model):
    """The latest page of an item, drawn at publication; badges are drawn when it is read (derived).

    `fragment` is the main content without badges, `badges` the few facts that badges and citing need, `drawn_by`
    the digest of the code and templates that drew it.
    """

    kind = models.CharField(max_length=20, choices=Kind)
    code = models.CharField(max_length=60)
    slug = models.CharField(max_length=80)
    position = models.BigIntegerField()
    fragment = models.TextField()
    fragment_digest = models.CharField(max_length=64)
    badges = models.JSONField()
    drawn_by = models.CharField(max_length=64, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "code"], name="one_page_per_item"),
            models.UniqueConstraint(fields=["kind", "slug"], name="one_page_per_address"),
        ]

    def __str__(self):
        return f"{self.code} at {self.position}"
