"""The person who signs in. Accounts are deactivated, never deleted: evidence keeps their names as text."""

from django.contrib.auth.models import AbstractUser
from django.utils.functional import cached_property


class User(AbstractUser):
    class Meta(AbstractUser.Meta):
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
