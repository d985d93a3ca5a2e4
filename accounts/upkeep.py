"""What falls due in accounts: sessions and counts of wrong tries that mean nothing any more are deleted."""

from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts import locks


def clear() -> None:
    """Delete ended sessions and expired counts; called by `manage.py tick`, safe twice or at once."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
    locks.clear()
