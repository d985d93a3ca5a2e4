"""Editing a source: its drafts follow; it is offered while somebody types a citation."""

import pytest
from django.urls import reverse

from history.models import Draft, RefusedSave
from sources.models import Source
from tests.factories import make_draft, make_edition, make_source, partnership_document, pattern_document
from tests.forms_of_page import find_form, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def source(editor):
    make_source(editor)
    return Source.objects.get()


def form_address(key="smith-2026"):
    return reverse("admin:source-edit", args=[key])


def now(kind="source"):
    return Draft.objects.get(kind=kind)


def opened(client, by):
    client.force_login(by)
    return client.get(form_address(), follow=True)


def saved(client, by, **changes):
    page = opened(client, by)
    form = find_form(page, having="base_digest")
    return send(client, page, form, follow=True, **{"change__note": "Because", **changes})


def text_of(response):
    return " ".join(response.content.decode().split())


def test_a_form_saved_untouched_makes_no_version(client, source, editor):
    assert "Nothing changed" in text_of(saved(client, editor))
    assert now().version == 1


def test_a_correction_reaches_the_drafts_that_cite_the_source(client, source, editor, other_editor):
    make_draft(pattern_document(), editor)
    saved(client, other_editor, title="Corrected", authors="Smith, A.\r\nJones, B.", source_kind="court")
    assert now().read()["authors"] == ["Smith, A.", "Jones, B."]
    [copy] = now("pattern").read()["bibliography"]
    assert (copy["title"], copy["kind"], now("pattern").version) == ("Corrected", "court", 2)


@pytest.mark.parametrize(
    "field, typed, sentence",
    [
        ("url", "javascript:alert(1)", "Write a whole address that begins with https:// or http://."),
        ("url", "https://", "Write a whole address"),
        ("archived_url", "http://[x", "Write a whole address"),
        ("published", "2025-1", "Write the date as"),
        ("source_kind", "rumour", "Select a valid choice."),
        ("published", "2999-01-02", "2999-01-02 lies in the future"),
        ("accessed", "2999", "2999 lies in the future"),
        ("doi", "https://doi.org/10.1145/3630106", "A DOI begins with 10. and holds a slash"),
        ("doi", "10.1145", "A DOI begins with 10. and holds a slash"),
        ("title", "", "This field is required."),
        ("title", "x" * 301, "a title or name takes at most 300"),
        ("note", "a\x00b", "Character 2 is a control character (U+0000); remove it."),
        ("change__note", "", "Say in the change note"),
    ],
)
def test_what_cannot_stand_is_refused_with_a_sentence(client, source, editor, field, typed, sentence):
    assert sentence in text_of(saved(client, editor, **{field: typed}))
    assert now().version == 1


def test_the_key_cannot_be_changed(client, source, editor):
    saved(client, editor, code="other", key="other", title="Else")
    assert Source.objects.get().key == "smith-2026"


def test_the_second_correction_is_refused_and_kept(client, source, editor, other_editor):
    page = opened(client, editor)
    saved(client, other_editor, title="Their title")
    client.force_login(editor)
    response = send(client, page, find_form(page, having="base_digest"), title="My title", change__note="Mine")
    assert response.status_code == 409 and "both changed it" in text_of(response)
    assert (now().title, RefusedSave.objects.get().read()["title"]) == ("Their title", "My title")
    again = client.get(f"{form_address()}?mine={RefusedSave.objects.get().pk}", follow=True)
    send(client, again, find_form(again, having="base_digest"))
    assert now().title == "My title"


def created(client, by, **typed):
    client.force_login(by)
    page = client.get(reverse("admin:sources_source_add"))
    values = {"code": "jones-2026", "source_kind": "paper", "title": "New", "url": "https://example.org/x", **typed}
    return send(client, page, find_form(page, having="code"), change__note="Begin", follow=True, **values)


def test_a_new_source_arrives_where_its_key_was_cited_before(client, source, editor):
    make_draft(pattern_document(in_brief="As [@jones-2026] says."), editor)
    assert "jones-2026 has its first version." in text_of(created(client, editor, published="2026"))
    keys = [copy["key"] for copy in now("pattern").read()["bibliography"]]
    assert keys == ["jones-2026", "smith-2026"]
    assert Source.objects.get(key="jones-2026").url == "https://example.org/x"


@pytest.mark.parametrize(
    "typed, sentence",
    [
        ({"code": "smith-2026"}, "There is already a source smith-2026"),
        ({"code": "SMITH-2026"}, "The key SMITH-2026 differs from smith-2026 only in capitals"),
        ({"code": "a key"}, "Use letters, digits and _ . : - only."),
        ({"code": "x" * 81}, "at most 80 characters"),
    ],
)
def test_a_taken_or_malformed_key_is_refused(client, source, editor, typed, sentence):
    assert sentence in text_of(created(client, editor, **typed))
    assert Source.objects.count() == 1


def test_the_page_tells_where_the_source_is_used(client, source, editor, reviewer):
    assert "No draft cites this source." in text_of(opened(client, editor))
    make_edition(pattern_document(), editor, reviewer)
    make_draft(partnership_document(), editor)
    page = text_of(opened(client, editor))
    assert "Kill list, STC-K1, mechanism" in page and "Scholarly anchors, STC-A1, source" in page
    assert "Patterns shown, STC, Scores, STC-K2, Sources, smith-2026, source" in page
    assert reverse("admin:pattern-edit", args=["STC"]) in page
    assert reverse("pattern-page", args=["pattern-stc"]) in page


# Offered while typing


def offered(client, typed):
    return [row["key"] for row in client.get(reverse("admin:sources-offered"), {"q": typed}).json()["sources"]]


def test_sources_are_offered_by_key_title_and_author(client, source, editor):
    make_source(editor, "jones-2026", title="Élan of Norway", authors=["Åse Jones"])
    make_source(editor, "old-jones-1999")
    client.force_login(editor)
    assert offered(client, "jones") == ["jones-2026", "old-jones-1999"]
    assert offered(client, "elan norway") == ["jones-2026"]
    assert offered(client, "åse") == ["jones-2026"]
    assert offered(client, "title of smith") == ["smith-2026"]
    assert offered(client, "nothing such") == []
    assert len(offered(client, "")) == 3


def test_no_more_than_twelve_are_offered(client, editor):
    for n in range(14):
        make_source(editor, f"many-{n:02}")
    client.force_login(editor)
    assert offered(client, "many") == [f"many-{n:02}" for n in range(12)]


def test_keys_are_resolved_to_titles(client, source, editor):
    client.force_login(editor)
    answer = client.get(reverse("admin:sources-titles"), {"key": ["smith-2026", "nobody\x00"]}).json()
    assert answer == {"titles": {"smith-2026": "Title of smith-2026", "nobody": None}}


@pytest.mark.parametrize("name", ["sources-offered", "sources-titles"])
def test_only_staff_with_the_right_are_offered_sources(client, source, name, stranger, django_user_model):
    assert client.get(reverse(f"admin:{name}")).status_code == 302
    client.force_login(stranger)
    assert client.get(reverse(f"admin:{name}")).status_code == 302
    client.force_login(django_user_model.objects.create_user("staff", is_staff=True))
    assert client.get(reverse(f"admin:{name}")).status_code == 403


def test_the_list_searches_and_filters(client, source, editor, reviewer):
    make_source(editor, "jones-2026", authors=["Åse Jones"], source_kind="court")
    make_edition(pattern_document(), editor, reviewer)
    client.force_login(editor)
    address = reverse("admin:sources_source_changelist")
    for query in ({"q": "åse"}, {"kind__exact": "court"}, {"cited": "nowhere"}):
        page = client.get(address, query).content.decode()
        assert "Title of jones-2026" in page and "Title of smith-2026" not in page
    page = client.get(address, {"cited": "live"}).content.decode()
    assert "Title of smith-2026" in page and "Title of jones-2026" not in page


def test_a_reviewer_reads_and_cannot_save(client, source, reviewer):
    assert "You can read this draft" in text_of(opened(client, reviewer))
    address = reverse("admin:sources_source_change", args=[source.pk])
    assert client.post(address, {"base_version": "1", "base_digest": now().digest}).status_code == 403
