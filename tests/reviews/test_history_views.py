"""The history pages: every version, any two compared, one restored."""

import pytest
from django.urls import reverse

from history import timeline
from history.models import Draft
from tests.factories import make_draft, make_source, pattern_document

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(editor):
    make_source(editor)
    return make_draft(pattern_document(), editor)


def change(by, note="Changed", **fields):
    document = Draft.objects.get(code="STC").read()
    return timeline.save("pattern", "STC", {**document, **fields}, by=by, note=note)


def address(name="timeline", *more):
    return reverse(f"desk:{name}", args=["pattern", "STC", *more])


def text_of(response):
    return " ".join(response.content.decode().split())


def test_the_timeline_tells_who_when_why_newest_first(client, draft, editor, other_editor):
    change(other_editor, "A better title", title="Better")
    client.force_login(editor)
    page = text_of(client.get(address()))
    assert page.index("Version 2") < page.index("Version 1<")
    assert "A better title" in page and "Otto Editor" in page and draft.digest[:12] in page


def test_the_timeline_is_paged(client, draft, editor):
    for n in range(26):
        change(editor, title=f"Title {n}")
    client.force_login(editor)
    first, second = text_of(client.get(address())), text_of(client.get(address() + "?page=2"))
    assert "Page 1 of 2" in first and "Version 27<" in first and "Version 2<" not in first
    assert "Version 2<" in second and "Version 1<" in second and "Version 3<" not in second


def test_one_and_three_versions_take_the_same_queries(client, draft, editor, django_assert_num_queries):
    client.force_login(editor)
    client.get(address())
    with django_assert_num_queries(6):
        client.get(address())
    change(editor, title="Two")
    change(editor, title="Three")
    with django_assert_num_queries(6):
        client.get(address())


def test_any_two_versions_are_compared_in_either_order(client, draft, editor):
    moves = draft.read()["kill_list"]
    change(editor, kill_list=[moves[2], {**moves[0], "mechanism": "Why move 1 always fails [@smith-2026]."}])
    client.force_login(editor)
    for old, new in ((1, 2), (2, 1)):
        page = text_of(client.get(address("compare"), {"old": old, "new": new}))
        assert "Version 1 to version 2" in page
        assert "Kill list, STC-K1, mechanism" in page and "<ins> always</ins>" in page
        assert "Kill list, STC-K2" in page and "removed" in page and "moved from place 3 to place 1" in page


@pytest.mark.parametrize("query", [{}, {"old": "x", "new": 1}, {"old": 0, "new": 1}, {"old": 1}])
def test_a_comparison_of_nothing_leads_back(client, draft, editor, query):
    client.force_login(editor)
    assert client.get(address("compare"), query).url == address()


def test_versions_that_never_were_are_not_found(client, draft, editor):
    client.force_login(editor)
    assert client.get(address("compare"), {"old": 1, "new": 9}).status_code == 404
    assert client.get(address("version", 9)).status_code == 404
    assert client.post(address("restore", 9), {"note": "x"}).status_code == 404
    assert client.get(reverse("desk:timeline", args=["pattern", "NONE"])).status_code == 404
    assert client.get(reverse("desk:timeline", args=["nothing", "STC"])).status_code == 404


def test_an_old_version_is_read_and_restored(client, draft, editor, other_editor, chief):
    change(other_editor, title="Second")
    client.force_login(chief)
    page = text_of(client.get(address("version", 1)))
    assert "Pattern STC" in page and "Why move 1 fails" in page and "Restore version 1" in page
    assert client.post(address("restore", 1), {"note": "The old title was right", "shown": "2"}).url == address()
    now = Draft.objects.get(code="STC")
    assert (now.version, now.digest) == (3, draft.digest)
    assert set(timeline.contributors("pattern", "STC", 2, 3).values()) == {"Cleo Chief", "Edda Editor"}


def test_reading_writes_nothing(client, draft, editor):
    change(editor, title="Second")
    client.force_login(editor)
    for page in (address(), address("compare") + "?old=1&new=2", address("version", 1)):
        client.get(page)
    assert client.get(address("restore", 1)).status_code == 405
    assert Draft.objects.get(code="STC").version == 2


def test_restoring_needs_a_note(client, draft, editor):
    change(editor, title="Second")
    client.force_login(editor)
    response = client.post(address("restore", 1), {"note": " "})
    assert response.status_code == 400 and "Say in the change note" in text_of(response)
    assert Draft.objects.get(code="STC").version == 2


def test_restoring_over_a_save_that_was_not_seen_is_refused(client, draft, editor, other_editor):
    client.force_login(editor)
    change(other_editor, title="Second")
    change(other_editor, title="Third")
    for shown in ("2", "", "x", "9" * 20):
        response = client.post(address("restore", 1), {"note": "My reason", "shown": shown})
        assert response.status_code == 409
        assert "Otto Editor saved version 3 after you opened this page" in text_of(response)
        assert "My reason" in response.content.decode()
    assert Draft.objects.get(code="STC").version == 3


def test_restoring_what_stands_makes_no_version(client, draft, editor):
    client.force_login(editor)
    response = client.post(address("restore", 1), {"note": "x", "shown": "1"}, follow=True)
    assert "Nothing differs from version 1" in text_of(response)
    assert Draft.objects.get(code="STC").version == 1


def test_an_address_that_is_taken_by_now_is_told(client, draft, editor):
    change(editor, slug="another-place")
    make_draft({**pattern_document("OTH"), "slug": "pattern-stc"}, editor)
    client.force_login(editor)
    response = client.post(address("restore", 1), {"note": "Back", "shown": "2"}, follow=True)
    assert "Not restored: the address “pattern-stc” belongs to OTH" in text_of(response)


def test_a_reviewer_reads_and_does_not_restore(client, draft, editor, reviewer):
    change(editor, title="Second")
    client.force_login(reviewer)
    assert "Restore version" not in text_of(client.get(address("version", 1)))
    assert client.post(address("restore", 1), {"note": "x"}).status_code == 403


def test_strangers_learn_nothing(client, draft, stranger):
    assert client.get(address()).status_code == 302
    client.force_login(stranger)
    for page in (address(), address("compare"), address("version", 1)):
        assert client.get(page).status_code == 404


def test_a_source_has_a_history_and_its_restored_text_arrives(client, draft, editor, other_editor):
    make_source(other_editor, title="Corrected")
    client.force_login(editor)
    page = reverse("desk:restore", args=["source", "smith-2026", 1])
    assert "Corrected" in text_of(client.get(reverse("desk:version", args=["source", "smith-2026", 2])))
    client.post(page, {"note": "Back", "shown": "2"})
    assert Draft.objects.get(code="STC").read()["bibliography"][0]["title"] == "Title of smith-2026"


def test_the_admins_history_button_leads_here(client, draft, editor):
    from patterns.models import Pattern

    client.force_login(editor)
    button = reverse("admin:patterns_pattern_history", args=[Pattern.objects.get().pk])
    assert client.get(button).url == address()
