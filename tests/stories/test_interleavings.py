"""Two editors type into one item at once, a thousand times over: no character of either is lost."""

import random

import pytest
from django.urls import reverse

from history import timeline
from history.models import Draft, RefusedSave
from tests.factories import make_draft, make_source, pattern_document
from tests.forms_of_page import find_form
from tests.stories.people import all_at_once, signed_in

pytestmark = pytest.mark.django_db(transaction=True)

FORM = reverse("admin:pattern-edit", args=["STC"])
TEXTS = ["subtitle", "in_brief", "structure", "kill_list-0-mechanism", "kill_list-1-mechanism", "clauses-0-text"]


class Typist:
    """An editor who opens the form, types a few words and saves; every word is theirs alone."""

    def __init__(self, person, chance):
        self.person, self.chance, self.client = person, chance, signed_in(person)
        self.number, self.page, self.words = 0, None, []

    def open(self):
        self.page = self.client.get(FORM, follow=True)

    def save(self):
        """Save some words at the end of some fields, and now and then a new row; return what was answered."""
        form = find_form(self.page, having="base_digest")
        values = form.values()
        self.words = []
        for name in self.chance.sample(TEXTS, self.chance.randint(1, 3)):
            if name in values:
                values[name] = f"{values[name][0]} {self.word()}"
        if self.chance.random() < 0.1:
            place = values["clauses-TOTAL_FORMS"][0]
            values |= {"clauses-TOTAL_FORMS": str(int(place) + 1), f"clauses-{place}-title": self.word()}
        return self.client.post(self.page.request["PATH_INFO"], {**values, "change-note": "Typed"}).status_code

    def word(self):
        self.number += 1
        self.words.append(f"{self.person.username}{self.number}x")
        return self.words[-1]

    def lost(self):
        """The words of the last save that stand neither in a version nor in a refused text."""
        texts = [Draft.objects.get(kind="pattern").document, *_refused(self.person)]
        return [word for word in self.words if not any(word in text for text in texts)]


def _refused(person):
    return RefusedSave.objects.filter(author=person).order_by("-pk").values_list("document", flat=True)[:2]


def meet(rounds, seed, editor, other_editor):
    """Let two typists open and save in every order and at once; return how often both were kept and one refused."""
    chance = random.Random(seed)
    typists = [Typist(person, random.Random(chance.random())) for person in (editor, other_editor)]
    merged = refused = 0
    for number in range(rounds):
        first, second = chance.sample(typists, 2)
        first.open()
        if chance.random() < 0.8:
            second.open()
        if second.page is None:
            second.open()
        answers = all_at_once(first.save, second.save) if number % 4 == 0 else [first.save(), second.save()]
        assert set(answers) <= {302, 409}, answers
        assert first.lost() == second.lost() == []
        merged, refused = merged + (answers == [302, 302]), refused + (409 in answers)
        if number % 20 == 19:
            start_over(editor)
    return merged, refused


def start_over(editor):
    """Short texts again, so that a thousand rounds stay fast; pages that are open keep their base."""
    draft = Draft.objects.get(kind="pattern")
    timeline.save(
        "pattern", "STC", {**pattern_document(), "clauses": draft.read()["clauses"][:1]}, by=editor, note="-"
    )
    RefusedSave.objects.all().delete()


@pytest.fixture
def draft(editor):
    make_source(editor)
    return make_draft(pattern_document(), editor)


def test_no_character_is_lost_in_some_meetings(draft, editor, other_editor):
    merged, refused = meet(12, 1, editor, other_editor)
    assert merged and refused
    assert timeline.verify() == []


@pytest.mark.drill
def test_no_character_is_lost_in_a_thousand_meetings(draft, editor, other_editor):
    merged, refused = meet(1000, 2, editor, other_editor)
    assert merged > 200 and refused > 200
    assert timeline.verify() == []


@pytest.mark.drill
def test_the_story_fails_when_the_later_save_wins(draft, editor, other_editor, monkeypatch):
    """Planted fault: mine replaces whatever stands."""
    from history import saving
    from history.merging import Merged

    monkeypatch.setattr(saving, "merge", lambda base, mine, theirs: Merged(mine))
    with pytest.raises(AssertionError):
        meet(12, 1, editor, other_editor)
