"""Writing down what happened to an account: the one place that makes an AccountEvent."""

from django.utils import timezone

from accounts.models import AccountEvent, User

A_COMMAND = "A command"
SOMEBODY = "Somebody"
ASKED_AGAIN = "Asked for again while signed in"  # why a wrong password is no try of a stranger


def tell(
    account: User, what: str, *, by: User | None = None, name: str = A_COMMAND, reason: str = ""
) -> AccountEvent:
    """Write that `what` happened to `account` and return the event.

    `by` is the signed-in person who did it; where nobody is signed in, `name` says who acted. `reason` is why, or
    what changed into what; never a password, a code or an address. All in the caller's transaction.
    """
    event = AccountEvent(
        what=what,
        user_id=by.pk if by else None,
        name=by.name if by else name,
        role=by.role if by else "",
        other_id=account.pk,
        other=account.name,
        at=timezone.now(),
        reason=reason,
    )
    event.save()
    return event
