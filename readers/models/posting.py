"""That somebody posted something, without who: what the limits count."""

from django.db import models


class Posting(models.Model):
    """One thing posted from one network, as a digest of its address that changes daily; kept for a day at most."""

    class What(models.TextChoices):
        REPORT = "report"
        SUBSCRIPTION = "subscription"

    what = models.CharField(max_length=20, choices=What)
    network = models.CharField(max_length=64)
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(what__in=["report", "subscription"]), name="what_was_posted_is_known"
            )
        ]
        indexes = [models.Index(fields=["what", "network", "at"])]

    def __str__(self):
        return f"Posted at {self.at}"
