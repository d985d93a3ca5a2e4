"""Editors who save at the very same moment: both are saved or one is refused, and nothing is lost or stale."""

import threading

import pytest
from django.db import transaction
from django.urls import reverse

from history import timeline
from history.models import Code, Draft, RefusedSave
from sources.models import Source
from tests.factories import make_draft, make_family, make_source, pattern_document
from tests.forms_of_page import find_form, send
from tests.stories.people import all_at_once, signed_in

pytestmark = pytest.mark.django_db(transaction=True)


def opened(person, name="pattern-edit", code="STC"):
    """The form as the person opens it; call the answer with what they type."""
    client = signed_in(person)
    page = client.get(reverse(f"admin:{name}", args=[code]), follow=True)
    form = find_form(page, having="base_digest")
    return lambda **typed: send(client, page, form, change__note="At once", **typed).status_code


def test_one_of_two_at_once_is_saved_and_the_other_kept(editor, other_editor):
    make_source(editor)
    make_draft(pattern_document(), editor)
    mine, theirs = opened(editor), opened(other_editor)
    answers = all_at_once(lambda: mine(title="Mine"), lambda: theirs(title="Theirs"))
    assert sorted(answers) == [302, 409]
    now, refused = Draft.objects.get(kind="pattern"), RefusedSave.objects.get()
    assert now.version == 2
    assert {now.title, refused.read()["title"]} == {"Mine", "Theirs"}


def test_two_who_change_different_fields_at_once_are_both_saved(editor, other_editor):
    make_source(editor)
    make_draft(pattern_document(), editor)
    mine, theirs = opened(editor), opened(other_editor)
    acts = [lambda: mine(title="Mine"), lambda: theirs(kill_list__1__mechanism="Theirs [@smith-2026].")]
    assert all_at_once(*acts) == [302, 302]
    now = Draft.objects.get(kind="pattern")
    assert (now.version, now.title) == (3, "Mine")
    assert now.read()["kill_list"][1]["mechanism"] == "Theirs [@smith-2026]."
    assert not RefusedSave.objects.exists() and timeline.verify() == []


@pytest.mark.parametrize(
    "name, code, field", [("family-edit", "sovereign", "description"), ("source-edit", "smith-2026", "publisher")]
)
def test_a_family_or_source_changed_by_two_at_once_has_both_changes(editor, other_editor, name, code, field):
    make_source(editor)
    make_draft(pattern_document(), editor)
    title = "name" if name.startswith("family") else "title"
    mine, theirs = opened(editor, name, code), opened(other_editor, name, code)
    assert all_at_once(lambda: mine(**{title: "Mine"}), lambda: theirs(**{field: "Theirs"})) == [302, 302]
    now = Draft.objects.get(kind=name.partition("-")[0]).read()
    assert (now[title], now[field]) == ("Mine", "Theirs")
    mine, theirs = opened(editor, name, code), opened(other_editor, name, code)
    both = all_at_once(lambda: mine(**{title: "Mine again"}), lambda: theirs(**{title: "Theirs again"}))
    assert sorted(both) == [302, 409]
    assert timeline.verify() == []


def test_locks_are_taken_again_when_somebody_saves_while_they_are_taken(editor, other_editor, monkeypatch):
    """What the newer text cites is held before the draft is locked, never after."""
    for key in ("smith-2026", "jones-2026"):
        make_source(editor, key)
    draft = make_draft(pattern_document(), editor)
    held, hold = [], timeline.hold

    def holding(names, exclusive=False):
        hold(names, exclusive)
        if threading.current_thread() is threading.main_thread():
            held.append(names)
            if len(held) == 1:
                theirs = {**draft.read(), "structure": "Theirs [@jones-2026]."}
                all_at_once(lambda: timeline.save("pattern", "STC", theirs, by=other_editor, note="In between"))

    monkeypatch.setattr(timeline, "hold", holding)
    with transaction.atomic():
        assert timeline.lock_reading("pattern", "STC", draft.read()).version == 2
    assert ["jones-2026" in names for names in held] == [False, True]


def test_new_rows_at_once_get_codes_of_their_own(editor, other_editor):
    make_source(editor)
    make_draft(pattern_document(), editor)
    make_draft(pattern_document("OTH"), editor)
    row = {"clauses__TOTAL_FORMS": "2", "clauses__1__title": "New"}
    mine, theirs = opened(editor), opened(other_editor, code="OTH")
    assert all_at_once(lambda: mine(**row), lambda: theirs(**row)) == [302, 302]
    assert Code.objects.filter(code__in=["STC-C2", "OTH-C2"]).count() == 2


def test_one_of_two_new_patterns_of_one_code_is_made(editor, other_editor):
    make_family(editor)
    typed = {"code": "NEW", "slug": "new", "family": "sovereign", "title": "New", "change-note": "At once"}
    clients = [signed_in(person) for person in (editor, other_editor)]
    address = reverse("admin:patterns_pattern_add")
    answers = all_at_once(*(lambda client=client: client.post(address, typed).status_code for client in clients))
    assert sorted(answers) == [200, 302]
    assert timeline.verify() == []


@pytest.mark.parametrize("turn", range(4))
def test_a_source_corrected_while_somebody_begins_to_cite_it_is_nowhere_stale(editor, other_editor, turn):
    make_source(editor)
    uncited = pattern_document(in_brief="No source.", structure="None.", precedents=[], anchors=[], kill_list=[])
    make_draft(uncited, editor)
    cite, correct = opened(editor), opened(other_editor, "source-edit", "smith-2026")
    acts = [lambda: cite(in_brief="Now [@smith-2026]."), lambda: correct(title="Corrected")]
    assert all_at_once(*(acts if turn % 2 else acts[::-1])) == [302, 302]
    assert Source.objects.get().title == "Corrected"
    [copy] = Draft.objects.get(kind="pattern").read()["bibliography"]
    assert copy["title"] == "Corrected"
    assert timeline.verify() == []
