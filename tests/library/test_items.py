"""The page of a pattern or partnership: badges, past pages, editions, citing, renamed and permanent addresses."""

import hashlib

import pytest

from library.models import Edition, LedgerEntry
from tests.library.factories import act, exhibit, move, partnership, pattern, publish, publish_again, source
from tests.library.html import main_of, read
from tests.library.reading import PATTERN, full_library, get, library

pytestmark = pytest.mark.django_db


def test_page_past_its_review_by_date_says_so(client):
    library()
    last_day, day_after = "2027-01-05", "2027-01-06"
    before = get(client, PATTERN, last_day)
    after = get(client, PATTERN, day_after, **{"if-none-match": before.headers["ETag"]})
    assert after.status_code == 200
    assert read(before).one("dd", class_="status").text == "Verified"
    assert read(after).one("dd", class_="status").text == "Review overdue"


def test_past_page_shows_the_status_of_its_day(client):
    library()
    assert read(get(client, PATTERN + "2026.01/", "2027-06-01")).one("dd", class_="status").text == "Verified"
    overdue = get(client, PATTERN + "?as-of=2027-02-01", "2027-06-01")
    assert read(overdue).one("dd", class_="status").text == "Review overdue"


def test_reaffirmation_renews_the_badge_and_stands_in_the_history(client):
    library()
    act(LedgerEntry.Act.REAFFIRMATION, pattern(), "2027-02-01", note="Read again.")
    page = read(get(client, PATTERN, "2027-03-01"))
    assert page.one("dd", class_="status").text == "Verified"
    assert "2027-02-01 by Rolf Reviewer" in page.one("dl", class_="plate").text
    assert "Reaffirmed 2027-02-01" in page.one("section", id="history").text


def test_retired_pattern_says_when_and_why_and_keeps_its_text(client):
    library()
    act(LedgerEntry.Act.RETIREMENT, pattern(), "2026-02-01", note="Superseded in practice.")
    page = read(get(client, PATTERN))
    assert page.one("dd", class_="status").text == "Retired"
    assert page.one("div", class_="notice").text == "Retired on 2026-02-01. Superseded in practice."
    assert "Do STC-K1." in page.one("section", id="kill-list").text
    assert "The item has been retired since." in read(get(client, PATTERN + "2026.01/")).one("aside").text


def test_past_pages_keep_their_main_content_after_three_more_sign_offs(client):
    library()
    addresses = [
        *(PATTERN + "2026.01/", PATTERN + "?as-of=2026-01-31", PATTERN + "2026.01/?as-of=2026-01-31"),
        *("/partnerships/stargate/2026.01/", "/partnerships/stargate/?as-of=2026-01-31"),
        *("/?as-of=2026-01-31", "/patterns/?as-of=2026-01-31", "/partnerships/?as-of=2026-01-31"),
        *("/sources/?as-of=2026-01-31", "/sources/release-2025/?as-of=2026-01-31"),
        *("/ledger/?as-of=2026-01-31", "/methodology/?as-of=2026-01-31", PATTERN + "history/?as-of=2026-01-31"),
    ]
    before = {address: main_of(get(client, address)) for address in addresses}
    changed = [source("release-2025", title="Corrected")]
    for day in ("2026-02-05", "2026-02-15", "2026-02-25"):
        publish_again(pattern(), day, title=f"Another of {day}", kill_list=[move("STC-K1", move=f"Otherwise {day}.")])
        publish_again(partnership(), day, summary=day, exhibits=[exhibit(scores=[])], bibliography=changed)
        publish(partnership(f"another-of-{day}"), day)
    assert {address: main_of(get(client, address)) for address in addresses} == before
    assert b"Another of 2026-02-25" in get(client, PATTERN).content
    for address in addresses:
        assert main_of(get(client, address, "2027-06-01")) == before[address], "another day of reading changes it"


def test_edition_page_says_that_a_newer_edition_replaced_it(client):
    library()
    assert "newer edition" not in read(get(client, PATTERN + "2026.01/")).one("aside").text
    assert "with the partnerships of today" in read(get(client, PATTERN + "2026.01/")).one("aside").text
    publish_again(pattern(), "2026-02-05", title="Another")
    aside = read(get(client, PATTERN + "2026.01/")).one("aside")
    assert "A newer edition, 2026.02, has replaced this text." in aside.text
    links = [link.attributes["href"] for link in aside.all("a")]
    assert links == [PATTERN, PATTERN + "2026.01/?as-of=2026-03-01"]
    assert "with the partnerships that last stood beside it" in aside.text
    assert "with the partnerships that stood when it was published. It never changes." in aside.text


def test_json_of_an_edition_hashes_to_the_digest_on_page_and_in_the_ledger(client):
    library()
    response = get(client, PATTERN + "2026.01.json")
    digest = hashlib.sha256(response.content).hexdigest()
    assert response.headers["Content-Type"] == "application/json"
    assert response.content == bytes(Edition.objects.get(code="STC").document)
    assert digest in read(get(client, PATTERN)).one("section", id="cite").text
    assert digest == LedgerEntry.objects.get(code="STC").digest
    assert get(client, PATTERN + "2026.02.json").status_code == 404


def test_citation_leads_to_exactly_what_was_seen(client):
    library()
    seen = read(get(client, PATTERN)).one("main")
    cited = seen.one("a", id="cite-address").attributes["href"]
    assert cited == "http://testserver/patterns/pattern-stc/2026.01/?as-of=2026-03-01"
    publish_again(pattern(), "2026-03-01", title="Another")
    publish(partnership("later"), "2026-03-02")
    later = read(get(client, cited, "2026-06-01")).one("main")
    for part in ("kill-list", "partnerships", "sources", "history"):
        assert later.one("section", id=part).text == seen.one("section", id=part).text


def test_citation_of_today_leads_to_what_was_seen(client):
    library()
    cited = get(client, PATTERN + "2026.01/?as-of=2026-03-01")
    assert cited.status_code == 200
    assert "Edition 2026.01 as of today, 2026-03-01." in read(cited).one("aside").text
    assert main_of(get(client, PATTERN + "2026.01/?as-of=2026-03-01", "2026-05-01")) == main_of(cited)
    publish_again(pattern(), "2026-03-01", title="Another")
    replaced = main_of(get(client, PATTERN + "2026.01/?as-of=2026-03-01"))
    assert b"Stargate" in replaced and b"Another" not in replaced
    assert main_of(get(client, PATTERN + "2026.01/?as-of=2026-03-01", "2026-05-01")) == replaced
    assert get(client, PATTERN + "2025.01/?as-of=2026-03-01").status_code == 404


def test_edition_as_of_a_later_day_leads_on(client):
    library()
    response = get(client, PATTERN + "2026.01/?as-of=2030-01-01")
    assert (response.status_code, response.headers["Location"]) == (302, PATTERN)
    publish_again(pattern(), "2026-03-01", title="Another")
    response = get(client, PATTERN + "2026.01/?as-of=2030-01-01")
    assert response.headers["Location"] == PATTERN + "2026.01/?as-of=2026-03-01"
    assert get(client, "/patterns/nothing/2026.01/?as-of=2030-01-01").status_code == 404


@pytest.mark.parametrize("address", [PATTERN, "/partnerships/stargate/"])
def test_cite_this_says_when_the_cited_page_is_final(client, address):
    library()
    said = "what the library shows of this edition at the end of 2026-03-01, UTC, also after later editions."
    for page in (address, address + "2026.01/?as-of=2026-03-01"):
        cite = read(get(client, page)).one("section", id="cite").text
        assert said in cite and "partnerships" not in cite.replace("/partnerships/", "")
    forever = read(get(client, address + "2026.01/")).one("section", id="cite").text
    assert "The address leads to this page for ever." in forever


def test_page_of_a_day_without_partnerships_says_so_and_leads_to_the_latest(client):
    library()
    for query, said in (
        ("2026.01/", "When this edition was published, on 2026-01-05, no partnership on the pattern had been."),
        ("?as-of=2026-01-05", "had been published beside this edition by the end of 2026-01-05, UTC."),
    ):
        section = read(get(client, PATTERN + query)).one("section", id="partnerships")
        assert said in section.text
        assert section.one("a").attributes["href"] == PATTERN + "#partnerships"


@pytest.mark.parametrize("address", [PATTERN, PATTERN + "history/", PATTERN + "2026.01/"])
def test_as_of_before_the_first_publication_says_since_when(client, address):
    library()
    response = get(client, f"{address}?as-of=2025-12-31")
    assert response.status_code == 404
    assert "was first published here on 2026-01-05" in read(response).one("main").text


def test_old_slug_leads_to_the_new_one(client):
    library()
    publish_again(pattern(), "2026-02-05", slug="renamed")
    for address, location in (
        (PATTERN, "/patterns/renamed/"),
        (PATTERN + "2026.02/", "/patterns/renamed/2026.02/"),
        ("/patterns/renamed/2026.01/", PATTERN + "2026.01/"),
        (PATTERN + "2026.02.json", "/patterns/renamed/2026.02.json"),
        (PATTERN + "history/", "/patterns/renamed/history/"),
        (PATTERN + "compare/2026.01/2026.02/", "/patterns/renamed/compare/2026.01/2026.02/"),
    ):
        response = get(client, address)
        assert (response.status_code, response.headers["Location"]) == (301, location)
    assert get(client, PATTERN + "2026.01/").status_code == 200


def test_slug_of_another_day_leads_to_that_of_the_day(client):
    library()
    publish_again(pattern(), "2026-02-05", slug="renamed")
    response = get(client, "/patterns/renamed/?as-of=2026-01-31")
    assert response.headers["Location"] == PATTERN + "?as-of=2026-01-31"


@pytest.mark.parametrize(
    ("code", "location"),
    [
        ("STC", PATTERN),
        ("STC-K2", PATTERN + "#STC-K2"),
        ("stargate", "/partnerships/stargate/"),
    ],
)
def test_permanent_id_leads_to_its_place(client, code, location):
    library()
    publish_again(pattern(), "2026-02-05", kill_list=pattern()["kill_list"][1:])
    response = get(client, f"/id/{code}")
    assert (response.status_code, response.headers["Location"]) == (302, location)


@pytest.mark.parametrize("code", ["STC-K1", "stc-k1"])
def test_permanent_id_of_a_row_taken_out_says_where_it_last_stood(client, code):
    library()
    publish_again(pattern(), "2026-01-20", title="Kept")
    publish_again(pattern(), "2026-02-05", kill_list=pattern()["kill_list"][1:])
    response = get(client, f"/id/{code}")
    page = read(response)
    assert response.status_code == 410
    assert response.headers["Cache-Control"] == "public, max-age=0, s-maxage=60, must-revalidate"
    assert page.one("h1").text == "STC-K1 was taken out"
    assert "It stood in “Kept” up to edition 2026.01.2." in page.one("main").text
    links = [link.attributes["href"] for link in page.one("main").all("a")]
    assert links == [PATTERN + "2026.01.2/#STC-K1", PATTERN, PATTERN + "history/"]
    assert get(client, "/id/STC-K9").status_code == 404


def test_permanent_id_as_of_a_day_leads_to_where_the_row_stood_then(client):
    library()
    publish_again(pattern(), "2026-02-05", kill_list=pattern()["kill_list"][1:])
    for code, location in (("STC-K1", PATTERN + "?as-of=2026-01-31#STC-K1"), ("stc", PATTERN + "?as-of=2026-01-31")):
        response = get(client, f"/id/{code}?as-of=2026-01-31")
        assert (response.status_code, response.headers["Location"]) == (302, location)
    assert get(client, "/id/STC-K1?as-of=2026-02-05").status_code == 410
    assert get(client, "/id/STC-K1?as-of=2025-12-31").status_code == 404
    assert get(client, "/id/STC-K1?as-of=nonsense").status_code == 400


@pytest.mark.parametrize(
    ("address", "location"),
    [
        ("/id/stc", PATTERN),
        ("/id/stc-k2", PATTERN + "#STC-K2"),
        ("/id/Stargate", "/partnerships/stargate/"),
        ("/patterns/Pattern-STC/", PATTERN),
        ("/patterns/Pattern-STC/?as-of=2026-01-31", PATTERN + "?as-of=2026-01-31"),
        ("/patterns/Pattern-STC/history/", PATTERN + "history/"),
        ("/patterns/Pattern-STC/2026.01/", PATTERN + "2026.01/"),
        ("/patterns/Pattern-STC/2026.01.json", PATTERN + "2026.01.json"),
        ("/patterns/Pattern-STC/compare/2026.01/2026.01/", PATTERN + "compare/2026.01/2026.01/"),
        ("/partnerships/?pattern=stc&status=Active", "/partnerships/?pattern=STC&status=active"),
        ("/partnerships/?as-of=2026-01-31&pattern=stc", "/partnerships/?pattern=STC&as-of=2026-01-31"),
    ],
)
def test_another_case_leads_to_the_right_address(client, address, location):
    library()
    response = get(client, address)
    assert response.status_code in (301, 302)
    assert response.headers["Location"] == location
    assert get(client, location.partition("#")[0]).status_code == 200


def test_another_case_that_two_ids_fit_leads_nowhere(client):
    library()
    publish(pattern("Stc", slug="other"))
    assert get(client, "/id/sTC").status_code == 404
    assert get(client, "/id/Stc").headers["Location"] == "/patterns/other/"


def test_page_of_an_item_whose_page_row_is_gone_is_missing(client):
    library()
    from library.models import Page

    Page.objects.all().delete()
    assert get(client, PATTERN).status_code == 404


def test_override_stands_on_the_page(client):
    publish(pattern(), name="Cleo Chief", override_reason="Court deadline.")
    signed = read(get(client, PATTERN)).one("p", class_="signed").text
    assert signed == "Signed off by Cleo Chief, Reviewer. Override: Court deadline."


@pytest.mark.parametrize(
    ("address", "leads_to"),
    [
        ("/patterns/stc/", "/patterns/pattern-stc/"),
        ("/patterns/STC/2026.01/", "/patterns/pattern-stc/2026.01/"),
        ("/patterns/stc/history/", "/patterns/pattern-stc/history/"),
        ("/partnerships/StarGate/", "/partnerships/stargate-uae/"),
    ],
)
def test_a_code_in_place_of_the_slug_leads_to_the_page(client, address, leads_to):
    full_library()
    answer = get(client, address)
    assert (answer.status_code, answer.headers["Location"]) == (301, leads_to)
    assert get(client, address.replace("patterns", "partnerships").replace("StarGate", "none")).status_code == 404


def test_a_slug_comes_before_the_code_of_another(client):
    publish(pattern())
    publish(pattern("OTHER", slug="stc"), "2026-01-06")
    assert read(get(client, "/patterns/stc/")).one("h1").text == "Pattern OTHER"
    assert read(get(client, "/patterns/stc/2026.01/")).one("h1").text == "Pattern OTHER"
