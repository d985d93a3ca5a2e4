"""What falls due: everything in settings.TICKS, done one after the other, and what is known of the last time."""

import logging
from collections.abc import Callable, Iterable
from datetime import timedelta

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.module_loading import import_string

from mailroom.models import Tick

logger = logging.getLogger(__name__)
OLDEST_TICK = timedelta(minutes=5)


def run() -> dict[str, str]:
    """Do all that falls due; return what failed, each with its sentence.

    Each thing is done although another has failed. That one is logged, kept for the desk and done again next time.
    """
    failed = {name: error for name in settings.TICKS if (error := _do(name))}
    _keep(Tick.WHOLE, ", ".join(failed))
    return failed


def _do(name: str) -> str:
    error = ""
    try:
        import_string(name)()
    except Exception as problem:
        logger.exception("%s failed", name)
        error = str(problem) or type(problem).__name__
        if connection.connection and not connection.is_usable():
            connection.close()  # or all that comes after would fail with it
    _keep(name, error)
    return error


def each(keys: Iterable[int], do: Callable[[int], object], broken: str) -> None:
    """Call `do` with each of `keys`; none has to wait for what breaks in another.

    Raises ExceptionGroup with the sentence `broken` after all were tried when something broke.
    """
    errors = []
    for key in keys:
        try:
            do(key)
        except Exception as error:
            errors.append(error)
    if errors:
        raise ExceptionGroup(broken, errors)


def _keep(name: str, error: str) -> None:
    now = timezone.now()
    row = Tick(name=name, ran_at=now, ok_at=None if error else now, error=error)
    changed = ["ran_at", "error"] if error else ["ran_at", "ok_at", "error"]  # the last good time stays known
    Tick.objects.bulk_create([row], update_conflicts=True, unique_fields=["name"], update_fields=changed)


def what_is_late() -> str:
    """Return the sentence that says how long nothing that falls due was done, empty while all is well.

    A library that has never ticked has five minutes from its start.
    """
    last = Tick.objects.filter(name=Tick.WHOLE).values_list("ran_at", flat=True).first()
    since = last or apps.get_app_config("mailroom").started_at
    if timezone.now() - since <= OLDEST_TICK:
        return ""
    if last is None:
        return "manage.py tick has never run; what falls due is not done and no letter goes out"
    return f"manage.py tick has not run to its end since {date_format(last, 'DATETIME_FORMAT')} UTC"
