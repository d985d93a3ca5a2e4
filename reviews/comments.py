"""Talking about an item: comment, reply, resolve, reopen. What was said stays; only its resolution changes."""

from collections.abc import Iterable
from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from history import timeline
from history.models import Draft
from library import documents
from library.comparison import Path
from library.documents import Document
from library.ledger import lock_library
from reviews import events, permissions, places
from reviews.cases import version_of_live
from reviews.models import Comment, Event, Submission
from reviews.refusals import NotAllowed

LONGEST = 5_000  # characters
TWICE = timedelta(minutes=1)  # the same words by the same person about the same within this are one comment
TALK_LOCKS = 0x54414C4B  # the class of the advisory locks on what one person says about one item


@transaction.atomic
def comment(
    kind: str,
    code: str,
    *,
    by: User,
    text: str,
    texts: Iterable[Document],
    place: Path = places.WHOLE,
    is_blocking: bool = False,
    submission: Submission | None = None,
) -> Comment:
    """Say `text` about `place` of an item and return the comment; said twice, by a double click, it is one.

    `texts` are the documents that were in view: the words at `place` are quoted from the first that has it. A
    blocking comment waits for a publication that is under way. Raises PermissionDenied, and NotAllowed for an
    empty or too long text and a place that is in none of `texts`.
    """
    _check_may_comment(by, is_blocking)
    if is_blocking:
        lock_library()
    about = _first_with(place, texts)
    said = {
        "kind": kind,
        "code": code,
        "place": list(place),
        "wording": places.wording(about, place),
        "submission": submission.pk if submission else None,
        "text": _said(text),
        "is_blocking": is_blocking,
    }
    _wait_for_own_words(by, kind, code)
    if again := _said_just_now(by).filter(answers=None, resolved_at=None, **said).first():
        return again
    made = Comment(quote=places.quote(about, place), **said, **_signed(by))
    made.save()
    _tell(made, Event.What.COMMENTED, by, made.text)
    return made


def _check_may_comment(by: User, is_blocking: bool) -> None:
    if not permissions.may_comment(by):
        raise PermissionDenied("Only people with work at the desk comment.")
    if is_blocking and not permissions.may_block(by):
        raise PermissionDenied("Only reviewers block a sign-off.")


def _first_with(place: Path, texts: Iterable[Document]) -> Document:
    for document in texts:
        if places.at(document, place) is not None:
            return document
    raise NotAllowed("The text no longer has the place that you commented on. Nothing was recorded.")


@transaction.atomic
def reply(to: Comment, *, by: User, text: str) -> Comment:
    """Answer the comment `to` and return the answer; said twice, by a double click, it is one.

    After somebody else's answer the same words say something new. Raises PermissionDenied, NotAllowed.
    """
    if not permissions.may_comment(by):
        raise PermissionDenied("Only people with work at the desk answer comments.")
    if to.answers_id:
        raise NotAllowed("Answer the comment that began this conversation.")
    same = {field: getattr(to, field) for field in ("kind", "code", "place", "submission")}
    said = _said(text)
    _wait_for_own_words(by, to.kind, to.code)
    last = to.replies.last()
    if last and last.text == said and _said_just_now(by).filter(pk=last.pk).exists():
        return last
    made = Comment(**same, answers=to, text=said, **_signed(by))
    made.save()
    _tell(to, Event.What.REPLIED, by, made.text)
    return made


@transaction.atomic
def resolve(comment: Comment, *, by: User) -> None:
    """Close the conversation. Raises PermissionDenied, NotAllowed."""
    if not permissions.may_resolve(by, comment, writers(comment.kind, comment.code)):
        raise PermissionDenied("A reviewer who did not write this text resolves a blocking comment.")
    _set(comment, False, resolved_at=timezone.now(), resolved_by_id=by.pk, resolved_by=by.name)
    _tell(comment, Event.What.RESOLVED, by, comment.text)


@transaction.atomic
def reopen(comment: Comment, *, by: User) -> None:
    """Open the conversation again; a blocking comment blocks again. Raises PermissionDenied, NotAllowed."""
    if not permissions.may_reopen(by, comment):
        raise PermissionDenied("Only reviewers reopen a blocking comment.")
    if comment.is_blocking:
        lock_library()
    _set(comment, True, resolved_at=None, resolved_by_id=None, resolved_by="")
    _tell(comment, Event.What.REOPENED, by, comment.text)


def open_blocking(kind: str, code: str) -> list[Comment]:
    """Return the comments that keep the item from being signed off, oldest first."""
    return list(Comment.objects.of(kind, code).blocking())


def writers(kind: str, code: str) -> set[int]:
    """Return the ids of those who wrote the item's draft, or what is in review of it, since the live edition."""
    version = Draft.objects.filter(kind=kind, code=code).values_list("version", flat=True).first() or 0
    drafted = set(timeline.contributors(kind, code, version_of_live(kind, code), version))
    up = Submission.objects.of(kind, code).open().values_list("contributors", flat=True).first() or []
    return drafted | {person["id"] for person in up}


def _said(text: str) -> str:
    said = documents.clean_text(text)
    if not said.strip():
        raise NotAllowed("Write what you want to say.")
    if len(said) > LONGEST:
        raise NotAllowed(f"This comment has {len(said):,} characters; use at most {LONGEST:,}.")
    return said


def _wait_for_own_words(by: User, kind: str, code: str) -> None:
    """Let the second post of a double click wait until the first is there, until the end of the transaction.

    A lock on the name of person and item: nobody waits for anybody else, nor for who writes the draft.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [TALK_LOCKS, f"{by.pk}/{kind}/{code}"])


def _said_just_now(by: User) -> QuerySet[Comment]:
    return Comment.objects.filter(user_id=by.pk, at__gt=timezone.now() - TWICE)


def _signed(by: User) -> dict:
    return {"user_id": by.pk, "name": by.name, "role": by.role, "at": timezone.now()}


def _set(comment: Comment, was_resolved: bool, **resolution) -> None:
    """Write the resolution, unless somebody else did so first."""
    same = Comment.objects.threads().filter(pk=comment.pk, resolved_at__isnull=not was_resolved)
    if not same.update(**resolution):
        raise NotAllowed(f"This comment is {'open' if was_resolved else 'resolved'} already.")
    for field, value in resolution.items():
        setattr(comment, field, value)


def _tell(comment: Comment, what: str, by: User, reason: str) -> None:
    """Write the event about the conversation that `comment` began, for its author to hear of."""
    frozen = Submission.objects.filter(pk=comment.submission)
    about = frozen if comment.submission else Draft.objects.filter(kind=comment.kind, code=comment.code)
    events.tell(
        comment.kind,
        comment.code,
        what,
        by=by,
        submission=comment.submission,
        digest=about.values_list("digest", flat=True).first() or "",
        reason=reason,
        other=None if comment.user_id == by.pk else User.objects.filter(pk=comment.user_id).first(),
    )
