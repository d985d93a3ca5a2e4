"""Who may do what with letters: one `may_<verb>(user)` each, nothing decided anywhere else."""

from accounts import roles
from accounts.models import User


def may_read_letters(user: User) -> bool:
    """Whether the person has letters of their own to read: everybody on the staff."""
    return user.is_active and (user.is_staff or user.is_superuser)


def may_see_failures(user: User) -> bool:
    """Whether the person sees what could not be sent, and sees to it: chief editors and administrators."""
    return may_read_letters(user) and (
        user.is_superuser or roles.has_role(user, roles.CHIEF_EDITOR, roles.ADMINISTRATOR)
    )
