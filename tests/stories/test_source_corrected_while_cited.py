"""A source is corrected while somebody begins to cite it: whoever is first, no stale copy is left."""

import pytest

from history import timeline
from history.models import Draft
from tests.factories import make_draft, make_source, pattern_document
from tests.stories.people import in_turns

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def draft(editor):
    make_source(editor)
    uncited = pattern_document(in_brief="No source yet.", structure="None.", precedents=[], anchors=[], kill_list=[])
    return make_draft(uncited, editor)


def begin_to_cite(draft, by, pause=lambda: None):
    """Save the draft with a first citation; `pause` is called with the text composed and not yet committed."""
    from django.db import transaction

    document = {**draft.read(), "in_brief": "Now it is cited [@smith-2026]."}
    with transaction.atomic():
        timeline.save("pattern", "STC", document, by=by, note="Cite it")
        pause()


def correct_title(by, pause=lambda: None):
    from django.db import transaction

    with transaction.atomic():
        make_source(by, title="Corrected title")
        pause()


def stands_in_the_draft():
    [source] = Draft.objects.get(kind="pattern").read()["bibliography"]
    return source["title"]


def citing_first(draft, editor, other_editor):
    in_turns(lambda pause: begin_to_cite(draft, editor, pause), lambda: correct_title(other_editor))
    return stands_in_the_draft()


def correcting_first(draft, editor, other_editor):
    in_turns(lambda pause: correct_title(other_editor, pause), lambda: begin_to_cite(draft, editor))
    return stands_in_the_draft()


@pytest.mark.parametrize("order", [citing_first, correcting_first])
def test_the_correction_stands_in_the_draft(order, draft, editor, other_editor):
    assert order(draft, editor, other_editor) == "Corrected title"
    assert timeline.verify() == []


@pytest.mark.parametrize("order", [citing_first, correcting_first])
def test_the_story_fails_when_nobody_holds_the_name(order, draft, editor, other_editor, monkeypatch):
    monkeypatch.setattr(timeline, "hold", lambda names, exclusive=False: None)
    assert order(draft, editor, other_editor) == "Title of smith-2026"
    assert timeline.verify() == ["pattern STC: the working rows do not give the kept document"]


def creating_last(draft, editor, other_editor):
    """The key is cited before its source exists, and created in the same moment."""
    document = {**draft.read(), "in_brief": "Cited [@new-2026]."}

    def cite(pause):
        from django.db import transaction

        with transaction.atomic():
            timeline.save("pattern", "STC", document, by=editor, note="Cite it")
            pause()

    in_turns(cite, lambda: make_source(other_editor, "new-2026"))
    return [source["key"] for source in Draft.objects.get(kind="pattern").read()["bibliography"]]


def test_a_source_created_while_it_is_first_cited_arrives(draft, editor, other_editor):
    assert creating_last(draft, editor, other_editor) == ["new-2026"]


def test_many_corrections_and_saves_at_once_leave_nothing_stale(draft, editor, other_editor):
    from tests.stories.people import all_at_once

    def cite(number):
        return lambda: begin_to_cite(draft, editor) if number % 2 else correct_numbered(other_editor, number)

    results = all_at_once(*[cite(number) for number in range(12)])
    assert [error for error in results if isinstance(error, Exception)] == []
    assert timeline.verify() == []


def correct_numbered(by, number):
    return make_source(by, title=f"Title {number}")
