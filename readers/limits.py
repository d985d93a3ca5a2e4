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

What = Posting.What
LOCK = 4_170_022  # of the advisory lock under which postings are counted; its number means nothing
HOUR, KEPT = timedelta(hours=1), timedelta(days=1)
OF_ONE_IN_AN_HOUR, OF_ONE_IN_A_DAY, OF_ALL_IN_AN_HOUR = 5, 20, 100
# Who follows things follows several at once; more would be somebody who writes to other people's addresses.
SUBSCRIPTIONS_OF_ONE_IN_AN_HOUR, SUBSCRIPTIONS_OF_ONE_IN_A_DAY, SUBSCRIPTIONS_OF_ALL_IN_AN_HOUR = 12, 40, 300

TOO_MANY_OF_ONE = (
    "Several reports came from your network of late, which may be a whole office. Yours is not lost: it stands "
    "below. Please send it again in an hour."
)
TOO_MANY_OF_ALL = (
    "More reports came within an hour than a few editors can read. Yours is not lost: it stands below. "
    "Please send it again in an hour."
)
TOO_MANY_SUBSCRIPTIONS_OF_ONE = (
    "Your network, which may be a whole office, has asked for several subscriptions of late. What you typed stands "
    "below. Please send it again in an hour."
)
TOO_MANY_SUBSCRIPTIONS_OF_ALL = (
    "More subscriptions were asked for within an hour than we write letters for. What you typed stands below. "
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
    """Return the sentence that says why no more reports are taken from `network` now, empty when they are."""
    most = (OF_ONE_IN_AN_HOUR, OF_ONE_IN_A_DAY, OF_ALL_IN_AN_HOUR)
    return _why_too_many(What.REPORT, network, most, (TOO_MANY_OF_ONE, TOO_MANY_OF_ALL))


def why_too_many_subscriptions(network: str) -> str:
    """Return the same for subscriptions that are asked for."""
    most = (SUBSCRIPTIONS_OF_ONE_IN_AN_HOUR, SUBSCRIPTIONS_OF_ONE_IN_A_DAY, SUBSCRIPTIONS_OF_ALL_IN_AN_HOUR)
    said = (TOO_MANY_SUBSCRIPTIONS_OF_ONE, TOO_MANY_SUBSCRIPTIONS_OF_ALL)
    return _why_too_many(What.SUBSCRIPTION, network, most, said)


def _why_too_many(what: str, network: str, most: tuple[int, int, int], said: tuple[str, str]) -> str:
    """`most` are of one network in an hour and in a day and of all in an hour; `said` of one and of all."""
    now, (in_an_hour, in_a_day, of_all), (of_one, of_everybody) = timezone.now(), most, said
    lately = Posting.objects.filter(what=what, at__gt=now - HOUR)
    if lately.filter(network=network).count() >= in_an_hour:
        return of_one
    if Posting.objects.filter(what=what, network=network, at__gt=now - KEPT).count() >= in_a_day:
        return of_one.replace("in an hour", "tomorrow")
    return of_everybody if lately.count() >= of_all else ""


def count(network: str, what: str = What.REPORT) -> None:
    """Count one posting that was taken."""
    Posting.objects.create(what=what, network=network, at=timezone.now())


def forget() -> None:
    """Delete what was counted a day ago."""
    Posting.objects.filter(at__lte=timezone.now() - KEPT).delete()
