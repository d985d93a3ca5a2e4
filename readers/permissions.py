"""Who may do what with reports: one `may_<verb>(user)` each, nothing decided anywhere else."""

from django.core.exceptions import PermissionDenied

from accounts import roles
from accounts.models import User

ANSWERING = (roles.EDITOR, roles.CHIEF_EDITOR)
DESK = (*ANSWERING, roles.REVIEWER, roles.LEGAL_REVIEWER)


def may_see_reports(user: User) -> bool:
    """Whether the person reads what readers reported: everybody with work at the desk. Addresses nobody sees."""
    return user.is_active and (user.is_superuser or roles.has_role(user, *DESK))


def may_answer_reports(user: User) -> bool:
    """Whether the person takes reports and decides on them: who drafts."""
    return user.is_active and (user.is_superuser or roles.has_role(user, *ANSWERING))


def check_may_answer(user: User) -> None:
    """Raise PermissionDenied for who does not answer reports."""
    if not may_answer_reports(user):
        raise PermissionDenied("Only editors and chief editors answer reports.")
