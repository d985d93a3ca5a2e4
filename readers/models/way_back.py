"""That something stopped can be followed again for an hour, without the address."""

from django.db import models


class WayBack(models.Model):
    """One way back, named by the signed field of the page that says *Stopped*; gone once it was used.

    `mailbox` is a digest of the address, so that the ways back of one can be erased; `thing` one of address and what
    was followed, so that stopping it again leaves the newest way back alone.
    """

    nonce = models.CharField(max_length=22, unique=True)
    mailbox = models.CharField(max_length=64, db_index=True)
    thing = models.CharField(max_length=64, unique=True)
    until = models.DateTimeField()

    def __str__(self):
        return f"Way back until {self.until}"
