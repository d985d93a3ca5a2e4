"""The conversations about an item as a page shows them: at their places, about an earlier wording, or detached."""

from collections.abc import Iterable
from dataclasses import dataclass

from accounts.models import User
from history.models import Draft
from library.comparison import Path
from library.documents import Document
from reviews import comments, permissions, places
from reviews.models import Comment


@dataclass(frozen=True)
class Thread:
    """A comment with its answers. `stands`: the text shown has its place; `is_earlier`: in other words by now."""

    comment: Comment
    replies: list[Comment]
    where: str
    stands: bool
    is_earlier: bool
    may_resolve: bool
    may_reopen: bool

    @property
    def place(self) -> Path:
        """The place that the conversation is about."""
        return tuple(self.comment.place)

    @property
    def anchor(self) -> str:
        """The fragment id of the conversation on its page."""
        return f"comment-{self.comment.pk}"

    @property
    def field(self) -> str:
        """The fragment id of the place in the item's form, where a row is known by its code alone."""
        place = self.place
        if place[0] == "exhibits" and len(place) > 3:
            return f"field-{place[1]}-{place[3]}"
        return f"row-{place[1]}" if len(place) == 2 else "-".join(("field", *place[-2:]))

    @property
    def blocks(self) -> bool:
        """Whether it keeps the item from being signed off."""
        return self.comment.is_blocking and self.comment.is_open


@dataclass(frozen=True)
class Talk:
    """All conversations about an item: at the places shown, about the whole, elsewhere in the text, detached."""

    here: dict[Path, list[Thread]]
    whole: list[Thread]
    elsewhere: list[Thread]
    detached: list[Thread]

    @property
    def threads(self) -> list[Thread]:
        """All of them, oldest first."""
        found = [*self.whole, *self.elsewhere, *self.detached, *(one for at in self.here.values() for one in at)]
        return sorted(found, key=lambda thread: thread.comment.pk)

    @property
    def open(self) -> list[Thread]:
        """Those that nobody has resolved, oldest first."""
        return [thread for thread in self.threads if thread.comment.is_open]

    @property
    def resolved(self) -> list[Thread]:
        """Those that somebody has resolved, oldest first."""
        return [thread for thread in self.threads if not thread.comment.is_open]

    @property
    def blocking(self) -> list[Thread]:
        """Those that keep the item from being signed off, oldest first."""
        return [thread for thread in self.threads if thread.blocks]


def talk_of(kind: str, code: str, text: Document, user: User, writers: set[int], shown: Iterable[Path] = ()) -> Talk:
    """Return the conversations about an item beside `text`, of which the page shows the places `shown`.

    `writers` are the ids of those who wrote it. One statement, however many they are.
    """
    shown = list(shown)
    talk = Talk({}, [], [], [])
    for thread in _threads(kind, code, text, user, writers):
        holder = places.holder(thread.place, shown)
        if not thread.place:
            talk.whole.append(thread)
        elif holder is not None:
            talk.here.setdefault(holder, []).append(thread)
        else:
            (talk.elsewhere if thread.stands else talk.detached).append(thread)
    return talk


def of_draft(draft: Draft, user: User) -> Talk:
    """Return the conversations about an item beside its draft, each where the draft has it."""
    writers = comments.writers(draft.kind, draft.code) if permissions.may_review(user) else set()
    return talk_of(draft.kind, draft.code, draft.read(), user, writers)


def _threads(kind: str, code: str, text: Document, user: User, writers: set[int]) -> list[Thread]:
    answers: dict[int, list[Comment]] = {}
    remarks = []
    for comment in Comment.objects.of(kind, code):
        if comment.answers_id:
            answers.setdefault(comment.answers_id, []).append(comment)
        else:
            remarks.append(comment)
    return [_thread(remark, answers.get(remark.pk, []), text, user, writers) for remark in remarks]


def _thread(comment: Comment, replies: list[Comment], text: Document, user: User, writers: set[int]) -> Thread:
    place = tuple(comment.place)
    now = places.wording(text, place)
    return Thread(
        comment=comment,
        replies=replies,
        where=places.name_of(place),
        stands=not place or bool(now),
        is_earlier=bool(place and now) and now != comment.wording,
        may_resolve=permissions.may_resolve(user, comment, writers),
        may_reopen=permissions.may_reopen(user, comment),
    )
