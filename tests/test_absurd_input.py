"""What no browser sends and no column holds is refused at its field; nothing fails, nothing is saved."""

import pytest
from django.urls import reverse

from history.models import Draft
from tests.factories import make_draft, make_family, make_source, partnership_document, pattern_document
from tests.forms_of_page import find_form, send

pytestmark = pytest.mark.django_db
KEYS = {"too long": "k" * 81, "with NUL": "a\x00b", "with blanks": "not a key"}
LONG = "x" * 301


@pytest.fixture
def pages(client, editor):
    make_source(editor)
    make_draft(pattern_document(), editor)
    make_draft(partnership_document(), editor)
    client.force_login(editor)
    return {
        "pattern": reverse("admin:pattern-edit", args=["STC"]),
        "partnership": reverse("admin:partnership-edit", args=["stargate"]),
        "exhibit": reverse("admin:partnership-part", args=["stargate", "STC"]),
    }


def refused(client, address, **typed):
    """The page that answers when `typed` is sent with everything else untouched."""
    page = client.get(address, follow=True)
    answer = send(client, page, find_form(page, having="base_version"), change__note="Absurd", **typed)
    assert answer.status_code == 200
    assert set(Draft.objects.values_list("version", flat=True)) == {1}
    return answer.content.decode()


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
@pytest.mark.parametrize(
    ("page", "field"),
    [
        ("pattern", "precedents__0__source"),
        ("pattern", "anchors__0__source"),
        ("partnership", "sources__0__source"),
        ("exhibit", "score__STC__K1__sources"),
    ],
)
def test_what_is_no_key_is_refused_at_its_field(client, pages, page, field, key):
    told = refused(client, pages[page], **{field: key})
    assert "is a control character" in told if "\x00" in key else "cannot be the key of a source" in told


@pytest.mark.parametrize(
    ("page", "field"),
    [
        ("pattern", "kill_list__0__ORDER"),
        ("partnership", "parties__0__ORDER"),
        ("partnership", "exhibits__0__ORDER"),
    ],
)
@pytest.mark.parametrize("place", ["9" * 5000, "-" + "9" * 5000, "first"])
def test_an_absurd_place_is_refused_at_its_field(client, pages, page, field, place):
    assert "Enter a whole number." in refused(client, pages[page], **{field: place})


def test_a_party_is_named_in_a_line(client, pages):
    assert "301" in refused(client, pages["partnership"], parties__0__name=LONG)


@pytest.mark.parametrize("key", ["dot.", "colon:", ".dot", ":"])
def test_a_key_that_no_text_can_cite_is_not_given(client, editor, key):
    client.force_login(editor)
    typed = {"code": key, "source_kind": "article", "title": "A title", "change-note": "New"}
    page = client.post(reverse("admin:sources_source_add"), typed)
    assert "Begin and end the key with a letter, a digit, _ or -" in page.content.decode()
    assert not Draft.objects.exists()


def test_the_code_of_a_pattern_leaves_place_for_its_rows(client, editor):
    make_family(editor)
    client.force_login(editor)
    typed = {"slug": "long", "family": "sovereign", "title": "Long", "change-note": "New"}
    address = reverse("admin:patterns_pattern_add")
    assert "at most 54 characters" in client.post(address, {**typed, "code": "A" * 55}).content.decode()
    assert client.post(address, {**typed, "code": "A" * 54}).status_code == 302
