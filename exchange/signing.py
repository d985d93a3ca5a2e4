"""Bringing imported drafts through the real workflow at once; for demos, whose reviewers are invented."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.db import transaction

from history.models import Draft
from reviews import cases, letters, workflow

ORDER = ("pattern", "partnership")  # a score needs the edition of the pattern it judges


@dataclass
class Signed:
    """What became of the drafts: published and left as they were by name, not ready with the reasons."""

    published: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    refused: dict[str, list[str]] = field(default_factory=dict)


def sign_off_all(
    items: Iterable[tuple[str, str]],
    *,
    editor,
    reviewers: list,
    note: str,
    tick: Callable[[str], None] = lambda name: None,
) -> Signed:
    """Submit each (kind, code) as `editor` and sign it off as `reviewers`, patterns first; return what happened.

    One transaction per item, so that it can be stopped and taken up again. The first reviewer changes with every
    item. What is live as it stands is left; what is refused stays a draft. Nobody is written to: each of these
    steps would tell invented people what this very command has just done in their names.
    """
    signed = Signed()
    wanted = sorted(set(items), key=lambda item: (ORDER.index(item[0]), item[1]))
    for number, (kind, code) in enumerate(wanted):
        tick(code)
        turn = reviewers[number % len(reviewers) :] + reviewers[: number % len(reviewers)]
        with letters.silent():
            _sign_off(signed, kind, code, editor, turn, note)
    return signed


def _sign_off(signed: Signed, kind: str, code: str, editor, reviewers: list, note: str) -> None:
    name = f"{kind} {code}"
    live = cases.live_edition(kind, code)
    if live and Draft.objects.filter(kind=kind, code=code, digest=live.digest).exists():
        signed.left.append(name)
        return
    try:
        with transaction.atomic():
            submission = workflow.submit(kind, code, by=editor, note=note)
            _approve(submission, reviewers)
        signed.published.append(name)
    except workflow.NotReady as error:
        signed.refused[name] = [finding.sentence for finding in error.findings]
    except workflow.NotAllowed as error:
        signed.refused[name] = [str(error)]


def _approve(submission: workflow.Submission, reviewers: list) -> None:
    """Sign as one reviewer after the other until the rule is met."""
    for reviewer in reviewers:
        digest, base = submission.digest, submission.base_edition
        if workflow.sign_off(submission, digest=digest, base_edition=base, by=reviewer):
            return
    raise workflow.NotAllowed("More sign-offs are needed than there are demo reviewers.")
