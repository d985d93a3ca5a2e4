"""Who signed what."""

from django.db import models

from library.frozen import FrozenModel


class SignOff(FrozenModel):
    """A named person's approval of one section's digest within one document, on top of one live edition.

    It counts for every document of the item whose section has this digest. With `override_reason` it is a chief
    editor's override, which counts whoever wrote the text. `position` is that of the item's standing act when it was
    given: what was retired or withheld since is brought back by nobody who did not know.
    """

    kind = models.CharField(max_length=20)
    code = models.CharField(max_length=60)
    digest = models.CharField(max_length=64)
    section = models.CharField(max_length=20)
    section_digest = models.CharField(max_length=64)
    base_edition = models.CharField(max_length=12, blank=True)
    position = models.BigIntegerField(default=0)
    user_id = models.BigIntegerField()
    name = models.TextField()
    role = models.TextField()
    at = models.DateTimeField()
    override_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "code", "digest", "base_edition", "position", "section", "user_id"],
                condition=models.Q(override_reason=""),
                name="a_person_signs_the_same_once",
            )
        ]

    def __str__(self):
        return f"{self.name} on {self.code} {self.digest[:12]}"
