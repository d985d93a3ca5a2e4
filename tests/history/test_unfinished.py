"""Typing that is not saved is kept for its author, in one row, and is no version."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string

from history import fields, unfinished
from history.models import Contribution, Draft, RefusedSave, Unfinished
from reviews import archive
from tests.factories import make_draft, make_source, partnership_document, pattern_document
from tests.forms_of_page import find_form, send

pytestmark = pytest.mark.django_db

FORM = reverse("admin:pattern-edit", args=["STC"])
KEEP = reverse("admin:pattern-unfinished", args=["STC"])
DISCARD = reverse("admin:pattern-discard", args=["STC"])
SCORES = reverse("admin:partnership-part", args=["stargate", "STC"])
KEEP_SCORES = reverse("admin:partnership-unfinished", args=["stargate"]) + "?part=STC"


@pytest.fixture
def draft(editor):
    make_source(editor)
    return make_draft(pattern_document(), editor)


def opened(client, by, address=FORM, **query):
    client.force_login(by)
    page = client.get(address, query, follow=True)
    return page, find_form(page, having="base_digest")


def type_into(client, form, address=KEEP, **typed):
    """What the script sends."""
    return client.post(address, form.values(**typed)).status_code


def text_of(response):
    return " ".join(response.content.decode().split())


def now():
    return Draft.objects.get(kind="pattern")


def test_what_is_typed_is_kept_in_one_row_and_is_no_version(client, draft, editor):
    _, form = opened(client, editor)
    for text in ("Half a", "Half a sentence"):
        assert type_into(client, form, subtitle=text) == 204
    assert Unfinished.objects.get().read()["subtitle"] == "Half a sentence"
    assert (now().version, Contribution.objects.filter(kind="pattern").count()) == (1, 1)


def test_who_opens_the_form_again_goes_on_with_it(client, draft, editor):
    _, form = opened(client, editor)
    type_into(client, form, subtitle="Half a sentence", clauses__1__title="New", clauses__TOTAL_FORMS="2")
    typed_at = Unfinished.objects.get().typed_at
    page, fresh = opened(client, editor)
    assert f"You have unsaved typing from {typed_at:%H:%M} UTC today. Go on with it, or discard it." in text_of(page)
    assert fresh.values()["subtitle"] == ["A subtitle"] and fresh.values()["autosave"] == [""]
    page, again = opened(client, editor, unfinished="go-on")
    assert again.values()["subtitle"] == ["Half a sentence"] and again.values()["clauses-1-title"] == ["New"]
    assert "You have unsaved typing" not in text_of(page)
    send(client, page, again, change__note="Finished")
    assert (now().version, now().read()["subtitle"]) == (2, "Half a sentence")
    assert not Unfinished.objects.exists()
    assert "unsaved typing" not in text_of(opened(client, editor)[0])


def test_an_older_text_is_told_with_its_day(client, draft, editor):
    type_into(client, opened(client, editor)[1], subtitle="Half")
    Unfinished.objects.update(typed_at="2026-01-02T03:04:00Z")
    assert "unsaved typing from 2026-01-02 03:04 UTC" in text_of(opened(client, editor)[0])


def test_what_was_typed_is_based_on_the_version_it_was_opened_with(client, draft, editor, other_editor):
    _, form = opened(client, editor)
    type_into(client, form, subtitle="Mine", change__note="My note")
    page, theirs = opened(client, other_editor)
    send(client, page, theirs, title="Theirs", change__note="x")
    page, again = opened(client, editor, unfinished="go-on")
    assert "You opened it at version 1; by now it is version 2." in text_of(page)
    assert again.values()["change-note"] == ["My note"]
    saved = send(client, page, again, follow=True)
    assert "What Otto Editor changed in between was kept: Title" in text_of(saved)
    assert (now().title, now().read()["subtitle"]) == ("Theirs", "Mine")


def test_a_conflict_moves_it_to_the_refused_texts(client, draft, editor, other_editor):
    _, form = opened(client, editor)
    type_into(client, form, title="Mine")
    page, theirs = opened(client, other_editor)
    send(client, page, theirs, title="Theirs", change__note="x")
    page, again = opened(client, editor, unfinished="go-on")
    assert send(client, page, again, change__note="x").status_code == 409
    assert RefusedSave.objects.get().read()["title"] == "Mine" and not Unfinished.objects.exists()


def test_it_is_discarded_by_its_author(client, draft, editor, other_editor):
    type_into(client, opened(client, editor)[1], subtitle="Half")
    page, _ = opened(client, editor)
    form = find_form(page, action="discard")
    client.force_login(other_editor)
    send(client, page, form)
    assert Unfinished.objects.count() == 1
    client.force_login(editor)
    assert "Your unsaved typing is discarded." in text_of(send(client, page, form, follow=True))
    assert not Unfinished.objects.exists()


def test_nobody_sees_the_typing_of_another(client, draft, editor, other_editor, reviewer, stranger):
    _, form = opened(client, editor)
    type_into(client, form, subtitle="Secret half")
    for person in (other_editor, reviewer):
        for query in ({}, {"unfinished": "go-on"}):
            client.force_login(person)
            page = text_of(client.get(FORM, query, follow=True))
            assert "Secret half" not in page and "You have unsaved typing" not in page
    client.force_login(other_editor)
    assert type_into(client, form, subtitle="Other half") == 204  # a row of their own
    assert Unfinished.objects.get(author=editor).read()["subtitle"] == "Secret half"
    for person, status in ((reviewer, 403), (stranger, 302)):
        client.force_login(person)
        assert {type_into(client, form), client.post(DISCARD).status_code} == {status}
    client.logout()
    assert client.post(KEEP, form.values()).status_code == 302
    assert Unfinished.objects.count() == 2


def test_a_second_page_of_one_form_does_not_overwrite_the_first(client, draft, editor):
    _, first = opened(client, editor)
    _, second = opened(client, editor)
    assert type_into(client, first, subtitle="First") == 204
    assert type_into(client, second, subtitle="Second") == 409
    page, _ = opened(client, editor)
    assert Unfinished.objects.get().read()["subtitle"] == "First"
    send(client, page, second, title="Saved", change__note="x")
    assert Unfinished.objects.exists()  # what the other page holds is not saved by this


def test_while_a_person_has_not_chosen_nothing_of_the_page_is_kept(client, draft, editor):
    type_into(client, opened(client, editor)[1], subtitle="Half")
    page, undecided = opened(client, editor)
    assert type_into(client, undecided, subtitle="Other") == 409
    send(client, page, undecided, title="Else", change__note="x")
    assert Unfinished.objects.get().read()["subtitle"] == "Half"


def test_what_is_saved_already_is_not_offered(client, draft, editor):
    """The script's last message may arrive after the form."""
    page, form = opened(client, editor)
    send(client, page, form, subtitle="Done", change__note="x")
    assert type_into(client, form, subtitle="Done") == 204
    page, form = opened(client, editor)
    assert "unsaved typing" not in text_of(page)
    assert type_into(client, form, subtitle="More") == 204


def test_what_cannot_be_saved_yet_is_kept_too(client, draft, editor):
    type_into(client, opened(client, editor)[1], title="", precedents__0__date="2025-")
    assert "You have unsaved typing" in text_of(opened(client, editor)[0])
    _, form = opened(client, editor, unfinished="go-on")
    assert (form.values()["title"], form.values()["precedents-0-date"]) == ([""], ["2025-"])


def test_every_form_keeps_its_own(client, draft, editor):
    make_draft(partnership_document(), editor)
    _, form = opened(client, editor, SCORES)
    assert type_into(client, form, KEEP_SCORES, score__STC__K1__evidence="Half") == 204
    assert "unsaved typing" not in text_of(
        opened(client, editor, reverse("admin:partnership-edit", args=["stargate"]))[0]
    )
    page, again = opened(client, editor, SCORES, unfinished="go-on")
    assert again.values()["score-STC-K1-evidence"] == ["Half"]
    page, _ = opened(client, editor, SCORES)
    assert send(client, page, find_form(page, action="discard")).url == SCORES
    for kind, code in (("source", "smith-2026"), ("family", "sovereign")):
        page, form = opened(client, editor, reverse(f"admin:{kind}-edit", args=[code]))
        assert type_into(client, form, reverse(f"admin:{kind}-unfinished", args=[code])) == 204


def test_a_refused_text_that_is_gone_on_with_is_kept_like_any_other(client, draft, editor, other_editor):
    page, form = opened(client, editor)
    other, theirs = opened(client, other_editor)
    send(client, other, theirs, title="Theirs", change__note="x")
    client.force_login(editor)
    send(client, page, form, title="Mine", change__note="x")
    _, again = opened(client, editor, mine=RefusedSave.objects.get().pk)
    assert type_into(client, again, subtitle="More") == 204
    _, undecided = opened(client, editor, mine=RefusedSave.objects.get().pk)
    assert undecided.values()["autosave"] == [""]


# What is forged, and how much


@pytest.mark.parametrize(
    "typed, status",
    [
        ({"base_version": ""}, 400),
        ({"base_digest": "0" * 64}, 400),
        ({"autosave": ""}, 409),
        ({"autosave": "x" * 100_000}, 409),
        ({"subtitle": "x" * (fields.LONGEST + 1)}, 413),
    ],
)
def test_what_no_page_sends_is_not_kept(client, draft, editor, typed, status):
    _, form = opened(client, editor)
    assert type_into(client, form, **typed) == status
    assert not Unfinished.objects.exists()


def test_only_fields_of_the_form_are_kept_with_any_character(client, draft, editor):
    _, form = opened(client, editor)
    client.post(KEEP, {**form.values(subtitle="a\x00b é 中"), "stuffed": "x" * 1_000_000})
    kept = Unfinished.objects.get()
    assert kept.read()["subtitle"] == "a\x00b é 中" and "stuffed" not in kept.read()
    assert "csrfmiddlewaretoken" not in kept.typed
    assert opened(client, editor, unfinished="go-on")[0].status_code == 200


def test_pages_that_are_not_there_keep_nothing(client, draft, editor):
    _, form = opened(client, editor)
    nowhere = reverse("admin:pattern-unfinished", args=["NOWHERE"])
    for address in (nowhere, KEEP + "?part=STC", KEEP_SCORES.replace("STC", "NO")):
        assert client.post(address, form.values()).status_code == 404
    assert client.get(KEEP).status_code == client.get(DISCARD).status_code == 404


def test_one_row_per_person_and_form(draft, editor):
    row = {"author": editor, "kind": "pattern", "code": "STC", "base_version": 1, "typed_at": timezone.now()}
    Unfinished.objects.create(**row)
    with pytest.raises(IntegrityError, match="one_unfinished_text_per_person_and_form"), transaction.atomic():
        Unfinished.objects.create(**row)


def test_old_ones_are_let_go_by_the_tick(client, draft, editor, other_editor):
    for person, days in ((editor, 91), (other_editor, 89)):
        type_into(client, opened(client, person)[1], subtitle="Half")
        Unfinished.objects.filter(author=person).update(typed_at=timezone.now() - timedelta(days=days))
    assert "history.unfinished.forget_old" in settings.TICKS
    import_string("history.unfinished.forget_old")()
    assert Unfinished.objects.get().author == other_editor
    assert str(Unfinished.objects.get()) == "STC by otto, not saved"


def test_typing_about_an_archived_item_waits_for_it_and_then_for_its_author(client, draft, editor, monkeypatch):
    type_into(client, opened(client, editor)[1], subtitle="Half")
    archive.archive("pattern", "STC", by=editor, reason="Because")
    for passed, kept in ((200, True), (0, True), (89, True), (2, False)):
        now = timezone.now() + timedelta(days=passed)
        monkeypatch.setattr(timezone, "now", lambda now=now: now)
        if passed == 0:
            archive.recover("pattern", "STC", by=editor, reason="Because")
        unfinished.forget_old()
        assert Unfinished.objects.exists() == kept


def test_a_page_has_a_token_of_its_own(client, draft, editor):
    tokens = {opened(client, editor)[1].values()["autosave"][0] for _ in range(3)}
    assert len(tokens) == 3 and all(re.fullmatch(unfinished.TOKEN, token) for token in tokens)
