"""The page on which a submission is reviewed: what changed, what was said, how far one has read, what to decide."""

from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlencode

from django.shortcuts import render
from django.urls import reverse

from library.addresses import LATEST
from library.comparison import Path, compare
from reviews import cases, decision, dossier, permissions, places, read_marks, reading, texts
from reviews import next as rounds
from reviews.models import Submission
from reviews.outdated import outdated_in
from reviews.reading import Claim, Part, Section
from reviews.returned import returned_in
from reviews.talk import Talk, Thread, talk_of


@dataclass(frozen=True)
class Passage:
    """A claim or a part as this person meets it: whether they have read it, and what was said about it."""

    shown: Claim | Part
    threads: list[Thread]
    is_read: bool

    @property
    def mark(self) -> str:
        """What the button sends that marks it read."""
        return f"{self.shown.digest} {places.as_value(self.shown.place)}"

    @property
    def counts(self) -> int:
        """As how many it is counted: a claim as its changes, a part of a whole text as one passage."""
        return len(self.shown.changes) if isinstance(self.shown, Claim) else 1

    @property
    def choices(self) -> list[tuple[str, str]]:
        """What a comment here can be about: value and words of every place."""
        first, *others = self.shown.holds
        inner = [(places.as_value(place), places.name_of(place)) for place in others]
        return [(places.as_value(first), places.name_of(first)), *inner]


@dataclass(frozen=True)
class Progress:
    """How much of what is shown the person has read, in `unit`s, and the fragment id of what to read next."""

    read: int
    of: int
    unit: str
    next_unread: str


def show(request, submission, refused=None, said=None, status=200):
    """Render the page; `refused` and `said` are forms and a comment that were not recorded, with what was typed."""
    comparison = texts.compared(submission, request.user, request.GET)
    old, new = comparison.old, comparison.new
    is_open = submission.state == Submission.State.OPEN
    claims = reading.claims(old.document, new.document) if old else []
    sections = [] if old else reading.whole(new.document)
    parts = claims or [part for section in sections for part in section.parts]
    writers = {person["id"] for person in submission.contributors}
    shown = [place for part in parts for place in part.holds]
    talk = talk_of(submission.kind, submission.code, new.document, request.user, writers, shown)
    passages = _passages(request.user, submission, parts, talk)
    changes = _changes(comparison, claims)
    case = cases.case_of(submission, live=submission.live_number or "", blocking=len(talk.blocking))
    context = {
        "submission": submission,
        "past": None if is_open else dossier.past(submission),
        "outdated": [] if case.is_overtaken else outdated_in(submission, comparison.this.document),
        "returned": _returned(submission, comparison.this.document) if is_open else [],
        "base_url": _base_url(submission),
        "comparison": comparison,
        "changes": changes,
        "told": sum(len(claim.changes) for claim in claims),
        "passages": [] if sections else passages,
        "sections": _by_section(sections, passages),
        "progress": _progress(passages, bool(sections)) if _is_reading(request.user, submission) else None,
        "talk": talk,
        "said": said,
        "on": "&".join(filter(None, (urlencode({"on": submission.pk}), comparison.query))),
        "review_url": _address("review", submission),
        "comment_url": _address("comment", submission, comparison.query),
        "mark_url": _address("mark", submission, comparison.query),
        "place": rounds.place(request.session, request.user, submission) if is_open else None,
        "may_review": permissions.may_review(request.user),
        "may_block": permissions.may_block(request.user),
        **decision.of(request.user, submission, changes, refused, case),
    }
    return render(request, "reviews/review.html", context, status=status)


def _changes(comparison, claims):
    """How many changes the form below signs, whatever comparison is shown above it."""
    if comparison.live is None:
        return 0
    if comparison.is_default:
        return sum(len(claim.changes) for claim in claims)
    return len(compare(comparison.live.document, comparison.this.document))


def _returned(submission, document):
    """The words of withheld editions in the text; no statement where nothing of the item is withheld."""
    if not submission.has_withheld:
        return []
    return returned_in(document, dossier.editions(submission.kind, submission.code))


def _is_reading(user, submission):
    """Whether it is of use to the person to know how far they have read."""
    return submission.state == Submission.State.OPEN and permissions.may_review(user)


def _passages(user, submission: Submission, parts: list[Claim] | list[Part], talk: Talk) -> list[Passage]:
    digests = [part.digest for part in parts]
    read = read_marks.read_of(user, submission, digests) if _is_reading(user, submission) else set()
    return [Passage(part, _said_at(part.holds, talk), part.digest in read) for part in parts]


def _said_at(holds: list[Path], talk: Talk) -> list[Thread]:
    threads = [thread for place in holds for thread in talk.here.get(place, [])]
    return sorted(threads, key=lambda thread: thread.comment.pk)


def _by_section(sections: list[Section], passages: list[Passage]) -> list[tuple[Section, list[Passage]]]:
    left = iter(passages)
    return [(section, list(islice(left, len(section.parts)))) for section in sections]


def _progress(passages: list[Passage], is_whole: bool) -> Progress:
    unit = "passage" if is_whole else "change"
    read = sum(passage.counts for passage in passages if passage.is_read)
    unread = (passage.shown.anchor for passage in passages if not passage.is_read)
    return Progress(read, sum(passage.counts for passage in passages), unit, next(unread, ""))


def _address(verb, submission, query=""):
    return reverse(f"desk:{verb}", args=[submission.pk]) + (f"?{query}" if query else "")


def _base_url(submission):
    if submission.base_slug is None:
        return ""
    return LATEST.edition(submission.kind, submission.base_slug, submission.base_edition)
