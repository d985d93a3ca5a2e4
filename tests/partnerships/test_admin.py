"""Editing a partnership and its scorecards: what was judged the same keeps the wording it judged."""

import pytest
from django.urls import reverse
from django.utils.html import escape

from history.models import Draft, RefusedSave
from library.definitions import GROUPS
from library.models import Edition
from partnerships.models import Partnership
from tests.factories import make_draft, make_edition, make_source, partnership_document, pattern_document
from tests.forms_of_page import find_form, send

pytestmark = pytest.mark.django_db

MAIN = "admin:partnership-edit"
SCORES = "admin:partnership-part"


@pytest.fixture
def draft(editor, reviewer):
    """A partnership tied to the first edition of its pattern."""
    make_source(editor)
    make_edition(pattern_document(), editor, reviewer)
    return make_draft(bound(partnership_document()), editor)


def bound(document):
    from partnerships.composition import bind

    return bind(document)


def now():
    return Draft.objects.get(kind="partnership")


def page_of(client, by, *parts):
    client.force_login(by)
    name = SCORES if parts else MAIN
    return client.get(reverse(name, args=["stargate", *parts]), follow=True)


def saved(client, by, *parts, note="Because", **changes):
    page = page_of(client, by, *parts)
    return send(client, page, find_form(page, having="base_digest"), change__note=note, follow=True, **changes)


def text_of(response):
    return " ".join(response.content.decode().split())


def reword(editor, reviewer, **moves):
    """Publish the pattern with other words for the moves named, or without them."""
    document = Draft.objects.get(kind="pattern").read()
    words = {code.replace("_", "-"): text for code, text in moves.items()}
    document["kill_list"] = [
        {**row, "move": words.get(row["code"], row["move"])}
        for row in document["kill_list"]
        if words.get(row["code"], row["move"])
    ]
    return make_edition(document, editor, reviewer)


def exhibit():
    return now().read()["exhibits"][0]


def score(move):
    return next(row for row in exhibit()["scores"] if row["move"] == move)


# The partnership's own page


@pytest.mark.parametrize("parts", [[], ["STC"]])
def test_a_form_saved_untouched_makes_no_version(client, draft, editor, parts):
    assert "Nothing changed" in text_of(saved(client, editor, *parts))
    assert (now().version, now().digest) == (1, draft.digest)


def test_texts_parties_and_sources_are_changed(client, draft, editor):
    make_source(editor, "jones-2026")
    saved(
        client,
        editor,
        summary="Else [@jones-2026].",
        aliases="One\r\n\r\nTwo",
        announced="2025-05",
        parties__0__role="operator",
        parties__1__DELETE="on",
        sources__1__source="jones-2026",
        sources__1__ORDER="",
        sources__TOTAL_FORMS="2",
        sources__0__first_party=[],
    )
    document = now().read()
    assert (document["summary"], document["aliases"]) == ("Else [@jones-2026].", ["One", "Two"])
    assert document["parties"] == [{"name": "Host", "country": "AE", "role": "operator"}]
    assert [(row["source"], row["first_party"]) for row in document["sources"]] == [
        ("smith-2026", False),
        ("jones-2026", False),
    ]
    assert document["exhibits"] == draft.read()["exhibits"]
    assert [source["key"] for source in document["bibliography"]] == ["jones-2026", "smith-2026"]


@pytest.mark.parametrize(
    "field, typed, sentence",
    [
        ("parties__1__name", "Host", "The party Host stands twice; join the two rows."),
        ("parties__1__name", "", "Name the party, or remove the row."),
        ("sources__0__source", "", "Name the source, or remove the row."),
        ("announced", "2025-13", "There is no day 2025-13 in the calendar."),
        ("confidence", "certain", "Select a valid choice."),
        ("status", "", "This field is required."),
        ("parties__0__country", "Emirates", "Write the country’s two letters, such as AE"),
        ("parties__0__name", "x" * 301, "This has 301 characters; a title or name takes at most 300. Shorten it."),
        ("name", "x" * 301, "This has 301 characters; a title or name takes at most 300. Shorten it."),
        ("exhibits__0__pattern", "NOWHERE", "Select a valid choice."),
    ],
)
def test_what_cannot_stand_is_refused_with_a_sentence(client, draft, editor, field, typed, sentence):
    response = saved(client, editor, **{field: typed})
    assert sentence in text_of(response)
    assert now().version == 1


def test_a_pattern_is_added_and_removed(client, draft, editor):
    make_draft(pattern_document("OTH"), editor)
    added = {"exhibits__1__pattern": "OTH", "exhibits__1__ORDER": "1", "exhibits__0__ORDER": "2"}
    response = saved(client, editor, exhibits__TOTAL_FORMS="2", **added)
    assert [row["pattern"] for row in now().read()["exhibits"]] == ["OTH", "STC"]
    assert reverse(SCORES, args=["stargate", "OTH"]) in response.content.decode()
    saved(client, editor, exhibits__0__DELETE="on")
    assert now().read()["exhibits"] == draft.read()["exhibits"]


def test_a_finding_of_the_desk_finds_its_field(client, draft, editor):
    page = page_of(client, editor).content.decode()
    for anchor in (
        "field-summary",
        "field-STC-STC-K1",
        "field-STC-K1-evidence",
        "field-STC-note",
        "field-STC-pattern",
    ):
        assert f'id="{anchor}"' in page


# The scorecard


def test_the_scorecard_has_one_line_per_move(client, draft, editor):
    page = text_of(page_of(client, editor, "STC"))
    assert [page.count(f'id="row-STC-K{n}"') for n in (1, 2, 3, 4)] == [1, 1, 1, 0]
    assert "Move 2 of STC" in page and "still holds" not in page


def test_scores_mean_on_the_form_what_they_mean_to_readers(client, draft, editor):
    told = text_of(page_of(client, editor, "STC"))
    for one in GROUPS["Scores"][:5]:
        assert f"<dt>{one.word}</dt><dd>{escape(one.meaning)}</dd>" in told


def test_a_score_is_changed_emptied_and_given_sources(client, draft, editor):
    make_source(editor, "jones-2026")
    changes = {
        "score-STC-K1-score": "not_visible",
        "score-STC-K1-sources": "jones-2026, ch. 2\nsmith-2026",
        "score-STC-K2-score": "",
        "score-STC-K2-evidence": "",
        "score-STC-K2-sources": "",
    }
    saved(client, editor, "STC", **{name.replace("-", "__"): text for name, text in changes.items()})
    first, third = exhibit()["scores"]
    assert (first["score"], first["edition"], first["wording"]) == (
        "not_visible",
        Edition.objects.get().number,
        "Move 1 of STC",
    )
    assert first["sources"] == [
        {"source": "jones-2026", "pinpoint": "ch. 2"},
        {"source": "smith-2026", "pinpoint": ""},
    ]
    assert third == draft.read()["exhibits"][0]["scores"][2]


def test_evidence_without_a_score_is_refused(client, draft, editor):
    response = saved(client, editor, "STC", score__STC__K1__score="")
    assert "Choose a score for this evidence" in text_of(response)
    assert now().version == 1


def test_a_source_named_twice_is_refused(client, draft, editor):
    response = saved(client, editor, "STC", score__STC__K1__sources="smith-2026\nsmith-2026, p. 2")
    assert "The source smith-2026 stands twice; join the two lines." in text_of(response)


def test_sub_variants_are_ticked(client, draft, editor):
    saved(client, editor, "STC", sub_variants=[])
    assert exhibit()["sub_variants"] == []
    saved(client, editor, "STC", sub_variants=["STC-V1"])
    assert exhibit()["sub_variants"] == [{"code": "STC-V1", "name": "First form"}]


def test_a_reworded_move_asks_whether_the_score_still_holds(client, draft, editor, reviewer):
    old = score("STC-K1")
    edition = reword(editor, reviewer, STC_K1="Move 1 of STC, reworded")
    page = text_of(page_of(client, editor, "STC"))
    assert page.count("still holds against the current wording") == 1
    assert "<ins>, reworded</ins>" in page
    saved(client, editor, "STC", note="Read again", score__STC__K2__evidence="More.")
    assert score("STC-K1") == old
    saved(client, editor, "STC", score__STC__K1__still_holds="on")
    assert score("STC-K1") == {**old, "edition": edition.number, "wording": "Move 1 of STC, reworded"}
    assert "still holds" not in text_of(page_of(client, editor, "STC"))


def test_a_new_judgement_is_tied_to_the_current_wording(client, draft, editor, reviewer):
    edition = reword(editor, reviewer, STC_K1="Move 1 of STC, reworded")
    saved(client, editor, "STC", score__STC__K1__score="mitigated")
    assert (score("STC-K1")["edition"], score("STC-K1")["wording"]) == (edition.number, "Move 1 of STC, reworded")
    assert score("STC-K2")["edition"] != edition.number


def test_a_score_of_a_dropped_move_keeps_its_wording(client, draft, editor, reviewer):
    old = score("STC-K3")
    document = Draft.objects.get(kind="pattern").read()
    extra = {**document["kill_list"][0], "code": "", "move": "Fourth"}
    from patterns.composition import give_codes

    make_draft(give_codes({**document, "kill_list": [*document["kill_list"], extra]}), editor)
    reword(editor, reviewer, STC_K3="")
    page = text_of(page_of(client, editor, "STC"))
    assert "This move is no longer in the pattern." in page and 'id="row-STC-K4"' in page
    saved(client, editor, "STC", score__STC__K3__evidence="Corrected.")
    assert score("STC-K3") == {**old, "evidence": "Corrected."}


def test_scores_of_an_unpublished_pattern_wait_for_their_wording(client, editor):
    make_source(editor)
    make_draft(pattern_document(), editor)
    make_draft(partnership_document(), editor)
    assert "it has no edition yet" in text_of(page_of(client, editor, "STC"))
    saved(client, editor, "STC", score__STC__K1__score="unknown")
    assert (score("STC-K1")["score"], score("STC-K1")["edition"]) == ("unknown", "")


def test_a_pattern_that_is_not_shown_has_no_scorecard(client, draft, editor):
    assert page_of(client, editor, "OTH").status_code == 404


def test_the_second_scorecard_is_refused_and_fetched_on_its_page(client, draft, editor, other_editor):
    page = page_of(client, editor, "STC")
    saved(client, other_editor, "STC", score__STC__K1__score="mitigated")
    client.force_login(editor)
    form = find_form(page, having="base_digest")
    response = send(client, page, form, score__STC__K1__score="unknown", change__note="Mine")
    assert response.status_code == 409 and "Patterns shown, STC, Scores, STC-K1, score" in text_of(response)
    refused = RefusedSave.objects.get()
    address = f"{reverse(SCORES, args=['stargate', 'STC'])}?mine={refused.pk}"
    assert address in response.content.decode()
    again = find_form(client.get(address), having="base_digest").values()
    assert again["score-STC-K1-score"] == ["unknown"]
    assert client.get(f"{reverse(MAIN, args=['stargate'])}?mine={refused.pk}", follow=True).status_code == 404


def test_a_scorecard_typed_while_the_pattern_was_removed_is_kept(client, draft, editor, other_editor):
    page = page_of(client, editor, "STC")
    saved(client, other_editor, exhibits__0__DELETE="on")
    client.force_login(editor)
    form = find_form(page, having="base_digest")
    response = send(client, page, form, score__STC__K1__score="unknown", change__note="Mine")
    assert response.status_code == 409
    address = f"{reverse(SCORES, args=['stargate', 'STC'])}?mine={RefusedSave.objects.get().pk}"
    again = client.get(address)
    send(client, again, find_form(again, having="base_digest"))
    assert score("STC-K1")["score"] == "unknown"


def test_two_who_score_different_moves_are_both_kept(client, draft, editor, other_editor):
    page = page_of(client, editor, "STC")
    saved(client, other_editor, "STC", score__STC__K1__score="mitigated")
    client.force_login(editor)
    typed = {"score__STC__K2__score": "unknown", "score__STC__K1__evidence": "More of it [@smith-2026]."}
    form = find_form(page, having="base_digest")
    told = text_of(send(client, page, form, change__note="Mine", follow=True, **typed))
    assert "What Otto Editor changed in between was kept: STC-K1" in told
    assert (score("STC-K1")["score"], score("STC-K2")["score"]) == ("mitigated", "unknown")
    assert score("STC-K1")["evidence"] == "More of it [@smith-2026]."
    assert score("STC-K1")["edition"] == Edition.objects.get().number


def test_a_scorecard_and_the_main_form_meet_without_a_question(client, draft, editor, other_editor):
    page = page_of(client, editor)
    saved(client, other_editor, "STC", score__STC__K1__score="mitigated")
    client.force_login(editor)
    send(client, page, find_form(page, having="base_digest"), change__note="x", summary="Mine [@smith-2026].")
    assert (score("STC-K1")["score"], now().read()["summary"]) == ("mitigated", "Mine [@smith-2026].")


def test_the_form_leads_from_one_that_needs_a_look_to_the_next(client, draft, editor, reviewer):
    saved(client, editor, "STC", score__STC__K2__score="", score__STC__K2__evidence="", score__STC__K2__sources="")
    reword(editor, reviewer, STC_K1="Move 1 of STC, reworded")
    page = text_of(page_of(client, editor, "STC"))
    assert "2 of 3 need another look" in page
    assert '<a href="#row-STC-K1">STC-K1</a> reworded since it was scored' in page
    assert '<a href="#row-STC-K2">STC-K2</a> not assessed' in page
    assert 'href="#row-STC-K2">Next' in page and 'href="#row-STC-K1">Previous' in page
    assert page.count("Next <span") == page.count("Previous <span") == 1


# New partnerships, lists and who may


def test_a_new_partnership_asks_for_its_identity(client, draft, editor):
    client.force_login(editor)
    page = client.get(reverse("admin:partnerships_partnership_add"))
    typed = {"code": "new-deal", "slug": "new-deal", "name": "New deal", "confidence": "rumored"}
    response = send(client, page, find_form(page, having="code"), change__note="Begin", follow=True, **typed)
    assert "new-deal has its first version." in text_of(response)
    assert Draft.objects.get(code="new-deal").read()["confidence"] == "rumored"
    taken = send(client, page, find_form(page, having="code"), change__note="x", **{**typed, "code": "STC"})
    assert "The code STC already belongs to the pattern STC." in text_of(taken)


def test_the_list_searches_and_filters(client, draft, editor):
    make_draft(partnership_document("other", confidence="rumored", exhibits=[]), editor)
    client.force_login(editor)
    address = reverse("admin:partnerships_partnership_changelist")
    for query in ({"q": "partnership other"}, {"confidence__exact": "rumored"}):
        page = client.get(address, query).content.decode()
        assert "Partnership other" in page and "Partnership stargate" not in page
    page = client.get(address, {"exhibits__pattern": "STC"}).content.decode()
    assert "Partnership stargate" in page and "Partnership other" not in page


def test_a_reviewer_reads_and_cannot_save(client, draft, reviewer):
    page = page_of(client, reviewer, "STC")
    assert "You can read this draft" in text_of(page)
    forged = {"base_version": "1", "base_digest": draft.digest, "change-note": "x"}
    assert client.post(reverse(SCORES, args=["stargate", "STC"]), forged).status_code == 403
    assert now().version == 1


def test_strangers_are_sent_to_sign_in(client, draft, stranger):
    client.force_login(stranger)
    assert client.get(reverse(SCORES, args=["stargate", "STC"])).status_code == 302
    pk = Partnership.objects.get().pk
    assert client.get(reverse("admin:partnerships_partnership_change", args=[pk])).status_code == 302
