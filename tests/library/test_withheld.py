"""What is withheld is shown nowhere, for no day; that it was published stays, and the chain verifies."""

import io
import json
import zipfile

import pytest
from django.core.management import call_command
from django.db import transaction
from pypdf import PdfReader

from library import ledger, publication, reading_rows
from library.downloads import archive
from library.models import Edition, LedgerEntry, Page, Standing, Withheld
from library.urls import urlpatterns
from tests.library.factories import (
    act,
    exhibit,
    move,
    on,
    partnership,
    pattern,
    person,
    publish,
    publish_again,
    score,
    source,
)
from tests.library.html import read
from tests.library.reading import PATTERN, get

pytestmark = pytest.mark.django_db
GROUND = "Order 7 O 12/26 of the regional court."
SECRET = "Xanthippe"
DEAL = "/partnerships/xanthippe/"
WITHHELD_ON = "2026-02-10"
CHECKLIST = "/check/pattern-stc/checklist/?edition=2026.01&STC-K1=visible&as-of={}"


def withhold(code, *numbers, day=WITHHELD_ON):
    """Withhold the editions `numbers` of an item, all of them by default."""
    with on(day), transaction.atomic():
        ledger.lock_library()
        editions = Edition.objects.filter(code=code)
        chosen = editions.filter(number__in=numbers) if numbers else editions
        people = [person(name="Cleo Chief"), person(name="Adam Admin")]
        return publication.withhold(list(chosen), people, GROUND)


def secret_source():
    return source("xanthippe-2025", title=f"{SECRET} in print")


def secret_partnership(**fields):
    """A partnership whose every text names somebody, its address included."""
    bibliography = [source("release-2025", kind="press_release"), secret_source()]
    document = partnership("deal", slug="xanthippe", name=f"{SECRET} deal", bibliography=bibliography)
    scores = [score("STC-K1", evidence=f"{SECRET} said so [@xanthippe-2025].")]
    return document | {"summary": f"{SECRET} agreed [@release-2025].", "exhibits": [exhibit(scores=scores)], **fields}


@pytest.fixture
def library():
    """A pattern shown by a partnership that names somebody in two editions, the second under another address."""
    publish(pattern())
    publish(partnership("other", exhibits=[]), "2026-01-05")
    publish(secret_partnership(slug="first-address"), "2026-01-06", note=f"About {SECRET}.")
    told = {"note": f"More about {SECRET}.", "override_reason": f"{SECRET} cannot wait."}
    publish(secret_partnership(status_note="Ended."), "2026-02-05", **told)


# Every address, by its name in the URLconf: what it answers once all of the partnership is withheld.
ADDRESSES = {
    "home": [("/", 200), ("/?as-of=2026-01-31", 200)],
    "pattern-index": [("/patterns/", 200), ("/patterns/?as-of=2026-01-31", 200)],
    "pattern-page": [(PATTERN, 200), (PATTERN + "?as-of=2026-01-31", 200)],
    "pattern-history": [(PATTERN + "history/", 200)],
    "pattern-compare": [(PATTERN + "compare/2026.01/2026.01/", 200)],
    "pattern-edition": [(PATTERN + "2026.01/", 200), (PATTERN + "2026.01/?as-of=2026-01-31", 200)],
    "pattern-json": [(PATTERN + "2026.01.json", 200)],
    "pattern-preview": [(PATTERN + "2026.01/preview.png", 200)],
    "partnership-preview": [
        *((DEAL + "2026.02/preview.png", 451), ("/partnerships/first-address/2026.01/preview.png", 451)),
    ],
    "preview": [("/preview.png", 200)],
    "pattern-pdf": [(PATTERN + "2026.01.pdf", 200), (PATTERN + "2026.01.pdf?as-of=2026-01-31", 200)],
    "pattern-markdown": [(PATTERN + "2026.01.md", 200), (PATTERN + "2026.01.md?as-of=2026-02-06", 200)],
    "pattern-cite": [(PATTERN + "2026.01/cite/?row=STC-K1", 200)],
    "pattern-cite-file": [(PATTERN + "2026.01/cite.bib", 200), (PATTERN + "2026.01/cite.ris?row=STC-K1", 200)],
    "pattern-feed": [(PATTERN + "changes.atom", 200), (PATTERN + "changes.json", 200)],
    "pattern-timemap": [(PATTERN + "timemap", 200)],
    "pattern-timegate": [(PATTERN + "timegate", 302)],
    "partnership-cite": [
        *((DEAL + "2026.02/cite/", 451), ("/partnerships/first-address/2026.01/cite/?row=STC", 451)),
        (DEAL + "2026.01/cite/?as-of=2026-02-20", 451),
    ],
    "partnership-cite-file": [(DEAL + f"2026.02/cite.{form}", 451) for form in ("bib", "ris", "csl.json")],
    "partnership-feed": [
        *((DEAL + "changes.atom", 451), (DEAL + "changes.json", 451)),
        ("/partnerships/first-address/changes.atom", 451),
    ],
    "partnership-timemap": [(DEAL + "timemap", 451), ("/partnerships/first-address/timemap", 451)],
    "partnership-timegate": [(DEAL + "timegate", 451)],
    "partnership-index": [("/partnerships/", 200), ("/partnerships/?as-of=2026-01-31&pattern=STC", 200)],
    "partnership-page": [
        *((DEAL, 451), (DEAL + "?as-of=2026-02-06", 451), (DEAL + "?as-of=2026-02-20", 451)),
        *(("/partnerships/first-address/", 451), ("/partnerships/first-address/?as-of=2026-01-31", 451)),
        *((DEAL + "?as-of=2026-01-05", 451), (DEAL + "?as-of=2020-01-01", 451)),
    ],
    "partnership-edition": [
        *((DEAL + "2026.02/", 451), (DEAL + "2026.01/", 451), ("/partnerships/first-address/2026.01/", 451)),
        *((DEAL + "2026.02/?as-of=2026-02-06", 451), (DEAL + "2026.02/?as-of=2026-03-01", 451)),
        *((DEAL + "2026.01/?as-of=2026-03-01", 451), (DEAL + "2026.01/?as-of=2030-01-01", 302)),
    ],
    "partnership-json": [(DEAL + "2026.02.json", 451), ("/partnerships/first-address/2026.01.json", 451)],
    **{
        f"partnership-{form}": [
            *((f"{DEAL}2026.02.{ending}", 451), (f"/partnerships/first-address/2026.01.{ending}", 451)),
            *((f"{DEAL}2026.01.{ending}?as-of=2026-03-01", 451), (f"{DEAL}2026.02.{ending}?as-of=2026-02-20", 451)),
        ]
        for form, ending in (("pdf", "pdf"), ("markdown", "md"))
    },
    "partnership-compare": [(DEAL + "compare/2026.01/2026.02/", 451)],
    "partnership-history": [
        *(("/partnerships/first-address/history/", 200), (DEAL + "history/?as-of=2026-01-31", 200)),
        (DEAL + "history/?as-of=2026-01-05", 451),
    ],
    "source-index": [("/sources/", 200), ("/sources/?as-of=2026-02-06", 200)],
    "source-page": [
        *(("/sources/xanthippe-2025/", 451), ("/sources/xanthippe-2025/?as-of=2026-02-06", 451)),
        ("/sources/release-2025/", 200),
    ],
    "search": [
        *(("/search/", 200), ("/search/?q=first&kind=partnership", 200), ("/search/?q=xanthip", 200)),
        ("/search/?q=first&as-of=2026-02-06", 200),
    ],
    "search-feed": [("/search.atom?q=first", 200), ("/search.json?q=release&kind=partnership", 200)],
    "changes": [
        *(("/changes/", 200), ("/changes/?as-of=2026-02-06", 200)),
        ("/changes/?family=sovereign&kind=partnership", 200),
    ],
    "changes-feed": [("/changes.atom", 200), ("/changes.json", 200), ("/changes.atom?family=sovereign", 200)],
    "matrix": [("/matrix/", 200), ("/matrix/?as-of=2026-01-31&pattern=pattern-stc", 200)],
    "matrix-picture": [("/matrix.svg", 200), ("/matrix.svg?as-of=2026-02-06", 200)],
    "check-index": [("/check/", 200), ("/check/?as-of=2026-01-31", 200)],
    "check-form": [("/check/pattern-stc/", 200), ("/check/pattern-stc/?edition=2026.01&STC-K1=visible", 200)],
    "checklist": [
        ("/check/pattern-stc/checklist/?STC-K1=visible", 302),
        *((CHECKLIST.format(day), 200) for day in ("2026-01-31", "2026-02-20", "2026-03-01")),
        (CHECKLIST.format("2026-03-01") + "&format=csv", 200),
    ],
    "permanent-id": [("/id/deal", 451), ("/id/DEAL", 451), ("/id/STC-K1", 302)],
    "ledger": [("/ledger/", 200), ("/ledger/?as-of=2026-02-06", 200)],
    "ledger-entry": [("/ledger/5.json", 200)],
    "methodology": [("/methodology/", 200), ("/methodology/?as-of=2026-02-06", 200)],
    "sitemap": [("/sitemap.xml", 200)],
    "downloads": [("/downloads/", 200), ("/downloads/?as-of=2026-02-06", 200)],
    "download-of-day": [("/downloads/anteroom-2026-02-06.zip", 200), ("/downloads/anteroom-2026-03-01.zip", 200)],
    # Of the ledger only what came before: entries keep their notes for ever, or the chain would be broken.
    "download": [
        *((f"/downloads/{name}", 200) for name in archive.MEDIA_TYPES if name != "ledger.jsonl"),
        *((f"/downloads/{name}?as-of=2026-02-06", 200) for name in ("library.jsonl", "editions.jsonl", "ledger.csv")),
        ("/downloads/ledger.jsonl?as-of=2026-01-05", 200),
    ],
    "api": [("/api/v1/", 200)],
    "api-description": [("/api/v1/openapi.json", 200)],
    "api-patterns": [("/api/v1/patterns", 200), ("/api/v1/patterns?as-of=2026-01-31", 200)],
    "api-pattern": [("/api/v1/patterns/STC", 200), ("/api/v1/patterns/STC?as-of=2026-01-31", 200)],
    "api-pattern-editions": [("/api/v1/patterns/STC/editions", 200)],
    "api-pattern-edition": [("/api/v1/patterns/STC/editions/2026.01", 200)],
    "api-pattern-compare": [("/api/v1/patterns/STC/compare/2026.01/2026.01", 200)],
    "api-partnerships": [("/api/v1/partnerships", 200), ("/api/v1/partnerships?as-of=2026-01-31", 200)],
    "api-partnership": [
        *(("/api/v1/partnerships/deal", 451), ("/api/v1/partnerships/deal?as-of=2026-02-06", 451)),
        ("/api/v1/partnerships/deal?as-of=2026-01-05", 451),
    ],
    "api-partnership-editions": [
        *(("/api/v1/partnerships/deal/editions", 200), ("/api/v1/partnerships/deal/editions?as-of=2026-01-31", 200)),
        ("/api/v1/partnerships/deal/editions?as-of=2026-01-05", 451),
    ],
    "api-partnership-edition": [
        *((f"/api/v1/partnerships/deal/editions/{number}", 451) for number in ("2026.01", "2026.02")),
    ],
    "api-partnership-compare": [("/api/v1/partnerships/deal/compare/2026.01/2026.02", 451)],
    "api-id": [("/api/v1/id/deal", 451), ("/api/v1/id/STC-K1", 200)],
    "api-search": [("/api/v1/search?q=first", 200), ("/api/v1/search?q=first&as-of=2026-02-06", 200)],
    "api-matrix": [("/api/v1/matrix", 200), ("/api/v1/matrix?as-of=2026-01-31&pattern=STC", 200)],
    "api-sources": [("/api/v1/sources", 200), ("/api/v1/sources?as-of=2026-02-06", 200)],
    "api-source": [("/api/v1/sources/xanthippe-2025", 451), ("/api/v1/sources/release-2025", 200)],
    "api-families": [("/api/v1/families", 200)],
    "api-ledger": [("/api/v1/ledger", 200), ("/api/v1/ledger?as-of=2026-02-06", 200)],
    "api-entry": [(f"/api/v1/ledger/{position}", 200) for position in range(1, 7)],
    "api-changes": [("/api/v1/changes", 200), ("/api/v1/changes?as-of=2026-02-06", 200)],
    "api-counts": [("/api/v1/counts", 200)],
    "api-definitions": [("/api/v1/definitions", 200)],
    "sitemap-part": [("/sitemap-1.xml", 200)],
    "security": [("/.well-known/security.txt", 404)],
    "healthz": [("/healthz", 200)],
    "robots": [("/robots.txt", 200)],
    "favicon": [("/favicon.ico", 301)],
}
WALK = [pair for pairs in ADDRESSES.values() for pair in pairs]


def said(answer):
    """All that an answer says, in small letters: of a PDF its text, of a zip file all files but the ledger itself."""
    body = answer.getvalue()
    if answer.headers.get("Content-Type") == "application/pdf":
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages).lower()
    if answer.headers.get("Content-Type") == "application/zip":
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            inside = [name for name in packed.namelist() if not name.endswith("/ledger.jsonl")]
            body = b"".join(packed.read(name) for name in inside)
    return body.decode(errors="replace").lower()  # a picture has no words


def test_every_address_of_the_library_is_walked():
    assert {route.name for route in urlpatterns} == set(ADDRESSES)


def test_no_address_shows_a_word_of_what_is_withheld(client, library):
    before = {address for address, _ in WALK if SECRET.lower() in said(get(client, address))}
    assert {CHECKLIST.format("2026-01-31"), CHECKLIST.format("2026-03-01") + "&format=csv"} <= before
    assert {"/", PATTERN, "/partnerships/", DEAL, "/sources/", "/ledger/", "/sitemap.xml"} <= before
    assert {PATTERN + "2026.01.pdf?as-of=2026-01-31", PATTERN + "2026.01.md?as-of=2026-02-06"} <= before
    assert {"/downloads/library.jsonl", "/downloads/scores.csv", "/api/v1/partnerships", "/api/v1/changes"} <= before
    assert "/downloads/anteroom-2026-02-06.zip" in before
    withhold("deal")
    for address, status in WALK:
        answer = get(client, address)
        assert answer.status_code == status, address
        own = address.split("/")[2] if address.startswith(DEAL) else ""  # the reader's own address may be repeated
        told = said(answer)
        assert SECRET.lower() not in told.replace(f"/{own}/", "/"), address
        if status == 451:
            assert GROUND.lower() in told and WITHHELD_ON in told
            assert answer.headers["Link"] == '<http://testserver/>; rel="blocked-by"'
            assert answer.headers["Cache-Control"] == "public, max-age=0, s-maxage=60, must-revalidate"


@pytest.mark.parametrize(
    ("address", "word", "index"),
    [
        (DEAL, "Partnerships", "/partnerships/"),
        (DEAL + "2026.01/?as-of=2026-03-01", "Partnerships", "/partnerships/"),
        ("/id/deal", "Partnerships", "/partnerships/"),
        ("/sources/xanthippe-2025/", "Sources", "/sources/"),
    ],
)
def test_the_page_says_where_in_the_library_it_stands(client, library, address, word, index):
    withhold("deal")
    page = read(get(client, address))
    [crumb] = page.one("nav", class_="breadcrumb").all("a")
    assert (crumb.text, crumb.attributes["href"]) == (word, index)
    assert [link.text for link in page.all("a") if link.attributes.get("aria-current")] == [word]


def test_a_reader_who_has_the_page_already_is_told_too(client, library):
    known = get(client, DEAL).headers["ETag"]
    withhold("deal")
    assert get(client, DEAL, **{"if-none-match": known}).status_code == 451


def test_bytes_asked_for_by_a_machine_are_refused_in_its_language(client, library):
    withhold("deal")
    answer = get(client, DEAL + "2026.02.json")
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json() == {
        "status": "withheld",
        "kind": "partnership",
        "code": "deal",
        "edition": "2026.02",
        "withheld": WITHHELD_ON,
        "ground": GROUND,
        "entry": "/ledger/6.json",
    }


def test_history_keeps_its_rows_with_the_word(client, library):
    withhold("deal")
    page = read(get(client, "/partnerships/first-address/history/")).one("main")
    assert "Every public act on deal, newest first." in page.one("p", class_="lead").text
    assert [row.one("p", class_="act-head").text for row in page.one("ol", class_="acts").all("li")] == [
        "Withheld 2026-02-10 · Edition 2026.02",
        "Withheld 2026-02-10 · Edition 2026.01",
        "Published 2026-02-05 · Edition 2026.02 Withheld",
        "Published 2026-01-06 · Edition 2026.01 Withheld",
    ]
    first = next(page.one("ol", class_="acts").all("li"))
    assert GROUND in first.text
    assert first.text_of("p", class_="signed") == [
        "Withheld by Cleo Chief, Reviewer",
        "Withheld by Adam Admin, Reviewer",
    ]
    assert not list(page.one("ol", class_="acts").all("a"))


def test_ledger_names_the_code_and_the_ground(client, library):
    withhold("deal")
    page = read(get(client, "/ledger/"))
    row = page.one("li", id="entry-6")
    assert row.one("p", class_="act-head").text.startswith("6 Withheld deal, edition 2026.02 · ")
    assert GROUND in row.text and "Withheld by Cleo Chief, Adam Admin." in row.text
    assert "Published deal, edition 2026.01 Withheld" in page.one("li", id="entry-3").text
    before = read(get(client, "/ledger/?as-of=2026-02-06")).one("li", id="entry-3")
    assert "Published deal, edition 2026.01 Withheld" in before.text


def test_chain_verifies_and_the_bytes_stay_behind_it(library):
    kept = dict(Edition.objects.values_list("position", "document"))
    withhold("deal")
    assert ledger.verify() == [] and reading_rows.verify() == []
    assert dict(Edition.objects.values_list("position", "document")) == kept
    entries = LedgerEntry.objects.filter(act="withholding")
    assert [(entry.edition, entry.read()["note"]) for entry in entries] == [("2026.01", GROUND), ("2026.02", GROUND)]
    assert [entry.digest for entry in entries] == list(
        Edition.objects.filter(code="deal").order_by("position").values_list("digest", flat=True)
    )
    assert {one["digest"] for entry in entries for one in entry.read()["people"]} == {
        entry.digest for entry in entries
    }


def test_rebuilding_derives_the_same(client, library, capsys):
    withhold("deal")
    publish(secret_partnership(name="Deal", summary="Corrected.", exhibits=[exhibit()], slug="deal"), "2026-02-20")
    fields = ("code", "slug", "fragment", "badges")
    before = list(Page.objects.order_by("code").values_list(*fields))
    withheld = list(Withheld.objects.order_by("position").values_list("edition", "position", "day", "ground"))
    call_command("rebuild_library")
    assert capsys.readouterr().out == "Pages drawn again: 3\n"
    assert list(Page.objects.order_by("code").values_list(*fields)) == before
    assert list(Withheld.objects.order_by("position").values_list("edition", "position", "day", "ground")) == withheld
    assert reading_rows.verify() == []


def test_what_is_withheld_leaves_no_page_to_catch_up(library):
    withhold("deal")
    assert not Page.objects.filter(code="deal").exists()
    assert publication.catch_up() == 0


def test_a_corrected_edition_shows_and_the_withheld_ones_do_not(client, library):
    withhold("deal")
    publish(partnership("deal", name="Corrected deal", slug="corrected"), "2026-02-20")
    assert get(client, DEAL).headers["Location"] == "/partnerships/corrected/"
    assert get(client, "/partnerships/corrected/").status_code == 200
    assert "Corrected deal" in get(client, PATTERN).content.decode()
    assert get(client, "/id/deal").headers["Location"] == "/partnerships/corrected/"
    refused = get(client, DEAL + "2026.02/")
    assert refused.status_code == 451
    assert read(refused).one("a", href="/partnerships/corrected/").text == "Read the edition of deal that stands now"
    assert get(client, "/partnerships/corrected/?as-of=2026-02-06").status_code == 451
    assert get(client, "/partnerships/corrected/compare/2026.01/2026.02.2/").status_code == 451
    history = read(get(client, "/partnerships/corrected/history/")).one("main")
    assert "What changed" not in history.text and SECRET not in history.text
    assert history.one("p", class_="lead").one("a").text == "Corrected deal"
    own = read(get(client, "/partnerships/corrected/")).one("section", id="history")
    assert "Edition 2026.02 Withheld" in own.text and SECRET not in own.text
    assert reading_rows.verify() == []


def test_only_an_older_edition_is_withheld(client, library):
    withhold("deal", "2026.01")
    page = get(client, DEAL)
    assert page.status_code == 200
    assert "Edition 2026.01 Withheld" in read(page).one("section", id="history").text
    assert get(client, DEAL + "2026.01/").status_code == 451
    assert get(client, DEAL + "?as-of=2026-01-31").status_code == 451
    assert get(client, DEAL + "?as-of=2026-02-06").status_code == 200
    assert SECRET not in get(client, PATTERN + "?as-of=2026-01-31").content.decode()
    assert get(client, DEAL + "history/").status_code == 200
    assert Standing.objects.latest().get(code="deal").number == "2026.02"
    assert ledger.verify() == [] and reading_rows.verify() == []


def test_only_the_newest_edition_is_withheld(client, library):
    withhold("deal", "2026.02")
    assert get(client, DEAL).status_code == 451
    first = "/partnerships/first-address/2026.01/"
    page = get(client, first)
    assert page.status_code == 200
    assert "What replaced this text is withheld. See why" in read(page).one("aside").text
    assert get(client, read(page).one("aside").one("a").attributes["href"]).status_code == 451
    assert get(client, "/partnerships/first-address/?as-of=2026-01-31").status_code == 200
    assert get(client, first + "?as-of=2026-03-01").status_code == 200  # today
    assert get(client, first + "?as-of=2030-01-01").headers["Location"] == first + "?as-of=2026-03-01"
    assert get(client, "/sources/xanthippe-2025/").status_code == 200
    assert get(client, "/id/deal").status_code == 451


def test_a_withheld_pattern_goes_with_its_rows(client):
    publish(pattern())
    publish(partnership())
    publish_again(pattern(), "2026-02-05", kill_list=[move("STC-K1"), move("STC-K7", move=f"{SECRET} moves.")])
    withhold("STC", "2026.02")
    assert get(client, "/id/STC-K7").status_code == get(client, "/id/stc-k7").status_code == 451
    assert get(client, "/id/STC-K2").headers["Location"] == PATTERN + "2026.01/#STC-K2"
    assert get(client, "/id/STC-K99").status_code == 404
    for address in ("/", "/patterns/", "/partnerships/stargate/"):
        assert SECRET not in get(client, address).content.decode()
    assert "Sovereign" not in read(get(client, "/patterns/")).one("main").text
    assert get(client, "/partnerships/?pattern=STC").status_code == 200


def test_past_pages_take_no_statement_more(client, library, django_assert_num_queries):
    withhold("deal", "2026.01")
    for address, statements in ((PATTERN + "2026.01/", 5), (PATTERN + "?as-of=2026-02-01", 6), (DEAL, 1)):
        with django_assert_num_queries(statements):
            assert get(client, address).status_code == 200


def test_acts_that_are_killed_half_way_leave_nothing(library, monkeypatch):
    monkeypatch.setattr("library.pages.redraw", None)
    with pytest.raises(TypeError):
        withhold("deal")
    assert not Withheld.objects.exists() and LedgerEntry.objects.count() == 4
    monkeypatch.undo()
    assert ledger.verify() == [] and reading_rows.verify() == []


# Retired, with a successor


def retire(document, day, successor):
    with on(day), transaction.atomic():
        ledger.lock_library()
        edition = Edition.objects.filter(code=document["code"]).order_by("-position").first()
        return publication.record_act("retirement", edition, [person(name="Cleo Chief")], "Superseded.", successor)


def notice(page):
    return read(page).one("div", class_="notice")


def test_retired_page_leads_to_its_successor_wherever_it_moves(client):
    publish(pattern())
    publish(pattern("NEW", title="Newer"), "2026-01-06")
    entry = retire(pattern(), "2026-02-01", "NEW")
    assert entry.read()["successor"] == "NEW"
    assert notice(get(client, PATTERN)).text == "Retired on 2026-02-01. Superseded. Its successor is Newer."
    assert notice(get(client, PATTERN)).one("a").attributes["href"] == "/patterns/pattern-new/"
    publish_again(pattern("NEW"), "2026-02-10", slug="moved", title="Newest")
    assert notice(get(client, PATTERN)).one("a").attributes["href"] == "/patterns/moved/"
    past = notice(get(client, PATTERN + "?as-of=2026-02-05")).one("a")
    assert (past.text, past.attributes["href"]) == ("Newer", "/patterns/pattern-new/?as-of=2026-02-05")
    history = read(get(client, PATTERN + "history/")).one("main")
    assert "Retired by Cleo Chief" in history.text and "Successor: NEW" in history.text
    assert "Successor: NEW" in read(get(client, "/ledger/")).one("li", id="entry-3").text
    assert ledger.verify() == [] and reading_rows.verify() == []


def test_a_withheld_successor_keeps_its_code_only(client):
    publish(pattern())
    publish(pattern("NEW", title=f"{SECRET} pattern"), "2026-01-06")
    retire(pattern(), "2026-02-01", "NEW")
    withhold("NEW")
    for address in (PATTERN, PATTERN + "?as-of=2026-02-05"):
        link = notice(get(client, address)).one("a")
        assert link.text == "NEW"
        assert get(client, link.attributes["href"]).status_code == 451
    assert reading_rows.verify() == []


def test_a_new_edition_brings_a_retired_pattern_back(client):
    publish(pattern())
    publish(pattern("NEW"), "2026-01-06")
    retire(pattern(), "2026-02-01", "NEW")
    assert "Pattern STC Retired" in read(get(client, "/patterns/")).text_of("h3")
    assert read(get(client, "/")).one("dl", class_="counts").text_of("dd")[0] == "1"
    publish_again(pattern(), "2026-02-10", title="Mended")
    assert read(get(client, PATTERN)).one("dd", class_="status").text == "Verified"
    assert "Mended" in read(get(client, "/patterns/")).text_of("h3")
    assert read(get(client, "/")).one("dl", class_="counts").text_of("dd")[0] == "2"


def test_nobody_is_told_to_review_what_is_retired(client):
    publish(pattern())
    assert "Review by" in read(get(client, PATTERN)).text_of("dt")
    retire(pattern(), "2026-02-01", "")
    for address in (PATTERN, PATTERN + "?as-of=2026-02-05", "/patterns/", "/"):
        page = get(client, address, "2027-02-01").content.decode()
        assert "Review by" not in page and "Review overdue" not in page, address
    assert "Review by" in read(get(client, PATTERN + "2026.01/")).text_of("dt")  # as it was published


def test_old_entries_have_no_successor_and_verify(client):
    publish(pattern())
    act(LedgerEntry.Act.RETIREMENT, pattern(), "2026-02-01")
    assert "successor" not in json.loads(get(client, "/ledger/2.json").content)
    assert ledger.verify() == []


def test_lists_say_that_a_review_is_overdue_as_the_page_does(client):
    publish(pattern())
    publish(partnership())
    for address in ("/", "/patterns/", "/partnerships/"):
        assert "Review overdue" not in get(client, address, "2027-01-05").content.decode()
        assert "Review overdue" in get(client, address, "2027-01-06").content.decode()
        past = get(client, f"{address}?as-of=2027-01-05", "2027-02-01").content.decode()
        assert "Review overdue" not in past
