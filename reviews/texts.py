"""Which two texts of an item a reviewer compares: with the live edition, since their last review, or any two."""

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.db.models import Case, QuerySet, TextField, Value, When
from django.db.models.functions import Cast, Concat
from django.http import QueryDict

from accounts.models import User
from history.words import when
from library.documents import Document, parse
from library.models import Edition
from reviews.models import Event, Submission

NOTHING = "nothing"
NAME = re.compile(rf"edition-[0-9.]{{1,12}}|submission-[0-9]{{1,18}}|{NOTHING}")
REVIEWED = (Event.What.SIGNED_OFF, Event.What.CHANGES_REQUESTED, Event.What.COMMENTED)
NO_REVIEW = "You have not signed, sent back or commented on an earlier submission of this item."
NO_TEXT = "This address names a text that the item does not have."


@dataclass(frozen=True)
class Text:
    """One frozen text of an item: `name` in addresses, `label` for people, its document where it was asked for."""

    name: str
    label: str
    document: Document | None = None


@dataclass(frozen=True)
class Comparison:
    """Two texts side by side; without `old`, `new` is read whole.

    `preset` is what was asked for: "live", "mine" or "two"; `missing` says why something else is shown. `live` is
    the edition that `this` submission was put up against. `is_default`: what is shown is what the form below signs.
    `query` leads here again, `choices` are the texts to choose two from.
    """

    preset: str
    this: Text
    live: Text | None
    old: Text | None
    new: Text
    is_default: bool = True
    missing: str = ""
    query: str = ""
    choices: tuple[Text, ...] = ()

    @property
    def documents(self) -> list[Document]:
        """Both documents, the newer first."""
        return [text.document for text in (self.new, self.old) if text]


def compared(submission: Submission, user: User, asked: QueryDict) -> Comparison:
    """Return the comparison that `asked` (a query string) names; the one with the live edition if it names none.

    `submission` comes with its base, see `SubmissionQuerySet.with_base`. At most one statement more.
    """
    this = Text(f"submission-{submission.pk}", "this submission", submission.read())
    live = _base_of(submission)
    if asked.get("since") == "mine":
        return _since_my_review(submission, live, this, user)
    if "old" in asked or "new" in asked:
        return _any_two(submission, live, this, asked)
    return Comparison("live", this, live, live, this)


def _base_of(submission: Submission) -> Text | None:
    if submission.base_document is None:
        return None
    number = submission.base_edition
    return Text(f"edition-{number}", f"edition {number}", parse(bytes(submission.base_document)))


def _since_my_review(submission: Submission, live: Text | None, this: Text, user: User) -> Comparison:
    mine = Event.objects.filter(kind=submission.kind, code=submission.code, user_id=user.pk, what__in=REVIEWED)
    reviewed = Submission.objects.filter(pk__in=mine.values("submission"), pk__lt=submission.pk).first()
    query = urlencode({"since": "mine"})
    if reviewed is None:
        return Comparison("mine", this, live, live, this, missing=NO_REVIEW, query=query)
    old = Text(f"submission-{reviewed.pk}", _label("submission", when(reviewed.submitted_at)), reviewed.read())
    return Comparison("mine", this, live, old, this, is_default=False, query=query)


def _any_two(submission: Submission, live: Text | None, this: Text, asked: QueryDict) -> Comparison:
    names = {"old": asked.get("old") or (live.name if live else NOTHING), "new": asked.get("new") or this.name}
    known = [name for name in names.values() if NAME.fullmatch(name)]
    choices = _all_texts(submission, this, known)
    by_name = {text.name: text for text in choices}
    if len(known) < 2 or names["new"] not in by_name or names["old"] not in (*by_name, NOTHING):
        return Comparison("two", this, live, live, this, missing=NO_TEXT, choices=choices)
    old, new = by_name.get(names["old"]), by_name[names["new"]]
    is_default = (names["old"], names["new"]) == (live.name if live else NOTHING, this.name)
    return Comparison("two", this, live, old, new, is_default=is_default, query=urlencode(names), choices=choices)


def _all_texts(submission: Submission, this: Text, names: list[str]) -> tuple[Text, ...]:
    """Return every edition and submission of the item, newest first; those in `names` with their documents."""
    same = {"kind": submission.kind, "code": submission.code}
    editions = _rows(Edition.objects.filter(**same), "edition", "number", "published_at", names)
    submissions = _rows(Submission.objects.filter(**same), "submission", "pk", "submitted_at", names)
    rows = sorted(editions.union(submissions, all=True), key=lambda row: row[2], reverse=True)
    return tuple(this if name == this.name else _text(name, part, at, body) for name, part, at, body in rows)


def _rows(rows: QuerySet, word: str, identity: str, moment: str, names: list[str]) -> QuerySet:
    part = Cast(identity, TextField())
    name = Concat(Value(f"{word}-"), part, output_field=TextField())
    named = rows.order_by().annotate(name=name, part=part, body=Case(When(name__in=names, then="document")))
    return named.values_list("name", "part", moment, "body")


def _text(name: str, part: str, at: datetime, body: bytes | None) -> Text:
    word = name.partition("-")[0]
    label = _label(word, part if word == "edition" else when(at))
    return Text(name, label, parse(bytes(body)) if body else None)


def _label(word: str, what: str) -> str:
    return f"the submission of {what}" if word == "submission" else f"edition {what}"
