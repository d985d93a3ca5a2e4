"""How django-axes decides whether somebody is locked out: by our three counts instead of its one."""

from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_client_username
from django.conf import settings

from accounts import locks


class Counting(AxesDatabaseHandler):
    """Several AXES_LOCKOUT_PARAMETERS would share one limit, and one right password would forgive them all."""

    def is_locked(self, request, credentials=None):
        return locks.ends(request, get_client_username(request, credentials)) is not None

    def get_failures(self, request, credentials=None):
        """Return what reaches the limit exactly when a lock stands; it is asked after a failure was counted."""
        return settings.AXES_FAILURE_LIMIT if self.is_locked(request, credentials) else 0
