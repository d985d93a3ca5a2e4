"""Outgoing letters: one row per person and event, written with the event, sent afterwards by `manage.py tick`."""

import hashlib

from django.conf import settings
from django.db import models
from django.db.models import F, Q

WAITS = Q(sent_at=None, given_up_at=None, dropped_at=None)
FAILS = Q(sent_at=None, dropped_at=None) & ~Q(problem="")


class Preference(models.Model):
    """How one person wants letters. Who has no row gets each at once."""

    class Pace(models.TextChoices):
        AT_ONCE = "at_once", "Each at once"
        DAILY = "daily", "One letter a day"

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="preference")
    pace = models.CharField(max_length=10, choices=Pace)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pace__in=["at_once", "daily"]), name="pace_of_letters_is_known"),
        ]

    def __str__(self):
        return f"{self.person}: {self.get_pace_display()}"


class Digest(models.Model):
    """The one message that carries a person's letters of a day. Which letters it holds is settled when it is made."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="digests")
    day = models.DateField()
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["person", "day"], name="one_digest_per_person_and_day")]

    def __str__(self):
        return f"Letters to {self.person} of {self.day}"

    @property
    def key(self):
        return f"digest-{self.pk}.{_mark(self.person_id, self.day, self.made_at)}"


class LetterQuerySet(models.QuerySet):
    def waiting(self):
        """Neither sent nor given up nor dropped."""
        return self.filter(WAITS)

    def failing(self):
        """What could not be sent, whether it is tried again or not; a chief editor sees to it."""
        return self.filter(FAILS)


class Letter(models.Model):
    """One letter to one person. `about` names the event or the reminder, so that nobody is told twice.

    It waits until it is sent, given up after a day of tries, or dropped because it is no longer wanted;
    `problem` says what went wrong at the last try, or why it was dropped.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="letters")
    about = models.CharField(max_length=200)
    subject = models.TextField()
    text = models.TextField()
    link = models.TextField(blank=True)
    is_urgent = models.BooleanField(default=False)
    written_at = models.DateTimeField()
    digest = models.ForeignKey(Digest, null=True, on_delete=models.PROTECT, related_name="letters")
    tries = models.PositiveSmallIntegerField(default=0)
    problem = models.TextField(blank=True)
    next_try_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["person", "about"], name="one_letter_per_person_and_event"),
            models.CheckConstraint(
                condition=Q(given_up_at=None, dropped_at=None)
                | Q(sent_at=None, dropped_at=None)
                | Q(sent_at=None, given_up_at=None),
                name="a_letter_ends_in_one_way",
            ),
            models.CheckConstraint(
                condition=(WAITS & Q(next_try_at__isnull=False)) | (~WAITS & Q(next_try_at=None)),
                name="a_letter_is_tried_while_it_waits",
            ),
            models.CheckConstraint(
                condition=Q(given_up_at=None, dropped_at=None) | ~Q(problem=""), name="a_letter_not_sent_says_why"
            ),
            models.CheckConstraint(
                condition=Q(given_up_at=None) | Q(tries__gt=0), name="a_letter_is_tried_before_it_is_given_up"
            ),
        ]
        indexes = [
            models.Index(fields=["next_try_at", "id"], condition=WAITS, name="letters_waiting"),
            models.Index(fields=["id"], condition=FAILS, name="letters_failing"),
            models.Index(fields=["person", "-id"], name="letters_of_a_person"),
        ]

    def __str__(self):
        return f"{self.subject} to {self.person}"

    @property
    def key(self):
        """Return the name of the message, the same at every try, and no other library's."""
        return f"letter-{self.pk}.{_mark(self.person_id, self.about, self.written_at)}"


def _mark(*facts):
    return hashlib.sha256("\n".join(map(str, facts)).encode()).hexdigest()[:16]


class TickQuerySet(models.QuerySet):
    def failing(self):
        """Work that is still on the list and failed when it was last done."""
        return self.filter(name__in=settings.TICKS).exclude(error="")


class Tick(models.Model):
    """When one thing that falls due was last done, and how that went; `WHOLE` is the run through all of them."""

    WHOLE = "tick"

    name = models.CharField(max_length=200, unique=True)
    ran_at = models.DateTimeField()
    ok_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    objects = TickQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(error="") | Q(ok_at__isnull=False, ok_at=F("ran_at")),
                name="a_tick_went_well_or_says_what_failed",
            ),
        ]

    def __str__(self):
        return f"{self.name} at {self.ran_at}"
