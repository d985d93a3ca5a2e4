"""How far somebody has read."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models


class ReadMark(models.Model):
    """Somebody has read what stood at a place: `digest` covers place and text, so a changed text is unread again."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    code = models.CharField(max_length=60)
    place = ArrayField(models.TextField())
    digest = models.CharField(max_length=64)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["person", "kind", "code", "digest"], name="a_person_reads_the_same_once")
        ]

    def __str__(self):
        return f"{self.person} read {'/'.join(self.place)} of {self.code}"
