"""The person who signs in, and what happened to accounts. Accounts are deactivated, never deleted."""

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.functional import cached_property

from library.frozen import FrozenModel


class Accounts(UserManager):
    use_in_migrations = False

    def create_superuser(self, username, email=None, password=None, **fields):
        from accounts import events

        account = super().create_superuser(username, email, password, **fields)
        events.tell(account, AccountEvent.What.CREATED, reason="As superuser, by a command")
        return account


class User(AbstractUser):
    """A person. `sessions_ended_at` is the moment before which no session of theirs counts any more."""

    sessions_ended_at = models.DateTimeField(null=True, editable=False)

    objects = Accounts()

    class Meta(AbstractUser.Meta):
        verbose_name = "account"
        verbose_name_plural = "accounts"
        ordering = ["username"]

    @property
    def name(self):
        """The name that stands on versions, sign-offs and editions."""
        return self.get_full_name() or self.username

    @cached_property
    def held_roles(self):
        """The names of the roles that the account holds; asked once per request."""
        return frozenset(self.groups.values_list("name", flat=True))

    @property
    def role(self):
        """The highest editorial role, as evidence records it."""
        from accounts.roles import highest_role

        return highest_role(self)

    def end_sessions(self):
        """Let every session of this account end with its next request, wherever it is open."""
        self.sessions_ended_at = timezone.now()

    def _get_session_auth_hash(self, secret=None):
        """What each session carries and each request compares: the password and the moment above are in it."""
        kept = super()._get_session_auth_hash(secret=secret)
        if self.sessions_ended_at is None:
            return kept
        salted = kept + self.sessions_ended_at.isoformat()
        return salted_hmac("accounts.User.sessions_ended_at", salted, secret=secret, algorithm="sha256").hexdigest()


class AccountEvent(FrozenModel):
    """One thing that happened to an account: what, by whom, to whose account (`other`), when and why.

    Who is not known, such as somebody who typed a wrong password, has no `user_id`. Never a password, never a code,
    no address: these rows stay for ever.
    """

    class What(models.TextChoices):
        CREATED = "created"
        DETAILS_CHANGED = "details_changed", "Details changed"
        ROLES_CHANGED = "roles_changed", "Roles changed"
        DEACTIVATED = "deactivated"
        REACTIVATED = "reactivated"
        PASSWORD_SET = "password_set", "Password set"
        FACTOR_ADDED = "factor_added", "Second factor added"
        FACTOR_REMOVED = "factor_removed", "Second factor removed"
        CODES_RENEWED = "codes_renewed", "Recovery codes made"
        SIGNED_IN = "signed_in", "Signed in"
        SIGN_IN_FAILED = "sign_in_failed", "Wrong password"
        CODE_FAILED = "code_failed", "Wrong code"
        LOCKED_OUT = "locked_out", "Locked out"
        LOCK_LIFTED = "lock_lifted", "Lock lifted"
        SIGNED_OUT = "signed_out", "Signed out"
        SESSIONS_ENDED = "sessions_ended", "Signed out everywhere"

    what = models.CharField(max_length=30, choices=What)
    user_id = models.BigIntegerField(null=True)
    name = models.TextField()
    role = models.TextField(blank=True)
    other_id = models.BigIntegerField()
    other = models.TextField()
    at = models.DateTimeField()
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["other_id", "what", "-id"]),
            models.Index(fields=["user_id", "-id"]),
            models.Index(fields=["at"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(name="") & ~models.Q(other=""), name="an_account_event_names_both_people"
            )
        ]

    def __str__(self):
        return f"{self.other}: {self.get_what_display().lower()}"
