"""What a report can be about, shown as the edition words it; what cannot, told apart."""

import pytest
from django.http import Http404

from library import lookups
from library.withheld import Unavailable
from readers import claims
from tests.library.factories import exhibit, partnership, pattern, publish, publish_again, score
from tests.library.test_withheld import withhold

pytestmark = pytest.mark.django_db


SHOWN = [
    ("STC", "Pattern STC", "", ["In brief"], "/patterns/pattern-stc/"),
    ("STC-K1", "Pattern STC", "Kill-list move STC-K1: Do STC-K1.", ["Why it fails", "Mitigation"], "#STC-K1"),
    ("STC-V1", "Pattern STC", "Sub-variant STC-V1: First form", ["What it is"], "#STC-V1"),
    ("STC-C1", "Pattern STC", "Example clause STC-C1: A clause", ["Text", "What will be negotiated"], "#STC-C1"),
    ("STC-P1", "Pattern STC", "Precedent STC-P1: A case", ["Status", "Why it matters"], "#STC-P1"),
    ("STC-A1", "Pattern STC", "Scholarly anchor STC-A1: Title of smith-2026", ["Finding"], "#STC-A1"),
    ("stargate", "Stargate", "", ["Summary"], "/partnerships/stargate/"),
    ("stargate/STC", "Stargate", "Exhibit of STC: Pattern STC", ["Why it shows the pattern"], "#STC"),
    ("stargate/STC-K1", "Stargate", "Score of STC-K1: Do STC-K1.", ["Score", "Evidence"], "#STC-K1"),
    ("@smith-2026", "Title of smith-2026", "", ["Publisher", "Published", "Address"], "/sources/smith-2026/"),
]


def test_a_claim_is_shown_as_published(library):
    for about, title, name, headings, href in SHOWN:
        claim = claims.find(about)
        assert (claim.title, claim.name, [heading for heading, _ in claim.texts]) == (title, name, headings)
        assert claim.href.endswith(href) and claim.replaced_by == ""
        assert claim.edition == ("" if about.startswith("@") else "2026.01")


def test_the_words_and_sources_of_a_row_are_told_without_markup(library):
    claim = claims.find("STC-K1")
    assert claim.texts == [("Why it fails", "STC-K1 fails."), ("Mitigation", "Instead of STC-K1 do this.")]
    assert claim.cited == ["Title of jones-2025", "Title of smith-2026"]
    assert dict(claims.find("stargate/STC-K1").texts)["Score"] == "Visible"


def test_another_case_and_a_key_without_its_mark_are_understood(library):
    assert (claims.find("stc-k1").row, claims.find("Stc").code) == ("STC-K1", "STC")
    assert claims.find("smith-2026").href == "/sources/smith-2026/"


def test_a_code_with_hyphens_belongs_to_the_longest_item(library):
    publish(pattern("STC-K"))
    assert (claims.find("STC-K").code, claims.find("STC-K-K1").code, claims.find("STC-K1").code) == (
        *("STC-K", "STC-K"),
        "STC",
    )


def test_an_older_edition_says_what_replaced_it(library):
    publish_again(pattern(), "2026-02-05", title="Reworded", slug="moved")
    claim = claims.find("STC-K1", "2026.01")
    assert (claim.title, claim.replaced_by) == ("Pattern STC", "2026.02")
    assert (claim.href, claim.now_href) == ("/patterns/pattern-stc/2026.01/#STC-K1", "/patterns/moved/#STC-K1")
    assert not claim.is_gone and claims.find("stargate/STC-K1").now_href == ""
    withhold("STC", "2026.02")
    claim = claims.find("STC-K1", "2026.01")
    assert (claim.is_gone, claim.now_href) == (False, "/patterns/pattern-stc/#STC-K1")


NEVER = (
    *("nope", "STC-K99", "stargate/STC-K9", "nope/STC-K1", "@nope", "no_such:key", "", "a b", "@", "STC/"),
    *("x" * 99, "STC-K1\x00", "STC'--", "@a@b", "STC-K1/STC-K1"),
)


def test_codes_that_differ_in_capitals_alone_are_not_taken_for_each_other(client, db):
    publish(pattern("AbC"))
    publish(pattern("aBc", slug="other"), "2026-01-06")
    for about in ("AbC&edition=2099.01", "aBc-K9", "abc"):
        assert client.get(f"/corrections/new?about={about}").status_code == 404


def test_what_was_never_published_is_not_found(library):
    asked = [(about, "") for about in NEVER]
    asked += [("STC-K1", number) for number in ("2026.09", "1", "2026.01\x00", "latest")]
    for about, number in asked:
        with pytest.raises(Http404):
            claims.find(about, number)


def test_a_row_taken_out_says_where_it_stood_and_can_be_reported_there(library):
    publish_again(pattern(moves=1), "2026-02-05")
    with pytest.raises(lookups.Removed) as removed:
        claims.find("STC-K2")
    assert removed.value.edition["number"] == "2026.01"
    claim = claims.find("STC-K2", "2026.01")
    assert (claim.replaced_by, claim.is_gone, claim.now_href) == ("2026.02", True, "/patterns/pattern-stc/")


def test_what_is_withheld_is_not_shown(library):
    everything = ("stargate", "stargate/STC-K1", "@release-2025")
    assert all(claims.find(about) for about in everything)
    withhold("stargate")
    for about in everything:
        with pytest.raises(Unavailable):
            claims.find(about)


def test_a_second_exhibit_has_its_own_scores(library):
    publish(pattern("ABC"))
    publish_again(partnership(), "2026-02-06", exhibits=[exhibit(), exhibit("ABC", [score("ABC-K2", "unknown")])])
    assert claims.find("stargate/ABC-K2").texts[0] == ("Score", "Unknown")
