"""The sign-off rule: what a publication needs, what a set of sign-offs leaves open, and changing it.

A rule is plain JSON, `{"people": 2, "sections": {"all": "editorial", "clauses": "legal"}}`: two different people
sign the whole text off, and a legal reviewer the clauses. A sign-off of the whole text covers every section of it.
"""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts import roles
from accounts.models import User
from library import documents
from library.ledger import lock_library
from reviews import events, permissions
from reviews.models import Event, Rule, SignOff, Submission
from reviews.refusals import NotAllowed, needed_note

Needs = dict[str, Any]
Who = Rule.Who
WHOLE = documents.WHOLE


def current(kind: str) -> Needs:
    """Return the rule for items of `kind` as it stands; until the first change that of the settings."""
    rule = Rule.objects.filter(kind=kind).first()
    return rule.needs if rule else default()


def default() -> Needs:
    """Return the rule of the settings: SIGN_OFFS_NEEDED people, each for the whole text."""
    return {"people": settings.SIGN_OFFS_NEEDED, "sections": {WHOLE: Who.EDITORIAL.value}}


def in_force(submission: Submission, today: Needs | None = None) -> Needs:
    """Return the rule that `submission` must meet: of the one it was submitted under and today's, the stricter.

    So a change of the rule never lowers the bar for what is in review, and a higher one counts at once. Whoever
    asks for many gives the rule of `today` for their kind.
    """
    return stricter(submission.rule or default(), today or current(submission.kind))


def stricter(one: Needs, other: Needs) -> Needs:
    """Return the rule that demands everything that either of both does."""
    sections = dict(one["sections"])
    for section, who in other["sections"].items():
        if sections.get(section) != Who.LEGAL:
            sections[section] = who
    return {"people": max(one["people"], other["people"]), "sections": sections}


def missing(needs: Needs, given: Iterable[SignOff]) -> list[str]:
    """Return a sentence for everything that the sign-offs `given` leave open; an empty list meets the rule."""
    given = list(given)
    open_sections = {
        section: who
        for section, who in needs["sections"].items()
        if not any(_answers(signature, section, who) for signature in given)
    }
    readers = len({signature.user_id for signature in given if signature.section == WHOLE})
    others = needs["people"] - readers - (WHOLE in open_sections)
    lacking = [f"{_whose(who)} for {name_of(section)}" for section, who in open_sections.items()]
    if others > 0:
        lacking.append(f"{others} more people" if others > 1 else "one more person")
    return lacking


def asked_for(needs: Needs, given: Iterable[SignOff]) -> list[SignOff]:
    """Return the sign-offs of what the rule asks for: the whole text and the sections that it names."""
    return [signature for signature in given if signature.section in {WHOLE, *needs["sections"]}]


def _answers(signature: SignOff, section: str, who: str) -> bool:
    covers = signature.section in (section, WHOLE)
    return covers and (who == Who.EDITORIAL or signature.role == roles.LEGAL_REVIEWER)


def _whose(who: str) -> str:
    return "a legal reviewer" if who == Who.LEGAL else "a reviewer"


SECTION_NAMES = {
    WHOLE: "the whole text",
    "brief": "title and brief",
    "structure": "structure and sub-variants",
    "clauses": "the example clauses",
    "kill_list": "the kill list",
    "precedents": "the precedents",
    "anchors": "the scholarly anchors",
    "evidence": "sources and confidence",
    "exhibits": "the patterns shown",
}


def name_of(section: str) -> str:
    """Return what people call a section."""
    return SECTION_NAMES[section]


def told(needs: Needs) -> str:
    """Return the rule as one sentence for people."""
    people = "one person" if needs["people"] == 1 else f"{needs['people']} different people"
    by_legal = [name_of(section) for section, who in needs["sections"].items() if who == Who.LEGAL]
    legal = f"; {', '.join(by_legal)} by a legal reviewer" if by_legal else ""
    return f"Needs the whole text signed off by {people}{legal}."


def role_of(user: User, needs: Needs) -> str:
    """Return the role in which `user` signs under `needs`: that of a legal reviewer where one is asked for."""
    if Who.LEGAL in needs["sections"].values() and roles.has_role(user, roles.LEGAL_REVIEWER):
        return roles.LEGAL_REVIEWER
    return user.role


def sections_for(user: User, needs: Needs) -> list[str]:
    """Return the sections that `user` may sign under `needs`, what the rule asks of their role first."""
    legal = [section for section, who in needs["sections"].items() if who == Who.LEGAL and section != WHOLE]
    return [*(legal if roles.has_role(user, roles.LEGAL_REVIEWER) else ()), WHOLE]


@transaction.atomic
def change(kind: str, *, people: int, legal: Iterable[str], by: User, note: str) -> Rule:
    """Set the rule for items of `kind`: `people` different people, and a legal reviewer for the sections `legal`.

    Raises PermissionDenied for who is no chief editor, NotAllowed for a rule that nobody could meet or that is
    the one in force, and for a missing note.
    """
    if not permissions.may_change_rule(by):
        raise PermissionDenied("Only a chief editor changes the sign-off rule.")
    lock_library()  # a sign-off under way counts under the rule that it read
    note = needed_note(note, "Say why the rule changes; the note stands in its history.")
    sections = {WHOLE: Who.EDITORIAL.value} | dict.fromkeys(sorted(legal), Who.LEGAL.value)
    needs = {"people": people, "sections": sections}
    if needs == current(kind):
        raise NotAllowed("This is the rule already.")
    _check_can_be_met(kind, needs)
    rule = Rule(kind=kind, **needs, note=note, at=timezone.now(), by_id=by.pk, by=by.name)
    rule.save()
    events.tell(kind, "", Event.What.RULE_CHANGED, by=by, reason=f"{told(needs)} {note}")
    return rule


def _check_can_be_met(kind: str, needs: Needs) -> None:
    known = {WHOLE, *documents.SECTIONS[kind]}
    if unknown := sorted(set(needs["sections"]) - known):
        raise NotAllowed(f"A {kind} has no section “{unknown[0]}”.")
    reviewers = permissions.count_of_reviewers()
    if not 1 <= needs["people"] <= reviewers:
        raise NotAllowed(
            f"Choose between 1 and {reviewers} people: {reviewers} active accounts may review, and a rule that asks"
            " for more could never be met."
        )
    if Who.LEGAL in needs["sections"].values() and not permissions.count_of_reviewers(roles.LEGAL_REVIEWER):
        raise NotAllowed("There is no active legal reviewer; nothing could be published under this rule.")


def history(kind: str) -> list[Rule]:
    """Return every rule that items of `kind` had, the one in force first."""
    return list(Rule.objects.filter(kind=kind))
