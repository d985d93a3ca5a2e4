"""Who follows something by e-mail: an address, and nothing else about a person."""

import secrets

from django.db import models
from django.db.models.functions import Lower


def make_salt():
    return secrets.token_urlsafe(16)


class Subscriber(models.Model):
    """One address, written as readers.mailboxes writes it; erased with its last subscription.

    `salt` is signed into every link, so that a link of somebody who has been erased opens nothing, not even when a
    restored database gives the number again. `asked_at` is when a letter went to the address because it was typed
    into a form, until that letter is answered. `refusals` counts letters in a row that its mail server refused for
    good.
    """

    address = models.CharField(max_length=254, unique=True)
    salt = models.CharField(max_length=22, default=make_salt)
    asked_at = models.DateTimeField(null=True)
    refusals = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(address=Lower("address"), address__contains="@"),
                name="an_address_is_kept_in_small_letters",
            ),
            models.CheckConstraint(condition=~models.Q(salt=""), name="the_links_of_a_subscriber_are_salted"),
        ]

    def __str__(self):
        return f"Subscriber {self.pk}"  # never the address: this is what logs and error pages show
