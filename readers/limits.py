"""How much is taken: from one network, and from all of them. What is counted is forgotten within a day.

A network is an address, of IPv6 its first 64 bits (accounts.locks), as a digest under the secret key and the day: it
is the same for a day, differs on the next, and a stolen copy of the database alone cannot be tried against all
addresses there are.
"""

from datetime import timedelta

from django.db import connection
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.locks import address_of
from readers.models import Posting

LOCK = 4_170_022  # of the advisory lock under which postings are counted; its number means nothing
HOUR, KEPT = timedelta(hours=1), timedelta(days=1)
OF_ONE_IN_AN_HOUR, OF_ONE_IN_A_DAY, OF_ALL_IN_AN_HOUR = 5, 20, 100

TOO_MANY_OF_ONE = (
    "Several reports came from your network of late, which may be a whole office. Yours is not lost: it stands "
    "below. Please send it again in an hour."
)
TOO_MANY_OF_ALL = (
    "More reports came within an hour than a few editors can read. Yours is not lost: it stands below. "
    "Please send it again in an hour."
)


def network_of(request: HttpRequest) -> str:
    """Return the digest of today that stands for the network a request comes from."""
    day = timezone.now().date().isoformat()
    return salted_hmac(f"readers.network.{day}", address_of(request), algorithm="sha256").hexdigest()


def lock() -> None:
    """Let one posting at a time be counted and written, until the end of the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def why_too_many(network: str) -> str:
    """Return the sentence that says why nothing more is taken from `network` now, empty when it is."""
    now = timezone.now()
    lately = Posting.objects.filter(at__gt=now - HOUR)
    if lately.filter(network=network).count() >= OF_ONE_IN_AN_HOUR:
        return TOO_MANY_OF_ONE
    if Posting.objects.filter(network=network, at__gt=now - KEPT).count() >= OF_ONE_IN_A_DAY:
        return TOO_MANY_OF_ONE.replace("in an hour", "tomorrow")
    return TOO_MANY_OF_ALL if lately.count() >= OF_ALL_IN_AN_HOUR else ""


def count(network: str) -> None:
    """Count one posting that was taken."""
    Posting.objects.create(network=network, at=timezone.now())


def forget() -> None:
    """Delete what was counted a day ago."""
    Posting.objects.filter(at__lte=timezone.now() - KEPT).delete()
