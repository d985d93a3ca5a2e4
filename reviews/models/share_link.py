"""Links that show one unpublished text to a reader outside."""

from datetime import timedelta

from django.db import models
from django.utils import timezone

from library.documents import parse

LONGEST_DAYS = 30


class ShareLinkQuerySet(models.QuerySet):
    def of(self, kind, code):
        return self.filter(kind=kind, code=code)

    def open(self):
        return self.filter(revoked_at=None, expires_at__gt=timezone.now())


class ShareLink(models.Model):
    """An address that shows exactly one document until it expires or is revoked. Only the revoking ever changes.

    The address itself is not kept, only the SHA-256 of its secret and its first characters, to tell links apart.
    """

    secret_digest = models.CharField(max_length=64, unique=True)
    beginning = models.CharField(max_length=8)
    kind = models.CharField(max_length=20)
    code = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    document = models.BinaryField()
    digest = models.CharField(max_length=64)
    purpose = models.TextField()
    made_at = models.DateTimeField()
    made_by_id = models.BigIntegerField()
    made_by = models.TextField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by_id = models.BigIntegerField(null=True)
    revoked_by = models.TextField(blank=True)

    objects = ShareLinkQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(purpose=""), name="a_link_says_whom_it_is_for"),
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("made_at"))
                & models.Q(expires_at__lte=models.F("made_at") + timedelta(days=LONGEST_DAYS)),
                name="a_link_ends_within_thirty_days",
            ),
            models.CheckConstraint(
                condition=models.Q(revoked_at=None, revoked_by_id=None, revoked_by="")
                | (models.Q(revoked_at__isnull=False, revoked_by_id__isnull=False) & ~models.Q(revoked_by="")),
                name="a_link_is_revoked_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["kind", "code", "-id"])]

    def __str__(self):
        return f"{self.code} version {self.version} for {self.purpose}"

    @property
    def is_open(self):
        """Whether the address still shows the text."""
        return self.revoked_at is None and self.expires_at > timezone.now()

    def read(self):
        """Return the document."""
        return parse(bytes(self.document))
