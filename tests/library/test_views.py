"""What readers are answered: bytes, headers, statements, redirects and refusals."""

import hashlib
import re

import pytest
from django.apps import apps
from django.db import connection

from library.models import Edition, LedgerEntry
from tests.library.factories import (
    act,
    exhibit,
    move,
    on,
    partnership,
    pattern,
    publish,
    publish_again,
    score,
    source,
)
from tests.library.html import main_of, read

pytestmark = pytest.mark.django_db
PATTERN = "/patterns/pattern-stc/"
READING = [
    *("/", "/patterns/", PATTERN, PATTERN + "2026.01/", PATTERN + "history/", "/partnerships/"),
    *("/partnerships/stargate/", "/partnerships/stargate/2026.01/", "/partnerships/stargate/history/"),
    *("/sources/", "/sources/smith-2026/", "/ledger/", "/methodology/"),
]


def get(client, address, day="2026-03-01", **headers):
    with on(day):
        return client.get(address, headers=headers)


def library():
    publish(pattern())
    publish(partnership(), "2026-01-06")


@pytest.mark.parametrize("count", [1, 3, 40])
def test_pattern_page_takes_one_statement(client, django_assert_num_queries, count):
    publish(pattern())
    for number in range(count):
        publish(partnership(f"deal-{number}"))
    with django_assert_num_queries(1):
        page = get(client, PATTERN)
    assert len(list(read(page).one("tbody").all("tr"))) == count


@pytest.mark.parametrize("count", [1, 3, 40])
def test_past_pages_take_at_most_six_statements(client, django_assert_num_queries, count):
    publish(pattern())
    for number in range(count):
        publish(partnership(f"deal-{number}"))
    for address, statements in (
        (PATTERN + "2026.01/", 5),
        (PATTERN + "?as-of=2026-02-01", 6),
        (PATTERN + "2026.01/?as-of=2026-02-01", 6),
        ("/partnerships/deal-0/2026.01/", 4),
        ("/partnerships/deal-0/?as-of=2026-02-01", 5),
    ):
        with django_assert_num_queries(statements):
            assert get(client, address).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_lists_take_the_same_statements_whatever_their_length(client, django_assert_num_queries, count):
    publish(pattern())
    for number in range(count):
        publish(partnership(f"deal-{number}"))
    expected = {"/": 6, "/patterns/": 2, "/partnerships/": 3, "/sources/": 1, "/sources/release-2025/": 1}
    for address, statements in (expected | {"/ledger/": 2, "/methodology/": 4}).items():
        with django_assert_num_queries(statements):
            assert get(client, address).status_code == 200


@pytest.mark.parametrize("address", READING)
def test_staff_and_strangers_get_the_same_bytes_and_headers(client, chief, stranger, address):
    library()
    anonymous = get(client, address)
    for who in (chief, stranger):
        client.force_login(who)
        signed_in = get(client, address)
        assert (signed_in.content, dict(signed_in.headers)) == (anonymous.content, dict(anonymous.headers))
    assert anonymous.status_code == 200
    assert not anonymous.cookies
    assert "Vary" not in anonymous.headers
    assert anonymous.headers["Cache-Control"] == "public, max-age=60, must-revalidate"


@pytest.mark.parametrize("address", READING)
def test_known_page_is_answered_304_and_has_no_inline_style_or_script(client, address):
    library()
    first = get(client, address)
    again = get(client, address, **{"if-none-match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert b"<script" not in first.content and b" style=" not in first.content


def test_conditional_request_is_answered_before_anything_is_drawn(client, django_assert_num_queries, monkeypatch):
    library()
    known = get(client, PATTERN).headers["ETag"]
    monkeypatch.setattr("library.frame.draw", None)
    with django_assert_num_queries(1):
        assert get(client, PATTERN, **{"if-none-match": known}).status_code == 304


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
    publish_again(pattern(), "2026-02-05", title="Another", kill_list=[move("STC-K1", move="Otherwise.")])
    publish_again(partnership(), "2026-02-06", exhibits=[exhibit(scores=[])], bibliography=changed)
    publish(partnership("another"), "2026-02-07")
    assert {address: main_of(get(client, address)) for address in addresses} == before
    assert b"Another" in get(client, PATTERN).content


def test_edition_page_says_that_a_newer_edition_replaced_it(client):
    library()
    assert "newer edition" not in read(get(client, PATTERN + "2026.01/")).one("aside").text
    publish_again(pattern(), "2026-02-05", title="Another")
    aside = read(get(client, PATTERN + "2026.01/")).one("aside")
    assert "A newer edition, 2026.02, has replaced this text." in aside.text
    assert aside.one("a").attributes["href"] == PATTERN


def test_page_with_the_working_tables_emptied_has_the_same_bytes(client, editor):
    library()
    before = {address: get(client, address).content for address in READING}
    tables = [
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label != "library"
    ]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"TRUNCATE {', '.join(tables)} CASCADE")
    assert {address: get(client, address).content for address in READING} == before


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
    cited = seen.one("blockquote").one("a").attributes["href"]
    assert cited == "http://testserver/patterns/pattern-stc/2026.01/?as-of=2026-03-01"
    publish_again(pattern(), "2026-03-01", title="Another")
    publish(partnership("later"), "2026-03-02")
    later = read(get(client, cited, "2026-06-01")).one("main")
    for part in ("kill-list", "partnerships", "sources", "history"):
        assert later.one("section", id=part).text == seen.one("section", id=part).text


def test_citation_of_today_leads_to_what_was_seen(client):
    library()
    response = get(client, PATTERN + "2026.01/?as-of=2026-03-01")
    assert (response.status_code, response.headers["Location"]) == (302, PATTERN)
    publish_again(pattern(), "2026-03-01", title="Another")
    replaced = main_of(get(client, PATTERN + "2026.01/?as-of=2026-03-01"))
    assert b"Stargate" in replaced and b"Another" not in replaced
    assert main_of(get(client, PATTERN + "2026.01/?as-of=2026-03-01", "2026-05-01")) == replaced
    assert get(client, PATTERN + "2025.01/?as-of=2026-03-01").status_code == 404


@pytest.mark.parametrize("address", READING)
def test_as_of_that_is_no_day_is_refused(client, address):
    library()
    for asked in ("2026-02-30", "20260201", "yesterday", "2026-2-1"):
        response = get(client, f"{address}?as-of={asked}")
        assert response.status_code == 400
        assert f"“{asked}” is not a day" in response.content.decode()


@pytest.mark.parametrize("address", [one for one in READING if "2026.01" not in one])
def test_as_of_today_or_later_leads_to_the_latest(client, address):
    library()
    for day in ("2026-03-01", "2030-01-01"):
        response = get(client, f"{address}?x=1&as-of={day}")
        assert (response.status_code, response.headers["Location"]) == (302, address + "?x=1")


@pytest.mark.parametrize("address", [PATTERN, PATTERN + "history/", PATTERN + "2026.01/"])
def test_as_of_before_the_first_publication_says_since_when(client, address):
    library()
    response = get(client, f"{address}?as-of=2025-12-31")
    assert response.status_code == 404
    assert "was first published here on 2026-01-05" in read(response).one("main").text


@pytest.mark.parametrize("address", ["/", "/patterns/", "/partnerships/"])
def test_lists_before_the_first_publication_say_since_when(client, address):
    library()
    bar = read(get(client, f"{address}?as-of=2025-12-31")).one("aside").text
    assert "Nothing had been published yet; the first publication was on 2026-01-05." in bar


@pytest.mark.parametrize("address", ["/", "/patterns/", "/partnerships/", "/sources/", "/ledger/", "/methodology/"])
def test_empty_library_has_its_pages(client, address):
    page = read(get(client, address))
    assert page.text_of("h1")
    assert all(page.text_of("h2"))
    assert read(get(client, address + "?as-of=2025-01-01")).one("aside")


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
        ("STC-K1", PATTERN + "2026.01/#STC-K1"),
        ("stargate", "/partnerships/stargate/"),
    ],
)
def test_permanent_id_leads_to_its_place(client, code, location):
    library()
    publish_again(pattern(), "2026-02-05", kill_list=pattern()["kill_list"][1:])
    response = get(client, f"/id/{code}")
    assert (response.status_code, response.headers["Location"]) == (302, location)


@pytest.mark.parametrize(
    "address",
    [
        *("/nothing/", "/patterns/nothing/", "/partnerships/pattern-stc/", "/patterns/nothing/2026.01/"),
        *(PATTERN + "2025.01/", PATTERN + "compare/2026.01/2025.01/", "/patterns/nothing/history/"),
        *("/sources/nothing/", "/id/nothing", "/id/STC-K9", "/ledger/99.json", "/patterns/nothing/2026.01.json"),
        *("/patterns/nothing/?as-of=2026-02-01", "/patterns/nothing/2026.01/?as-of=2026-02-01"),
    ],
)
def test_missing_page_has_the_same_words_for_everybody(client, chief, address):
    library()
    anonymous = get(client, address)
    client.force_login(chief)
    staff = get(client, address)
    assert anonymous.status_code == staff.status_code == 404
    assert anonymous.content == staff.content == get(client, "/nothing-at-all/").content
    assert "There is no page at this address" in anonymous.content.decode()


def test_page_of_an_item_whose_page_row_is_gone_is_missing(client):
    library()
    from library.models import Page

    Page.objects.all().delete()
    assert get(client, PATTERN).status_code == 404


@pytest.mark.parametrize("address", [*READING, "/healthz", "/ledger/1.json", "/id/STC"])
def test_reading_pages_cannot_be_written_to(client, address):
    library()
    assert client.post(address).status_code == 405


def test_home_counts_and_lists_what_stands(client):
    library()
    publish_again(pattern(), "2026-02-05", title="Another")
    page = read(get(client, "/")).one("main")
    assert page.one("dl", class_="counts").text_of("dd") == ["1", "1", "4", "3"]
    assert page.text_of("h3") == ["Sovereign", "Another", "Stargate"]


def test_patterns_are_listed_by_family(client):
    library()
    publish(pattern("ABC", family={"slug": "capital", "name": "Capital"}))
    page = read(get(client, "/patterns/")).one("main")
    assert page.text_of("h2") == ["Capital", "Sovereign"]
    about = page.one("section", id="sovereign").one("p", class_="about").text
    assert about == "STC · edition 2026.01 · reviewed 2026-01-05 by Rhea Reviewer · 1 tracked partnership"


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Aster", "Stargate"]),
        ("?pattern=STC", ["Stargate"]),
        ("?confidence=single_source", ["Aster"]),
        ("?status=ended&confidence=single_source", ["Aster"]),
        ("?status=ended&pattern=STC", []),
        ("?status=nonsense", []),
    ],
)
def test_partnerships_are_narrowed_by_facets(client, query, names):
    library()
    publish(
        partnership("aster", exhibits=[], confidence="single_source", status="ended", announced="2025-06"),
        "2026-01-07",
    )
    page = read(get(client, "/partnerships/" + query)).one("main")
    assert [row.one("a").text for row in page.all("th", scope="row")] == names


def test_facets_count_what_choosing_them_would_show(client):
    library()
    publish(partnership("aster", exhibits=[], confidence="single_source", status="ended"), "2026-01-07")
    page = read(get(client, "/partnerships/?status=ended"))
    options = {select.attributes["id"]: select.text_of("option") for select in page.all("select")}
    assert options == {
        "pattern": ["All"],
        "status": ["All", "Active (1)", "Ended (1)"],
        "confidence": ["All", "Single source (1)"],
    }


def test_source_page_names_every_place_that_cites_it(client):
    library()
    publish(partnership("aster", exhibits=[exhibit(scores=[])]), "2026-01-07")
    page = read(get(client, "/sources/release-2025/")).one("main")
    cited_by = page.one("ul", class_="listing")
    assert cited_by.text_of("li") == [
        "Aster Partnership · edition 2026.01",
        "Stargate Partnership · edition 2026.01 · at STC-K1",
    ]
    assert "the copy inside Aster, edition 2026.01" in page.text


def test_source_page_shows_the_newest_standing_copy_and_keeps_its_address(client):
    library()
    corrected = [source("release-2025", title="Corrected title")]
    publish_again(partnership(), "2026-02-05", bibliography=corrected)
    assert read(get(client, "/sources/release-2025/")).one("h1").text == "Corrected title"
    assert read(get(client, "/sources/release-2025/?as-of=2026-01-31")).one("h1").text == "Title of release-2025"
    bare = {"exhibits": [], "sources": [], "summary": "Nothing cited.", "bibliography": []}
    publish_again(partnership(), "2026-02-06", **bare)
    page = read(get(client, "/sources/release-2025/"))
    assert page.one("h1").text == "Corrected title"
    assert "No current edition cites this source." in page.text


def test_sources_are_listed_once_by_grade(client):
    library()
    publish(partnership("aster"), "2026-01-07")
    page = read(get(client, "/sources/")).one("main")
    assert page.text_of("h2") == ["Primary document", "Party’s statement", "Secondary"]
    assert len(list(page.one("section", id="party-statement").all("li"))) == 1


def test_ledger_lists_every_act_and_turns_pages(client, monkeypatch):
    monkeypatch.setattr("library.ledger_page.PER_PAGE", 2)
    library()
    publish(partnership("aster"), "2026-01-07", override_reason="Urgent.")
    newest = read(get(client, "/ledger/"))
    assert [item.attributes["id"] for item in newest.one("ol", class_="entries").all("li")] == ["entry-3", "entry-2"]
    assert "Override: Urgent." in newest.one("li", id="entry-3").text
    assert LedgerEntry.objects.get(position=3).hash in newest.one("section", class_="head-box").text
    older = read(get(client, "/ledger/" + newest.one("a", class_="older").attributes["href"]))
    assert [item.attributes["id"] for item in older.one("ol", class_="entries").all("li")] == ["entry-1"]
    assert LedgerEntry.objects.get(position=3).hash in older.one("section", class_="head-box").text
    assert read(get(client, "/ledger/?before=x")).one("main").text == newest.one("main").text


def test_ledger_entry_hashes_to_the_hash_on_the_page(client):
    library()
    response = get(client, "/ledger/2.json")
    assert hashlib.sha256(response.content).hexdigest() in read(get(client, "/ledger/")).one("li", id="entry-2").text
    assert response.headers["Content-Type"] == "application/json"


def test_methodology_defines_every_word_that_pages_link_to(client):
    library()
    publish_again(pattern(), "2026-02-05", kill_list=[move("STC-K1", move="Otherwise.", grounding="inferred")])
    act(LedgerEntry.Act.RETIREMENT, partnership(), "2026-02-06")
    anchors = {element.attributes.get("id") for element in read(get(client, "/methodology/")).all()}
    for address in READING:
        linked = re.findall(r'href="/methodology/[^"#]*#([a-z-]+)"', get(client, address).content.decode())
        assert set(linked) <= anchors, address


def test_methodology_counts_are_queries(client):
    library()
    counts = read(get(client, "/methodology/")).one("dl", class_="counts")
    words = dict(zip(counts.text_of("dt"), counts.text_of("dd"), strict=True))
    assert words == {
        "patterns": "1",
        "partnerships": "1",
        "of these single source": "0",
        "retired": "0",
        "kill-list moves": "3",
        "example clauses": "1",
        "precedents": "1",
        "scholarly anchors": "1",
        "sources cited": "4",
        "editions": "2",
        "ledger entries": "2",
    }
    assert read(get(client, "/methodology/")).one("ul", class_="legend").text_of("li") == [
        "Visible 1",
        "Mitigated 0",
        "Not visible 0",
        "Unknown 0",
    ]


def test_comparison_tells_changes_in_words(client):
    library()
    moves = pattern()["kill_list"]
    changed = [moves[1], {**moves[0], "move": "Do STC-K1 twice."}]
    publish_again(pattern(), "2026-02-05", kill_list=changed, in_brief="What it is [@smith-2026].")
    page = read(get(client, PATTERN + "compare/2026.01/2026.02/")).one("main")
    assert page.text_of("h2") == ["Opening", "Kill list"]
    assert page.text_of("h3") == [
        "What it is reworded",
        "Kill-list move STC-K3 removed",
        "Kill-list move STC-K2 moved",
        "Kill-list move STC-K1, Move reworded",
    ]
    assert page.text_of("p", class_="words") == [
        "What it is [out: [jones-2025]][in: [smith-2026]].",
        "Do STC-K1[in: twice].",
    ]
    same = read(get(client, PATTERN + "compare/2026.01/2026.01/")).one("main")
    assert "Nothing. The two editions say the same." in same.text


def crawl(client, start, day):
    """Every internal address reached from `start`, with its answer."""
    found, todo = {}, [start]
    while todo:
        address = todo.pop()
        if address in found or address.startswith(("http", "mailto:")):
            continue
        found[address] = get(client, address, day)
        if found[address].status_code == 200 and b"<html" in found[address].content:
            links = [link.attributes["href"] for link in read(found[address]).all("a")]
            base = address.partition("?")[0]
            resolved = [base + link if link[0] in "?#" else link for link in links]
            todo += [link.partition("#")[0] for link in resolved]
    return found


def full_library():
    library()
    publish_again(pattern(), "2026-02-05", kill_list=[move("STC-K1", move="Otherwise."), move("STC-K9")])
    scores = [score("STC-K1"), score("STC-K2", "unknown")]
    publish_again(partnership(), "2026-02-06", exhibits=[exhibit(scores=scores)], slug="stargate-uae")
    act(LedgerEntry.Act.REAFFIRMATION, pattern(), "2026-02-07")


def test_no_internal_link_is_dead(client):
    full_library()
    for start in ("/", "/?as-of=2026-01-31", PATTERN + "2026.01/"):
        answers = crawl(client, start, "2026-03-01")
        bad = {address: answer.status_code for address, answer in answers.items() if answer.status_code >= 400}
        assert bad == {}
        assert len(answers) > 15


def test_every_fragment_that_is_linked_exists(client):
    full_library()
    for address in (*READING, PATTERN + "?as-of=2026-01-31"):
        page = read(get(client, address))
        ids = {element.attributes.get("id") for element in page.all()}
        own = [link.attributes["href"] for link in page.all("a") if link.attributes["href"].startswith("#")]
        assert [link for link in own if link[1:] not in ids] == []


def test_every_link_on_a_past_page_keeps_its_day(client):
    full_library()
    fixed = re.compile(r"^(#|http|/static/|.*\.json$|/(patterns|partnerships)/[^/]+/(\d{4}\.\d\d|compare)/)")
    for address in ("/", "/patterns/", PATTERN, "/partnerships/stargate/", "/sources/", "/sources/smith-2026/"):
        page = read(get(client, address + "?as-of=2026-01-31"))
        links = [
            link.attributes["href"] for part in ("header", "main") for one in page.all(part) for link in one.all("a")
        ]
        assert [link for link in links if not fixed.match(link) and "as-of=2026-01-31" not in link] == []


def test_operations_answer_machines(client):
    library()
    assert get(client, "/healthz").json() == {"status": "ok", "position": 2}
    assert "Sitemap: http://testserver/sitemap.xml" in get(client, "/robots.txt").content.decode()
    sitemap = get(client, "/sitemap.xml").content.decode()
    assert f"<loc>http://testserver{PATTERN}</loc>" in sitemap
    assert "<loc>http://testserver/partnerships/stargate/</loc>" in sitemap


def test_healthz_is_red_when_the_database_does_not_answer(client, monkeypatch):
    from django.db import OperationalError

    def fail():
        raise OperationalError

    monkeypatch.setattr("library.views.operations.newest_position", fail)
    assert get(client, "/healthz").status_code == 503


def test_errors_have_pages_of_their_own(rf):
    from django.core.exceptions import PermissionDenied

    from library.views import errors

    assert "could not be read" in errors.bad_request(rf.get("/")).content.decode()
    assert "Something failed on our side" in errors.failed(rf.get("/")).content.decode()
    assert "Not you." in errors.forbidden(rf.get("/"), PermissionDenied("Not you.")).content.decode()
    assert "does not have the right" in errors.forbidden(rf.get("/"), PermissionDenied()).content.decode()


def test_override_stands_on_the_page(client):
    publish(pattern(), name="Cleo Chief", override_reason="Court deadline.")
    signed = read(get(client, PATTERN)).one("p", class_="signed").text
    assert signed == "Signed off by Cleo Chief, Reviewer. Override: Court deadline."
