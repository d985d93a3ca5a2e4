"""The working document of every item, who contributed to it, and the codes that are never given twice."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.http import QueryDict

from history.words import lately
from library.documents import parse
from library.frozen import FrozenModel


class Archived(models.Model):
    """An item that was set aside with everything that belongs to it; the row goes when the item is recovered.

    Who archived and recovered what, and why, stays in the events.
    """

    kind = models.CharField(max_length=20)
    code = models.CharField(max_length=80)
    at = models.DateTimeField()
    user_id = models.BigIntegerField()
    name = models.TextField()
    role = models.TextField()
    reason = models.TextField()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "code"], name="an_item_is_archived_once"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="archiving_has_a_reason"),
        ]

    def __str__(self):
        return f"{self.code} archived by {self.name}"


class DraftQuerySet(models.QuerySet):
    def unarchived(self):
        set_aside = Archived.objects.filter(kind=models.OuterRef("kind"), code=models.OuterRef("code"))
        return self.filter(~models.Exists(set_aside))


class Draft(models.Model):
    """The composed document of one item's working rows; the one model registered with django-reversion.

    `document` is the canonical JSON text, `digest` its SHA-256, `version` counts the recorded changes.
    """

    kind = models.CharField(max_length=20)
    code = models.CharField(max_length=80)
    title = models.TextField(blank=True)
    document = models.TextField()
    digest = models.CharField(max_length=64)
    version = models.PositiveIntegerField()
    cites = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    changed_at = models.DateTimeField()
    changed_by = models.TextField()

    objects = DraftQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "code"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "code"], name="one_draft_per_item"),
            models.CheckConstraint(condition=models.Q(version__gte=1), name="versions_count_from_one"),
        ]
        indexes = [GinIndex(fields=["cites"], name="draft_cites")]

    def __str__(self):
        return f"{self.code} version {self.version}"

    def read(self):
        """Return the document."""
        return parse(self.document.encode())


class Contribution(FrozenModel):
    """Somebody's part in one version of a draft; a restored version repeats those of what it restores.

    `through` names what was changed where it was not the draft itself: `source/<key>` or `family/<slug>`.
    """

    kind = models.CharField(max_length=20)
    code = models.CharField(max_length=80)
    version = models.PositiveIntegerField()
    user_id = models.BigIntegerField()
    name = models.TextField()
    at = models.DateTimeField()
    inherited = models.BooleanField(default=False)
    through = models.CharField(max_length=90, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "code", "version", "user_id"], name="one_contribution_per_person_and_version"
            )
        ]

    def __str__(self):
        return f"{self.name} in {self.code} version {self.version}"


class Code(FrozenModel):
    """A code once given. `owner` is the item it belongs to, for ever."""

    code = models.CharField(max_length=60, primary_key=True)
    what = models.CharField(max_length=20)
    owner = models.CharField(max_length=60)
    given_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(models.functions.Lower("code"), name="one_code_in_any_case"),
        ]

    def __str__(self):
        return self.code


class RefusedSave(models.Model):
    """What somebody wanted to save while another had changed the same item; kept for its author to fetch."""

    kind = models.CharField(max_length=20)
    code = models.CharField(max_length=80)
    # The page of the item that was open: the pattern of an exhibit, empty for the item itself.
    part = models.CharField(max_length=60, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    base_version = models.PositiveIntegerField()
    theirs_version = models.PositiveIntegerField()
    document = models.TextField()
    note = models.TextField(blank=True)
    refused_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-refused_at"]
        verbose_name = "refused text"

    def __str__(self):
        return f"{self.code} by {self.author} on version {self.base_version}"

    def read(self):
        """Return the document that was refused."""
        return parse(self.document.encode())


class Imported(models.Model):
    """The version at which an item said what an imported folder said; what editors make of it later is theirs.

    An export that comes back says what editors wrote, and notes nothing of what they had edited.
    """

    kind = models.CharField(max_length=20)
    code = models.CharField(max_length=80)
    version = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "code"], name="one_imported_version_per_item"),
        ]

    def __str__(self):
        return f"{self.code} version {self.version} as imported"


class Unfinished(models.Model):
    """What somebody is typing and has not saved: no version, no contribution, and nobody else's to see.

    `typed` holds the fields as the form sends them, on top of the version it was opened with. `token` names the
    page on which it is typed, so that a second page of the same form does not overwrite it.
    """

    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    code = models.CharField(max_length=80)
    part = models.CharField(max_length=60, blank=True)
    base_version = models.PositiveIntegerField()
    base_digest = models.CharField(max_length=64)
    token = models.CharField(max_length=32)
    typed = models.TextField()
    typed_at = models.DateTimeField()
    recovered_at = models.DateTimeField(null=True)  # when its item came back from the archive

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["author", "kind", "code", "part"], name="one_unfinished_text_per_person_and_form"
            )
        ]
        indexes = [models.Index(fields=["typed_at"], name="unfinished_by_age")]
        verbose_name = "unfinished text"

    def __str__(self):
        return f"{self.code} by {self.author}, not saved"

    def read(self):
        """Return what was typed, as a form takes it."""
        return QueryDict(self.typed)

    @property
    def typed_when(self):
        """When it was typed, in words."""
        return lately(self.typed_at)
