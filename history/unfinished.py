"""Typing that is not saved yet, kept for its author alone: one row per person, item and page of it, overwritten."""

import re
import secrets
from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.http import QueryDict
from django.utils import timezone

from history.fields import LONGEST
from history.forms import DocumentForms
from history.merging import merge
from history.models import Archived, Draft, Unfinished
from history.saving import Base, own

KEPT_FOR = timedelta(days=90)
TOKEN = re.compile(r"[0-9a-f]{16}")
NOTE = "change-note"
COUNTS = ("TOTAL_FORMS", "INITIAL_FORMS")


class TooLong(ValueError):
    """More typed into one field than it takes."""


def new_token() -> str:
    """Return the name of a page that was just opened."""
    return secrets.token_hex(8)


def token_in(data) -> str:
    """Return the token that a form sent back; empty for none or a forged one."""
    token = data.get("autosave", "")
    return token if TOKEN.fullmatch(token) else ""


def of(author, draft: Draft, part: str) -> Unfinished | None:
    """Return what `author` typed into that page of the item and has not saved."""
    return Unfinished.objects.filter(**_about(author, draft, part)).first()


def keep(author, draft: Draft, part: str, *, base: Base, token: str, typed: QueryDict) -> bool:
    """Keep what is typed on the page `token`; False when another page's typing stands there, which stays."""
    values = {"token": token, "base_version": base.version, "base_digest": base.digest}
    values |= {"typed": typed.urlencode(), "typed_at": timezone.now()}
    with transaction.atomic():
        rows = Unfinished.objects.select_for_update()
        row, is_new = rows.get_or_create(**_about(author, draft, part), defaults=values)
        if is_new or row.token != token:
            return is_new
        rows.filter(pk=row.pk).update(**values)
        return True


def forget(author, draft: Draft, part: str, token: str) -> None:
    """Let go of what was typed on the page `token`: it is saved, kept as refused, or discarded."""
    Unfinished.objects.filter(**_about(author, draft, part), token=token).delete()


def forget_old() -> None:
    """Let go of what nobody went on with for 90 days, but not while its item is archived: it comes back whole."""
    old = timezone.now() - KEPT_FOR
    archived = Archived.objects.filter(kind=OuterRef("kind"), code=OuterRef("code"))
    came_back = Q(recovered_at__isnull=False, recovered_at__gte=old)
    Unfinished.objects.filter(~Exists(archived), ~came_back, typed_at__lt=old).delete()


def came_back(kind: str, code: str) -> None:
    """Let the days of what was typed about an item that comes back from the archive begin anew."""
    Unfinished.objects.filter(kind=kind, code=code).update(recovered_at=timezone.now())


def typed_in(forms: DocumentForms, data: QueryDict) -> QueryDict:
    """Return what `data` says in the fields of the bound `forms`, and nothing else.

    Raises TooLong for a text that its field would refuse for its length: nobody keeps more here than a form takes.
    """
    names = [form.add_prefix(name) for form in forms.forms for name in form.fields]
    names += [f"{rows.prefix}-{count}" for rows in forms.rows.values() for count in COUNTS]
    typed = QueryDict(mutable=True)
    for name in [*names, NOTE]:
        if name in data:
            typed.setlist(name, data.getlist(name))
    if any(len(text) > LONGEST for _, texts in typed.lists() for text in texts):
        raise TooLong(f"One field takes at most {LONGEST:,} characters.")
    return typed


def says_nothing_new(forms: DocumentForms, before: dict, draft: Draft) -> bool:
    """Whether everything typed into the bound `forms`, on top of `before`, is in the draft already."""
    if not forms.is_valid():
        return False
    theirs = draft.read()
    merged = merge(before, forms.read(), theirs)
    return not merged.conflicts and own(merged.document) == own(theirs)


def _about(author, draft: Draft, part: str) -> dict:
    return {"author": author, "kind": draft.kind, "code": draft.code, "part": part}
