"""Outgoing letters: one row per person and event, written with the event, sent afterwards by `manage.py tick`."""

from django.conf import settings
from django.db import models


class Letter(models.Model):
    """One letter to one person. `about` names the event or the reminder, so that nobody is told twice."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="letters")
    about = models.CharField(max_length=200)
    subject = models.TextField()
    text = models.TextField()
    link = models.TextField(blank=True)
    written_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["person", "about"], name="one_letter_per_person_and_event"),
        ]

    def __str__(self):
        return f"{self.subject} to {self.person}"
