"""Letters about roles: who answers for the library hears at once who may do what in it."""

from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse

from accounts import roles
from accounts.models import AccountEvent, User
from mailroom import letters

BECAUSE = "You get this letter because chief editors and administrators are told of each role that is given or taken."
TO_DO = "If this is a surprise to you, ask now who wanted it; another administrator can change it back."


def tell_of_roles(event: AccountEvent, happened: str, reason: str) -> None:
    """Write to chief editors and administrators what `happened` to somebody's roles, and why.

    Never to who did it, nor to the person whose roles they are: neither would ask. In the caller's transaction.
    """
    quoted = "\n".join(f"> {line}".rstrip() for line in reason.splitlines())
    about_whom = urlencode({"who": event.other, "kind": "account"})
    letters.write_to(
        _told(event),
        about=f"account-event/{event.pk}",
        subject=f"Roles given or taken: {event.other}",
        text=f"{happened}\n\n{quoted}\n\n{BECAUSE} {TO_DO}",
        link=f"{reverse('desk:audit')}?{about_whom}",
        is_urgent=True,
    )


def _told(event):
    answer = Q(groups__name__in=[roles.CHIEF_EDITOR, roles.ADMINISTRATOR]) | Q(is_superuser=True)
    people = User.objects.filter(answer, is_active=True).exclude(pk__in=[event.user_id, event.other_id])
    return list(people.order_by("pk").values_list("pk", flat=True).distinct())
