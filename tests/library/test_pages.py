"""A page is a function of a position: what it shows, what it links to, when it is drawn again."""

import pytest

from library import pages, publication
from library.addresses import Links
from library.models import LedgerEntry, Page
from tests.library.factories import act, exhibit, move, partnership, pattern, publish, publish_again, score, source
from tests.library.html import read

pytestmark = pytest.mark.django_db


def drawn(code="STC", position=10**6, links=None):
    return read(pages.render(code, position, *([links] if links else [])).fragment)


def hrefs(element):
    return [link.attributes["href"] for link in element.all("a")]


def test_page_holds_every_section_with_its_content():
    publish(pattern())
    publish(partnership())
    page = drawn()
    titles = {section.attributes["id"]: section.text for section in page.all("section")}
    assert list(titles) == [
        *("in-brief", "structure", "kill-list", "clauses", "partnerships", "precedents", "anchors"),
        *("sources", "history"),
    ]
    assert all(len(text) > 30 for text in titles.values())
    assert page.text_of("h2") == [
        *("In brief", "Structure and sub-variants", "Kill list", "Example clauses", "Tracked partnerships"),
        *("Precedent to consider", "Scholarly anchors", "Sources", "History"),
    ]


def test_page_has_no_heading_and_no_numeral_without_text():
    publish(pattern())
    publish(partnership())
    for code in ("STC", "stargate"):
        page = drawn(code)
        for tag in ("h2", "h3", "h4", "dt", "dd", "li", "th", "p"):
            assert all(page.text_of(tag)), tag
    assert drawn().text_of("p", class_="numeral") == ["1", "2", "3"]


def test_card_of_a_move_holds_all_that_is_said_of_it():
    publish(pattern())
    publish(partnership())
    card = drawn().one("article", id="STC-K1")
    assert card.one("h3").text == "Move 1: Do STC-K1."
    assert card.text_of("h4") == ["Why it fails", "Mitigation", "Seen in"]
    assert card.text_of("div", class_="prose") == ["STC-K1 fails [2].", "Instead of STC-K1 do this [1, p. 4]."]
    assert card.one("dl").text == "Grounding Documented Sources 1 Smith 2026; 2 Smith 2026"
    assert card.one("div", class_="seen").text == "Seen in Visible Stargate. Evidence on STC-K1 [3]."


def test_codes_in_prose_link_to_their_rows():
    publish(pattern())
    prose = next(drawn().one("section", id="structure").all("div", class_="prose"))
    assert hrefs(prose) == ["#STC-K1"]


def test_references_are_numbered_in_reading_order():
    publish(pattern())
    publish(partnership())
    sources = drawn().one("ol", class_="sources")
    assert [item.attributes["id"] for item in sources.all("li")] == [
        "source-jones-2025",
        "source-smith-2026",
        "source-release-2025",
        "source-case-2025",
    ]
    about = sources.one("li", id="source-release-2025").one("p", class_="source-about").text
    assert about == "Press release · Party’s statement · cited at STC-K1 · all that cites it"


def test_sources_show_archived_copy_doi_and_note():
    record = source(
        "smith-2026", archived_url="https://archive.example/1", doi="10.1/x", accessed="2026-02-03", note="N"
    )
    publish(pattern(bibliography=[record, source("jones-2025", authors=[], url=""), source("case-2025")]))
    about = drawn().one("li", id="source-smith-2026").text_of("p", class_="source-about")[0]
    assert about.startswith(
        "Article · Secondary · doi:10.1/x · Archived copy · read 2026-02-03 · N · cited at STC-K1"
    )


def test_each_score_has_its_shape_and_word_and_no_score_an_empty_cell():
    publish(pattern(moves=5))
    scores = [
        score("STC-K1"),
        score("STC-K2", "mitigated"),
        score("STC-K3", "not_visible"),
        score("STC-K4", "unknown"),
    ]
    publish(partnership(exhibits=[exhibit(scores=scores)]))
    cells = list(drawn().one("table", class_="matrix").all("td"))
    assert [cell.text for cell in cells] == ["Visible", "Mitigated", "Not visible", "Unknown", "Not assessed"]
    assert [len(list(cell.all("svg"))) for cell in cells] == [1, 1, 1, 1, 0]
    assert [len(list(cell.all("a"))) for cell in cells] == [1, 1, 1, 1, 0]
    assert cells[4].one("span", class_="word").classes == ["word", "visually-hidden"]


def test_seen_in_names_the_unknown_without_evidence():
    publish(pattern(moves=1))
    publish(partnership("aster", exhibits=[exhibit(scores=[score("STC-K1", "unknown")])]))
    publish(partnership("boreas", exhibits=[exhibit(scores=[score("STC-K1", "unknown")])]))
    assert drawn().one("div", class_="seen").text == "Seen in Unknown Aster; Boreas"


def test_seen_in_adds_the_sources_that_the_evidence_does_not_cite():
    sources = [{"source": "release-2025", "pinpoint": ""}, {"source": "other-2025", "pinpoint": "p. 9"}]
    bibliography = [source("release-2025"), source("other-2025")]
    publish(pattern(moves=1))
    publish(partnership(exhibits=[exhibit(scores=[score("STC-K1", sources=sources)])], bibliography=bibliography))
    assert drawn().one("div", class_="seen").text == "Seen in Visible Stargate. Evidence on STC-K1 [3]. [4, p. 9]"


def test_single_source_is_said_wherever_the_partnership_appears():
    publish(pattern(moves=1))
    publish(partnership(confidence="single_source"))
    page = drawn()
    assert "Stargate (single source)" in page.one("div", class_="seen").text
    assert "Single source" in page.one("table").text
    assert pages.render("STC", 10**6).badges["confidence"] == "single_source"
    assert "Confidence: Single source" in drawn("stargate").one("section", id="evidence").text


def test_partnerships_come_newest_first_then_by_name():
    publish(pattern())
    for code, announced in (("cedar", ""), ("birch", "2025-05"), ("alder", "2025-05-22"), ("Aspen", "2025-05-22")):
        publish(partnership(code, announced=announced))
    names = [row.one("th").all("a") for row in drawn().one("tbody").all("tr")]
    assert [next(links).text for links in names] == ["Alder", "Aspen", "Birch", "Cedar"]


def test_page_without_partnerships_says_what_will_appear():
    publish(pattern())
    page = drawn()
    assert list(page.all("table")) == []
    assert "No partnership on this pattern has been published yet." in page.one("section", id="partnerships").text
    assert "No tracked partnership has been assessed" in page.one("article", id="STC-K1").text
    assert pages.render("STC", 10**6).badges["confidence"] == ""


def test_empty_lists_leave_a_sentence_and_no_empty_row():
    publish(pattern(clauses=[], precedents=[], anchors=[], in_brief="", fits_when="A case."))
    page = drawn()
    assert (
        page.one("section", id="in-brief").text
        == "In brief It fits when A case. It does not fit when It does not fit there."
    )
    for name in ("clauses", "precedents", "anchors"):
        section = page.one("section", id=name)
        assert list(section.all("article")) == []
        assert section.one("p", class_="empty").text


def test_page_shows_forty_partnerships_and_says_how_many_it_leaves_out():
    publish(pattern(moves=1))
    for number in range(42):
        publish(partnership(f"deal-{number:02}", announced=f"20{number:02}"))
    page = drawn()
    assert len(list(page.one("tbody").all("tr"))) == 40
    assert "The 40 newest are shown, here and under each move; 2 earlier partnerships are left out." in page.text


def test_reworded_move_says_which_wording_was_scored():
    first = pattern()
    publish(first)
    publish(partnership())
    publish_again(first, "2026-02-05", kill_list=[move("STC-K1", move="Do it otherwise."), *first["kill_list"][1:]])
    page = drawn()
    cell = next(page.one("tbody").all("td"))
    assert cell.text == "Visible scored against the wording of 2026.01"
    assert hrefs(cell)[1] == "/patterns/pattern-stc/2026.01/#STC-K1"
    assert "(scored against the wording of 2026.01)" in page.one("article", id="STC-K1").text


def test_dropped_move_leaves_the_matrix_and_stays_with_the_partnership():
    first = pattern()
    publish(first)
    publish(partnership())
    publish_again(first, "2026-02-05", kill_list=first["kill_list"][1:])
    assert [cell.text for cell in drawn().one("tbody").all("td")] == ["Not assessed", "Not assessed"]
    judged = drawn("stargate").one("section", id="STC-K1")
    tools = "Cite STC-K1 Report a problem with STC-K1"
    said = "Visible as worded in edition 2026.01 Evidence on STC-K1 [1]."
    assert judged.text == f"STC-K1 Do STC-K1. {tools} {said}"
    assert "/patterns/pattern-stc/2026.01/#STC-K1" in hrefs(judged)


def test_partnership_page_shows_what_is_known_of_it():
    publish(pattern())
    publish(partnership())
    page = drawn("stargate")
    summary = page.one("section", id="summary")
    assert summary.text_of("dd") == ["2025-05-22", "Alias", "Active"]
    assert page.one("section", id="parties").one("tbody").text == "PartyNOHost"
    assert page.one("section", id="evidence").one("ul").text == "[1] Title of release-2025 (first party): Terms"
    assert "/patterns/pattern-stc/#STC-V1" in hrefs(page.one("article", id="STC"))


def test_partnership_page_without_anything_says_so():
    publish(partnership(exhibits=[], parties=[], sources=[], announced="", status="", status_note="", aliases=[]))
    page = drawn("stargate")
    assert [element.text for element in page.all("p", class_="empty")] == [
        "No party has been recorded.",
        "No pattern has been recorded for this partnership.",
        "No source has been recorded on the core fact.",
    ]
    assert list(page.one("section", id="summary").all("dl")) == []


def test_unknown_status_is_said_once_under_its_label_and_whole_without():
    publish(pattern(moves=1))
    publish(partnership(status="unknown"))
    assert "Status Unknown" in drawn("stargate").one("section", id="summary").one("dl").text
    assert "2025-05-22 · Status unknown" in drawn().one("tbody").text


def test_exhibit_of_an_unpublished_pattern_has_no_link():
    publish(partnership(exhibits=[exhibit(edition="", sub_variants=[], scores=[])]))
    shown = drawn("stargate").one("article", id="STC")
    assert hrefs(shown.one("h3")) == ["#STC"]
    assert "has not been assessed" in shown.text


@pytest.mark.parametrize(
    ("links", "expected"),
    [
        (Links(), ("/partnerships/stargate/#STC-K1", "/sources/smith-2026/", "/methodology/#documented")),
        (
            Links("2026-02-01"),
            (
                "/partnerships/stargate/?as-of=2026-02-01#STC-K1",
                "/sources/smith-2026/?as-of=2026-02-01",
                "/methodology/?as-of=2026-02-01#documented",
            ),
        ),
        (
            Links("2026-02-01", editions=True),
            (
                "/partnerships/stargate/2026.01/#STC-K1",
                "/sources/smith-2026/?as-of=2026-02-01",
                "/methodology/?as-of=2026-02-01#documented",
            ),
        ),
    ],
)
def test_links_keep_what_the_reader_looks_at(links, expected):
    publish(pattern())
    publish(partnership())
    found = hrefs(drawn(links=links))
    assert [address for address in expected if address not in found] == []


def test_render_draws_nothing_before_the_first_publication():
    edition = publish(pattern())
    assert pages.render("STC", edition.position - 1) is None
    assert pages.render("XXX", edition.position) is None


def test_render_draws_what_stood_at_the_position():
    first = publish(pattern())
    publish(partnership())
    publish_again(pattern(), "2026-02-05", title="Another title")
    page = pages.render("STC", first.position)
    assert page.badges["title"] == "Pattern STC"
    assert "Stargate" not in page.fragment
    assert "What changed." not in page.fragment


def test_render_takes_three_statements_for_a_pattern_and_two_for_a_partnership(django_assert_num_queries):
    publish(pattern())
    for number in range(3):
        publish(partnership(f"deal-{number}"))
    with django_assert_num_queries(3):
        pages.render("STC", 4)
    with django_assert_num_queries(2):
        pages.render("deal-1", 4)


def test_history_tells_every_act_with_its_people():
    document = pattern()
    publish(document)
    publish_again(document, "2026-02-05", title="Another")
    publish(partnership(), override_reason="Urgent.", section="evidence")
    acts = drawn().one("section", id="history").one("ol")
    signed = "Signed off by Rhea Reviewer, Reviewer"
    assert acts.text_of("li") == [
        f"Published 2026-02-05 · Edition 2026.02 · What changed · JSON What changed. {signed}",
        f"Published 2026-01-05 · Edition 2026.01 · JSON First edition. {signed}",
    ]
    assert "/patterns/pattern-stc/compare/2026.01/2026.02/" in hrefs(acts)
    signed = drawn("stargate").one("p", class_="signed").text
    assert signed == "Signed off by Rhea Reviewer, Reviewer (section evidence). Override: Urgent."


def test_publication_draws_the_patterns_of_old_and_new_exhibits_again():
    publish(pattern("STC"))
    publish(pattern("ABC"))
    publish(partnership(exhibits=[exhibit("STC")]))
    assert "Stargate" in Page.objects.get(code="STC").fragment
    publish_again(partnership(), "2026-02-05", exhibits=[exhibit("ABC")])
    assert "Stargate" not in Page.objects.get(code="STC").fragment
    assert "Stargate" in Page.objects.get(code="ABC").fragment
    assert Page.objects.get(code="STC").position == 4


def test_renamed_item_keeps_one_page():
    publish(pattern())
    publish_again(pattern(), "2026-02-05", slug="renamed")
    assert list(Page.objects.values_list("slug", flat=True)) == ["renamed"]


def test_redraw_passes_over_a_pattern_that_is_not_published():
    publish(partnership())
    assert list(Page.objects.values_list("code", flat=True)) == ["stargate"]


def test_retired_partnership_is_marked_on_the_pattern_page():
    publish(pattern(moves=1))
    publish(partnership())
    act(LedgerEntry.Act.RETIREMENT, partnership(), "2026-02-05")
    page = read(Page.objects.get(code="STC").fragment)
    assert "Stargate (retired)" in page.one("div", class_="seen").text
    assert "Retired" in page.one("table").text


def test_withheld_partnership_leaves_the_pattern_page():
    publish(pattern(moves=1))
    publish(partnership())
    act(LedgerEntry.Act.WITHHOLDING, partnership(), "2026-02-05")
    assert "Stargate" not in Page.objects.get(code="STC").fragment


def test_digest_is_that_of_the_fragment():
    publish(pattern())
    page = Page.objects.get(code="STC")
    assert page.fragment_digest == pages.render("STC", 1).digest


def test_preview_draws_an_unpublished_document_with_the_partnerships_that_stand():
    publish(pattern())
    publish(partnership())
    page = read(pages.preview(pattern(title="Draft", in_brief="A draft."), 2).fragment)
    assert "A draft." in page.text and "Stargate" in page.text


def test_preview_bears_with_what_is_incomplete():
    draft = pattern(bibliography=[], kill_list=[move("STC-K1", mechanism="", mitigation="", grounding="")])
    page = read(pages.preview(draft, 0).fragment)
    assert "@case-2025" in page.one("article", id="STC-P1").text
    assert page.one("section", id="history").text == "History Not published yet."
    rumour = partnership(confidence="rumored", bibliography=[], summary="", status="odd")
    rumoured = read(pages.preview(rumour, 0).fragment)
    assert "Confidence: Rumoured" in rumoured.one("section", id="evidence").text


def test_rebuilt_pages_have_the_same_bytes():
    publish(pattern())
    publish(partnership())
    publish_again(pattern(), "2026-02-05", title="Another")
    before = list(Page.objects.order_by("code").values_list("code", "slug", "fragment", "badges"))
    publication.rebuild()
    assert list(Page.objects.order_by("code").values_list("code", "slug", "fragment", "badges")) == before
