"""Messages to people outside: written with what they tell, sent by tick, erased once they have gone out."""

import hashlib

from django.db import models
from django.db.models import Q

WAITS = Q(sent_at=None, given_up_at=None)


class OutgoingMessage(models.Model):
    """One message to one address. `about` names its occasion for ever, so that nobody is told twice.

    Address and words are gone as soon as it was sent or given up; that it went out stays. `unsubscribe` is the path
    that ends the subscription it belongs to, if it does. The words are those of the ledger's `position`; `after` is
    the one after which the changes that it tells begin, if it tells any.
    """

    about = models.CharField(max_length=200, unique=True)
    address = models.CharField(max_length=254, blank=True)
    subject = models.TextField(blank=True)
    text = models.TextField(blank=True)
    unsubscribe = models.TextField(blank=True)
    position = models.PositiveBigIntegerField(default=0)
    after = models.PositiveBigIntegerField(null=True)
    written_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    problem = models.TextField(blank=True)
    next_try_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(sent_at=None) | Q(given_up_at=None), name="a_message_ends_in_one_way"),
            models.CheckConstraint(
                condition=(WAITS & ~Q(address="") & Q(next_try_at__isnull=False))
                | (~WAITS & Q(address="", subject="", text="", unsubscribe="", problem="", next_try_at=None)),
                name="a_message_that_has_ended_is_erased",
            ),
        ]
        indexes = [models.Index(fields=["next_try_at", "id"], condition=WAITS, name="messages_waiting")]

    def __str__(self):
        return self.about

    @property
    def key(self):
        """Return the name of the message, the same at every try; it holds nothing of the address."""
        facts = "\n".join([self.about, str(self.written_at)])
        return f"reader-{self.pk}.{hashlib.sha256(facts.encode()).hexdigest()[:16]}"
