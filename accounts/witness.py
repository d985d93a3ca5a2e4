"""Writes down what Django, django-allauth and django-axes say has happened to an account.

Signals, against our habit: signing in and the keeping of second factors belong to these libraries, and this is the
one door they offer. What our own code does to accounts is written where it is done.
"""

from allauth.account.internal.flows.login import record_authentication
from allauth.account.signals import password_changed
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from axes.signals import user_locked_out
from django.conf import settings
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.utils import timezone

from accounts import events, locks
from accounts.middleware import keep_alive
from accounts.models import AccountEvent, User

What = AccountEvent.What
# Per account while a lock lasts, from however many addresses: these rows stay for ever. Those of open sessions are
# kept apart: accounts.locks counts them, and no stranger may use up their places.
FAILURES_KEPT = 20


def connect():
    user_logged_in.connect(signed_in)
    user_logged_out.connect(signed_out)
    user_login_failed.connect(sign_in_failed)
    user_locked_out.connect(locked_out)
    password_changed.connect(own_password_changed)
    authenticator_added.connect(factor_added)
    authenticator_removed.connect(factor_removed)
    authenticator_reset.connect(codes_renewed)


def signed_in(sender, request, user, **rest):
    keep_alive(request.session)
    events.tell(user, What.SIGNED_IN, by=user)


def signed_out(sender, request, user, **rest):
    if user is not None:
        events.tell(user, What.SIGNED_OUT, by=user)


def sign_in_failed(sender, credentials, request=None, **rest):
    """A wrong password for a name that exists. What is tried while the lock stands is not written again."""
    if request is None or hasattr(request, "password_was_not_looked_at"):
        return
    account = _account(credentials.get("username"))
    reason = events.ASKED_AGAIN if request.user.is_authenticated else ""
    if account and _lately(account, What.SIGN_IN_FAILED).filter(reason=reason).count() < FAILURES_KEPT:
        events.tell(account, What.SIGN_IN_FAILED, name=events.SOMEBODY, reason=reason)


def locked_out(sender, request, username, **rest):
    """A lock on the name, not on an address from which others were tried: that says nothing about this account."""
    account = _account(username)
    if account and locks.end_for_name(request, username) and not _lately(account, What.LOCKED_OUT).exists():
        events.tell(account, What.LOCKED_OUT, name=events.SOMEBODY, reason="Too many wrong passwords")


def _account(username):
    return User.objects.filter(username=username).first() if username else None


def _lately(account, what):
    began = timezone.now() - settings.AXES_COOLOFF_TIME
    return AccountEvent.objects.filter(other_id=account.pk, what=what, at__gt=began)


def own_password_changed(sender, request, user, **rest):
    events.tell(user, What.PASSWORD_SET, by=user)


def factor_added(sender, request, user, authenticator, **rest):
    """Whoever adds a factor has just proved it: this session need not be asked for it again at once."""
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        events.tell(user, What.CODES_RENEWED, by=user)
        return
    events.tell(user, What.FACTOR_ADDED, by=user, reason=words_of(authenticator))
    record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type, reauthenticated=True)


def factor_removed(sender, request, user, authenticator, **rest):
    events.tell(user, What.FACTOR_REMOVED, by=user, reason=words_of(authenticator))


def codes_renewed(sender, request, user, **rest):
    events.tell(user, What.CODES_RENEWED, by=user)


def words_of(authenticator):
    """Return what a person calls the authenticator."""
    if authenticator.type == Authenticator.Type.WEBAUTHN:
        return f"Passkey {authenticator.wrap().name}"
    return {"totp": "Authenticator app", "recovery_codes": "Recovery codes"}[authenticator.type]
