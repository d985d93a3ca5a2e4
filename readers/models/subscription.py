"""What an address follows, how often it is told, and up to where it has been told."""

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone

from library.scopes import Followed, Scope
from readers.models.subscriber import Subscriber

LONGEST_KEY = 1_000
CONFIRM_WITHIN = timedelta(hours=48)


class SubscriptionQuerySet(models.QuerySet):
    def confirmed(self):
        return self.filter(confirmed_at__isnull=False)

    def pending(self):
        return self.filter(confirmed_at=None)

    def in_force(self):
        """What is confirmed or still can be; the rest waits to be erased."""
        return self.exclude(confirmed_at=None, asked_at__lte=timezone.now() - CONFIRM_WITHIN)


class Subscription(models.Model):
    """One address follows one thing. Nothing is sent before it is confirmed but the letter that asks for that.

    `of` and `key` are those of library.scopes.Scope. `position` is that of the ledger's entry up to which the
    subscriber has been told, at first that at which the subscription was confirmed.
    """

    class Pace(models.TextChoices):
        IMMEDIATE = "immediate", "At once"
        WEEKLY = "weekly", "Once a week, on Monday morning"

    subscriber = models.ForeignKey(Subscriber, on_delete=models.CASCADE, related_name="subscriptions")
    of = models.CharField(max_length=20, choices=Followed)
    key = models.CharField(max_length=LONGEST_KEY, blank=True)
    pace = models.CharField(max_length=20, choices=Pace)
    position = models.PositiveBigIntegerField(null=True)
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    last_letter_at = models.DateTimeField(null=True)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["subscriber", "of", "key"], name="an_address_follows_a_thing_once"),
            models.CheckConstraint(
                condition=Q(of__in=["library", "family", "pattern", "partnership", "search"]),
                name="what_is_followed_is_known",
            ),
            models.CheckConstraint(
                condition=Q(of="library", key="") | (~Q(of="library") & ~Q(key="")),
                name="only_the_library_is_followed_whole",
            ),
            models.CheckConstraint(
                condition=Q(pace__in=["immediate", "weekly"]), name="the_pace_of_letters_is_known"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None, position=None, last_letter_at=None)
                | Q(confirmed_at__isnull=False, position__isnull=False),
                name="a_subscription_begins_when_it_is_confirmed",
            ),
        ]
        indexes = [
            models.Index(
                fields=["position"], condition=Q(confirmed_at__isnull=False), name="subscriptions_by_position"
            ),
            models.Index(fields=["asked_at"], condition=Q(confirmed_at=None), name="subscriptions_pending"),
        ]

    def __str__(self):
        return f"Subscription {self.pk} of the {self.of}"

    @property
    def scope(self):
        return Scope(Followed(self.of), self.key)

    @property
    def about(self):
        """What its messages are about, or begin with."""
        return f"subscription/{self.pk}/"
