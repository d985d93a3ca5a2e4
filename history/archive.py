"""What is set aside: nothing of it is lost, nobody changes it, and it comes back as it was."""

from django.db.models import QuerySet
from django.utils.formats import date_format

from history.models import Archived


class IsArchived(ValueError):
    """An attempt to change an archived item; the message is a sentence for people, without its stop."""


def archived(kind: str, code: str) -> Archived | None:
    """Return who archived the item, when and why; None for one in use."""
    return Archived.objects.filter(kind=kind, code=code).first()


def codes(kind: str) -> QuerySet:
    """Return the codes of the archived items of `kind`, to be used inside another statement."""
    return Archived.objects.filter(kind=kind).values("code")


def refuse_archived(kind: str, code: str) -> None:
    """Raise IsArchived for an archived item. The caller has locked the draft, so that it stays so."""
    if found := archived(kind, code):
        raise IsArchived(sentence(found))


def sentence(found: Archived) -> str:
    """Return what somebody is told who wants to change an archived item, without the stop."""
    return f"{found.code} was archived by {found.name} on {date_format(found.at, 'DATE_FORMAT')}; recover it first"
