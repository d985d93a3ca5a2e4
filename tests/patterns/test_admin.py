"""Editing a pattern through its form: saved as one version, or refused with a sentence; nothing typed is lost."""

import re

import pytest
from django.urls import reverse

from history import timeline
from history.models import Draft, RefusedSave
from patterns.models import Family, Pattern
from tests.factories import make_draft, make_edition, make_family, make_source, partnership_document, pattern_document
from tests.forms_of_page import find_form, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(editor):
    make_source(editor)
    return make_draft(pattern_document(), editor)


def form_address(code="STC"):
    return reverse("admin:patterns_pattern_change", args=[Pattern.objects.get(code=code).pk])


def now(code="STC"):
    return Draft.objects.get(kind="pattern", code=code)


def opened(client, by, address=None):
    """The change page as `by` sees it, and its form."""
    client.force_login(by)
    page = client.get(address or form_address())
    return page, find_form(page, having="base_digest")


def saved(client, by, note="Because", address=None, **changes):
    page, form = opened(client, by, address)
    return send(client, page, form, change__note=note, follow=True, **changes)


def text_of(response):
    return " ".join(response.content.decode().split())


# Saving


def test_a_change_makes_one_version_with_its_note(client, draft, other_editor):
    response = saved(client, other_editor, subtitle="A better line", note="Plainer")
    assert "Saved as version 2." in text_of(response)
    assert now().read() == {**draft.read(), "subtitle": "A better line"}
    newest = timeline.versions(now())[0]
    assert (newest.by, newest.note) == ("Otto Editor", "Plainer")


def test_a_form_saved_untouched_makes_no_version(client, draft, editor):
    response = saved(client, editor)
    assert "Nothing changed" in text_of(response)
    assert (now().version, now().digest) == (1, draft.digest)


def test_a_note_is_needed_and_nothing_is_lost(client, draft, editor):
    response = saved(client, editor, note="  ", subtitle="Typed")
    assert "Say in the change note" in text_of(response)
    assert find_form(response, having="base_digest").values()["subtitle"] == ["Typed"]
    assert now().version == 1


def test_rows_are_reordered_removed_and_added(client, draft, editor):
    page, form = opened(client, editor)
    changes = {
        "kill_list__0__ORDER": "3",
        "kill_list__2__ORDER": "1",
        "kill_list__1__DELETE": "on",
        "kill_list__3__move": "A new move",
        "kill_list__3__code": "",
        "kill_list__3__ORDER": "2",
        "kill_list__TOTAL_FORMS": "4",
    }
    send(client, page, form, change__note="Reorder", **changes)
    assert [(row["code"], row["move"]) for row in now().read()["kill_list"]] == [
        ("STC-K3", "Move 3 of STC"),
        ("STC-K4", "A new move"),
        ("STC-K1", "Move 1 of STC"),
    ]


def test_a_row_is_added_without_scripts_and_nothing_is_lost(client, draft, editor):
    page, form = opened(client, editor)
    response = send(client, page, form, button=("add", "clauses"), subtitle="Typed", change__note="My note")
    again = find_form(response, having="base_digest")
    values = again.values()
    assert values["clauses-TOTAL_FORMS"] == ["2"] and values["subtitle"] == ["Typed"]
    assert values["change-note"] == ["My note"] and "Say in the change note" not in text_of(response)
    send(client, response, again, clauses__1__title="Second")
    assert [row["code"] for row in now().read()["clauses"]] == ["STC-C1", "STC-C2"]


def test_an_added_row_left_empty_is_no_row(client, draft, editor):
    page, form = opened(client, editor)
    response = send(client, page, form, button=("add", "anchors"))
    send(client, response, find_form(response, having="base_digest"), change__note="x", title="Else")
    assert len(now().read()["anchors"]) == 1


def test_an_incomplete_draft_is_saved(client, draft, editor):
    saved(client, editor, kill_list__0__mitigation="", in_brief="", anchors__0__source="")
    document = now().read()
    assert (document["in_brief"], document["kill_list"][0]["mitigation"]) == ("", "")


def test_the_family_is_changed(client, draft, editor):
    make_family(editor, "capital", "Capital")
    saved(client, editor, family="capital")
    assert now().read()["family"] == {"slug": "capital", "name": "Capital"}


# What is refused


@pytest.mark.parametrize(
    "field, typed, sentence",
    [
        ("title", "", "This field is required."),
        ("slug", "Not A Slug", "Use small letters, digits and single hyphens."),
        ("in_brief", "a\u202eb", "Character 2 is a hidden change of text direction (U+202E); remove it."),
        ("in_brief", "x" * 100_001, "This text has 100,001 characters; one field takes at most 100,000."),
        ("precedents__0__date", "2025-02-30", "There is no day 2025-02-30 in the calendar."),
        ("precedents__0__date", "May 2025", "Write the date as 2025-05-22, 2025-05 or 2025"),
        ("kill_list__0__grounding", "guessed", "Select a valid choice."),
        ("family", "nowhere", "Select a valid choice."),
        ("kill_list__0__code", "OTH-K1", "OTH-K1 is no code of this pattern"),
        ("kill_list__0__code", "STC-K2", "The code STC-K2 stands twice"),
        ("kill_list__TOTAL_FORMS", "", "ManagementForm data is missing"),
    ],
)
def test_what_cannot_stand_is_refused_with_a_sentence(client, draft, editor, field, typed, sentence):
    response = saved(client, editor, **{field: typed})
    assert sentence in text_of(response)
    assert now().version == 1


def test_ten_megabytes_in_one_field_get_a_sentence(client, draft, editor):
    response = saved(client, editor, structure="x" * 10_000_000)
    assert "This text has 10,000,000 characters; one field takes at most 100,000." in text_of(response)


def test_an_address_that_belongs_to_another_is_refused(client, draft, editor):
    make_draft(pattern_document("OTH"), editor)
    response = saved(client, editor, slug="pattern-oth")
    assert "The address “pattern-oth” belongs to OTH; choose another slug." in text_of(response)
    assert now().version == 1


@pytest.mark.parametrize("field", ["base_version", "base_digest"])
def test_a_forged_post_without_its_base_writes_nothing(client, draft, editor, field):
    _, form = opened(client, editor)
    values = form.values(title="Forged", change__note="x")
    del values[field]
    response = client.post(form_address(), values)
    assert response.status_code == 400 and "does not say which version" in text_of(response)
    assert now().version == 1


def test_a_base_that_never_was_writes_nothing(client, draft, editor):
    response = saved(client, editor, title="Forged", base_digest="0" * 64)
    assert response.status_code == 400 and now().version == 1


# Two editors


def refused_save(client, editor, other_editor):
    page, form = opened(client, editor)
    saved(client, other_editor, kill_list__0__mechanism="Their words.", title="Their title")
    client.force_login(editor)
    return send(client, page, form, kill_list__0__mechanism="My words.", subtitle="My line", change__note="My note")


def test_the_second_save_is_refused_with_three_columns(client, draft, editor, other_editor):
    response = refused_save(client, editor, other_editor)
    page = text_of(response)
    assert response.status_code == 409
    assert "Otto Editor made version 2" in page
    assert 'Kill list, STC-K1, mechanism <span class="change-what">both changed it' in page
    assert "Why move 1 fails [@smith-2026]." in page  # base
    read = re.sub(r"<del>.*?</del>|</?ins>", "", page)
    assert "My words." in read and "Their words." in read and "My line" in read and "My note" in read
    assert (now().version, now().title) == (2, "Their title")


def test_the_refused_text_is_fetched_later_and_finished(client, draft, editor, other_editor):
    refused_save(client, editor, other_editor)
    refused = RefusedSave.objects.get()
    listed = client.get(reverse("admin:history_refusedsave_changelist"))
    address = reverse("admin:history_refusedsave_change", args=[refused.pk])
    assert address in listed.content.decode()
    assert "My words." in text_of(client.get(address))
    assert "My refused texts (1)" in text_of(client.get(form_address()))
    again = client.get(f"{reverse('admin:pattern-edit', args=['STC'])}?mine={refused.pk}", follow=True)
    form = find_form(again, having="base_digest")
    assert form.values()["kill_list-0-mechanism"] == ["My words."]
    assert form.values()["change-note"] == ["My note"]
    assert form.values()["title"] == ["Their title"]  # what the other saved since does not go back
    send(client, again, form)
    assert now().version == 3 and now().read()["kill_list"][0]["mechanism"] == "My words."
    assert (now().title, now().read()["subtitle"]) == ("Their title", "My line")


def test_a_refused_text_is_its_authors_alone(client, draft, editor, other_editor):
    refused_save(client, editor, other_editor)
    refused = RefusedSave.objects.get()
    client.force_login(other_editor)
    address = reverse("admin:history_refusedsave_change", args=[refused.pk])
    assert client.get(address).status_code == 404
    assert address not in client.get(reverse("admin:history_refusedsave_changelist")).content.decode()
    for wanted in (refused.pk, 9999, "x"):
        assert client.get(f"{form_address()}?mine={wanted}").status_code == 404


def test_a_refused_text_is_discarded_by_its_author_alone(client, draft, editor, other_editor):
    refused_save(client, editor, other_editor)
    discard = reverse("admin:refused-discard", args=[RefusedSave.objects.get().pk])
    client.force_login(other_editor)
    assert client.post(discard).status_code == 404
    client.force_login(editor)
    assert client.get(discard).status_code == 404
    page = client.get(reverse("admin:history_refusedsave_change", args=[RefusedSave.objects.get().pk]))
    listed = send(client, page, find_form(page, action="discard"), follow=True)
    assert "Your refused text of STC is discarded." in text_of(listed)
    assert "<h1>My refused texts</h1>" in text_of(listed)
    assert not RefusedSave.objects.exists()


def test_a_new_row_in_a_refused_text_has_no_code_yet(client, draft, editor, other_editor):
    page, form = opened(client, editor)
    saved(client, other_editor, title="Their title")
    client.force_login(editor)
    new = {
        "title": "My title",
        "clauses__1__title": "Mine one",
        "clauses__2__title": "Mine two",
        "clauses__TOTAL_FORMS": "3",
    }
    response = send(client, page, form, change__note="x", **new)
    assert "Example clauses, new row 1" in text_of(response) and "Mine two" in text_of(response)


def test_a_source_corrected_meanwhile_is_no_conflict_and_not_stale(client, draft, editor, other_editor):
    page, form = opened(client, editor)
    make_source(other_editor, title="Corrected title")
    client.force_login(editor)
    send(client, page, form, title="Mine", change__note="x")
    assert now().title == "Mine"
    assert now().read()["bibliography"][0]["title"] == "Corrected title"


def test_what_another_changed_in_between_is_kept_and_told(client, draft, editor, other_editor):
    page, form = opened(client, editor)
    saved(client, other_editor, kill_list__1__mechanism="Their words.", title="Their title")
    client.force_login(editor)
    typed = {"kill_list__0__mechanism": "My words.", "change__note": "My note"}
    told = text_of(send(client, page, form, follow=True, **typed))
    assert "Saved as version 3. What Otto Editor changed in between was kept: Title, STC-K2" in told
    compared = f"{reverse('desk:compare', args=['pattern', 'STC'])}?old=1&amp;new=2"
    assert compared in told and "Their words." in text_of(client.get(compared.replace("&amp;", "&")))
    document = now().read()
    assert [row["mechanism"] for row in document["kill_list"][:2]] == ["My words.", "Their words."]
    assert (document["title"], timeline.versions(now())[0].note) == ("Their title", "My note")
    assert not RefusedSave.objects.exists()


def test_who_refuses_chooses_field_by_field(client, draft, editor, other_editor):
    refused_save(client, editor, other_editor)
    page = client.get(reverse("admin:history_refusedsave_change", args=[RefusedSave.objects.get().pk]))
    choice = re.search(r'name="theirs" value="([^"]+)"', page.content.decode())[1].replace("&quot;", '"')
    address = reverse("admin:pattern-edit", args=["STC"])
    again = client.get(address, {"mine": RefusedSave.objects.get().pk, "theirs": choice}, follow=True)
    values = find_form(again, having="base_digest").values()
    assert (values["kill_list-0-mechanism"], values["subtitle"]) == (["Their words."], ["My line"])
    assert "Kill list, STC-K1, mechanism: theirs stands here" in text_of(again)


# New patterns


def created(client, by, **typed):
    client.force_login(by)
    page = client.get(reverse("admin:patterns_pattern_add"))
    values = {"code": "NEW", "slug": "new", "family": "sovereign", "title": "New", "change__note": "Begin", **typed}
    return send(client, page, find_form(page, having="code"), follow=True, **values)


def test_a_new_pattern_asks_for_its_identity(client, draft, editor):
    response = created(client, editor)
    assert "NEW has its first version." in text_of(response)
    assert find_form(response, having="base_digest").values()["title"] == ["New"]
    assert timeline.versions(now("NEW"))[0].note == "Begin"


@pytest.mark.parametrize(
    "typed, sentence",
    [
        ({"code": "STC"}, "There is already a pattern STC"),
        ({"code": "stc"}, "The code stc already belongs to the pattern STC."),
        ({"code": "STC-K1"}, "The code STC-K1 already belongs to the move of STC STC-K1."),
        ({"slug": "pattern-stc"}, "The address “pattern-stc” belongs to STC"),
        ({"code": "a b"}, "Use letters, digits, dots and hyphens, 60 at most."),
        ({"change__note": ""}, "Say in the change note"),
    ],
)
def test_a_taken_identity_is_refused_with_a_sentence(client, draft, editor, typed, sentence):
    response = created(client, editor, **typed)
    assert sentence in text_of(response)
    assert Pattern.objects.count() == 1


def test_a_new_pattern_hears_everything_at_once(client, draft, editor):
    typed = {"code": "stc", "slug": "pattern-stc", "title": "", "change__note": ""}
    page = text_of(created(client, editor, **typed))
    summary = page.partition("Not saved yet")[2].partition("</div>")[0]
    assert "Say in the change note" in summary
    assert "The code stc already belongs to the pattern STC." in summary
    assert "The address “pattern-stc” belongs to STC; choose another slug." in summary
    assert "</a>: This field is required." in summary


# What is said after saving


def test_a_save_tells_what_blocks_a_review_and_leads_there(client, draft, editor):
    response = saved(client, editor, kill_list__0__mitigation="", subtitle="")
    desk = reverse("desk:item", args=["pattern", "STC"])
    assert f'Saved as version 2. <a href="{desk}#blocks">2 things block a review</a>.' in text_of(response)
    assert "block a review" not in text_of(saved(client, editor, kill_list__0__mitigation="x", subtitle="y"))


def test_the_form_has_a_contents_list_with_every_move(client, draft, editor):
    page, _ = opened(client, editor)
    contents = text_of(page).partition('<nav aria-label="Contents of the form">')[2].partition("</nav>")[0]
    html = page.content.decode()
    anchors = re.findall(r'href="#([^"]+)"', contents)
    assert anchors[:3] == ["field-in_brief", "field-structure", "field-sub_variants"] and "row-STC-K2" in anchors
    assert len(anchors) == 10 and all(f'id="{anchor}"' in html for anchor in anchors)
    assert "Add an anchor" in html and "Add a move" in html


# Who may


def test_a_reviewer_reads_the_form_and_cannot_save(client, draft, reviewer, editor):
    client.force_login(reviewer)
    page = client.get(form_address())
    assert "You can read this draft" in text_of(page) and "Save</button>" not in text_of(page)
    forged = {"base_version": "1", "base_digest": draft.digest, "title": "Forged", "change-note": "x"}
    assert client.post(form_address(), forged).status_code == 403
    assert client.get(reverse("admin:patterns_pattern_add")).status_code == 403
    assert now().version == 1


def test_strangers_are_sent_to_sign_in(client, draft, stranger):
    for address in (form_address(), reverse("admin:patterns_pattern_changelist")):
        client.logout()
        assert client.get(address).status_code == 302
        client.force_login(stranger)
        assert client.get(address).status_code == 302


def test_reading_writes_nothing(client, draft, editor):
    client.force_login(editor)
    for address in (form_address(), f"{form_address()}?title=x", reverse("admin:patterns_pattern_changelist")):
        assert client.get(address).status_code == 200
    assert now().version == 1


def test_nothing_is_deleted_in_the_admin(client, draft, editor, django_user_model):
    chief_of_all = django_user_model.objects.create_superuser("root")
    client.force_login(chief_of_all)
    address = reverse("admin:patterns_pattern_delete", args=[Pattern.objects.get().pk])
    assert client.post(address, {"post": "yes"}).status_code == 403
    assert "delete_selected" not in client.get(reverse("admin:patterns_pattern_changelist")).content.decode()


def test_an_item_that_never_was_is_not_found(client, draft, editor):
    client.force_login(editor)
    assert client.get(reverse("admin:patterns_pattern_change", args=[9999])).status_code == 404
    assert client.get(reverse("admin:pattern-edit", args=["NONE"])).status_code == 404


# What stands beside the fields


def test_citations_are_resolved_under_their_field(client, draft, editor):
    saved(client, editor, structure="As [@smith-2026] and [@nobody-2020] say.")
    page = text_of(client.get(form_address()))
    assert "<code>smith-2026</code> Title of smith-2026" in page
    assert "<code>nobody-2020</code> is not among the sources" in page


def test_a_move_names_the_partnerships_that_score_it(client, draft, editor):
    make_draft(partnership_document(moves=1), editor)
    client.force_login(editor)
    page = client.get(form_address()).content.decode()
    assert page.count('<p class="used">') == 1
    assert reverse("admin:partnership-part", args=["stargate", "STC"]) in page


def test_the_page_leads_to_desk_history_and_public_page(client, draft, editor, reviewer):
    client.force_login(editor)
    before = client.get(form_address()).content.decode()
    assert reverse("desk:item", args=["pattern", "STC"]) in before
    assert reverse("desk:timeline", args=["pattern", "STC"]) in before
    assert "Public page" not in before
    make_edition(now().read(), editor, reviewer)
    assert reverse("pattern-page", args=["pattern-stc"]) in client.get(form_address()).content.decode()


def test_a_marker_in_a_draft_stays_inside(client, draft, editor, reviewer):
    make_edition(now().read(), editor, reviewer)
    saved(client, editor, structure="MARKER-OF-A-DRAFT", kill_list__0__move="MARKER-OF-A-DRAFT")
    client.logout()
    assert "MARKER-OF-A-DRAFT" not in client.get(reverse("pattern-page", args=["pattern-stc"])).content.decode()


# The list


def test_the_list_searches_and_filters(client, draft, editor):
    make_draft(pattern_document("OTH", family={"slug": "capital", "name": "Capital"}), editor)
    client.force_login(editor)
    address = reverse("admin:patterns_pattern_changelist")
    family = Family.objects.get(slug="capital")
    for query in ({"q": "Move 2 of OTH"}, {"q": "oth"}, {"family__id__exact": family.pk}):
        page = client.get(address, query).content.decode()
        assert "Pattern OTH" in page and "Pattern STC" not in page


def test_the_list_tells_which_drafts_are_ahead_of_their_edition(client, draft, editor, reviewer):
    make_draft(pattern_document("NEW"), editor)
    make_edition(now().read(), editor, reviewer)
    make_edition(pattern_document("OLD"), editor, reviewer)
    make_draft(pattern_document("OLD", subtitle="Else"), editor)
    client.force_login(editor)
    for wanted, code in (("none", "NEW"), ("same", "STC"), ("behind", "OLD")):
        page = client.get(reverse("admin:patterns_pattern_changelist"), {"edition": wanted}).content.decode()
        assert [other for other in ("NEW", "STC", "OLD") if f"Pattern {other}" in page] == [code]


def test_the_list_takes_the_same_queries_for_one_and_three(client, draft, editor, django_assert_num_queries):
    client.force_login(editor)
    address = reverse("admin:patterns_pattern_changelist")
    client.get(address)
    with django_assert_num_queries(8):
        client.get(address)
    make_draft(pattern_document("TWO"), editor)
    make_draft(pattern_document("THREE"), editor)
    with django_assert_num_queries(8):
        client.get(address)


# Families


def test_a_renamed_family_reaches_its_patterns(client, draft, editor):
    address = reverse("admin:patterns_family_change", args=[Family.objects.get().pk])
    saved(client, editor, address=address, name="States", note="Plainer")
    assert now().read()["family"]["name"] == "States"
    assert timeline.versions(now())[0].note == "Family changed: Plainer"


def test_a_new_family_is_made(client, draft, editor):
    client.force_login(editor)
    page = client.get(reverse("admin:patterns_family_add"))
    form = find_form(page, having="code")
    send(client, page, form, code="capital", name="Capital", change__note="x")
    assert Family.objects.filter(slug="capital", name="Capital").exists()
