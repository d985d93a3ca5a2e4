"""What administrators do to other people's accounts, each thing written down with who did it and why."""

from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.db import transaction

from accounts import announcing, events, roles
from accounts.models import AccountEvent, User

What = AccountEvent.What


@dataclass(frozen=True)
class Standing:
    """How an account stands at one moment: who it is, what it may do, whether it may sign in."""

    username: str
    name: str
    email: str
    rights: str
    is_active: bool

    @classmethod
    def of(cls, account: User) -> "Standing":
        return cls(account.username, account.get_full_name(), account.email, _rights(account), account.is_active)


def _rights(account):
    return f"{roles.names(account)}, superuser" if account.is_superuser else roles.names(account)


def tell_created(account: User, *, by: User, reason: str) -> None:
    """Write down that the account was made; `reason` is why it has roles, empty where it has none."""
    rights = _rights(account)
    told = f"With {rights}. {reason}" if reason else f"With {rights}"
    event = events.tell(account, What.CREATED, by=by, reason=told)
    if account.groups.exists():
        announcing.tell_of_roles(event, f"{by.name} made an account for {account.name}, with: {rights}.", reason)


def tell_changes(account: User, before: Standing, *, by: User, reason: str) -> None:
    """Write down what differs between `before` and the account as it stands now; nothing when nothing does.

    `reason` is why roles were changed, or who may sign in.
    """
    after = Standing.of(account)
    details = _details(before, after)
    if details:
        events.tell(account, What.DETAILS_CHANGED, by=by, reason=details)
    if before.rights != after.rights:
        change = f"{before.rights} → {after.rights}"
        event = events.tell(account, What.ROLES_CHANGED, by=by, reason=f"{change}. {reason}")
        announcing.tell_of_roles(event, f"{by.name} changed what {account.name} may do: {change}.", reason)
    if before.is_active != after.is_active:
        events.tell(account, What.REACTIVATED if after.is_active else What.DEACTIVATED, by=by, reason=reason)


def _details(before, after):
    """Names in full, for evidence carries them; of an e-mail address only that it changed."""
    told = [
        f"{word}: {old or 'none'} → {new or 'none'}"
        for word, old, new in (
            ("User name", before.username, after.username),
            ("Name", before.name, after.name),
        )
        if old != new
    ]
    return ". ".join([*told, *(["E-mail address"] if before.email != after.email else [])])


@transaction.atomic
def set_password(account: User, phrase: str, *, by: User) -> None:
    """Give the account another password and end all its sessions."""
    account.set_password(phrase)
    account.end_sessions()
    account.save(update_fields=["password", "sessions_ended_at"])
    events.tell(account, What.PASSWORD_SET, by=by)


@transaction.atomic
def remove_second_factor(account: User, *, by: User, reason: str) -> None:
    """Take a lost second factor away with its recovery codes, and end all sessions; the person sets up a new one."""
    from accounts.witness import words_of

    held = Authenticator.objects.filter(user=account)
    words = ", ".join(words_of(each) for each in held)
    held.delete()
    _end_sessions(account)
    events.tell(account, What.FACTOR_REMOVED, by=by, reason=f"{words or 'There was none'}. {reason}")


@transaction.atomic
def end_sessions(account: User, *, by: User, reason: str) -> None:
    """Sign the person out wherever they are signed in."""
    _end_sessions(account)
    events.tell(account, What.SESSIONS_ENDED, by=by, reason=reason)


def _end_sessions(account):
    account.end_sessions()
    account.save(update_fields=["sessions_ended_at"])
