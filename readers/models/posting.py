"""That somebody posted something, without who: what the limits count."""

from django.db import models


class Posting(models.Model):
    """One thing posted from one network, as a digest of its address that changes daily; kept for a day at most."""

    network = models.CharField(max_length=64)
    at = models.DateTimeField(db_index=True)

    class Meta:
        indexes = [models.Index(fields=["network", "at"])]

    def __str__(self):
        return f"Posted at {self.at}"
