"""The PDF of an edition says all that its page says, to every reader, the same for ever."""

import io

import pytest
from pypdf import PdfReader

from library import typesetting
from library.models import LedgerEntry
from library.paper import pdf
from tests.library.factories import act, exhibit, move, partnership, pattern, publish, publish_again, score, source
from tests.library.html import read
from tests.library.reading import PATTERN, full_library, get, library
from tests.library.starter import publish_starter_corpus
from tests.library.taken import main_pieces, missing, pdf_text, sheets, squeezed

pytestmark = pytest.mark.django_db
DEAL = "/partnerships/stargate-uae/"
HOSTILE = '#eval("1+1") $x^2$ @source *bold* \\ // <label> `raw` = no #include "x" ~ -- ... \\u{41}'


def pdf_of(client, address, **headers):
    answer = get(client, address, **headers)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
    return answer.content


def text_of(client, address):
    """What both forms say alike, read in the one that costs less."""
    return get(client, address).content.decode()


@pytest.mark.parametrize(
    ("address", "taken"),
    [
        (PATTERN + "2026.01/", PATTERN + "2026.01.pdf"),
        (PATTERN + "2026.02/?as-of=2026-02-20", PATTERN + "2026.02.pdf?as-of=2026-02-20"),
        (DEAL + "2026.02/", DEAL + "2026.02.pdf"),
    ],
)
def test_pdf_says_what_the_page_says_in_its_order(client, address, taken):
    full_library()
    expected = main_pieces(get(client, address))
    assert expected[0] == ("Inbrief" if "patterns" in taken else "Summary") and len(expected) > 50
    assert missing(expected, pdf_text(pdf_of(client, taken))) is None


def test_pdf_is_tagged_and_named(client):
    library()
    reader = PdfReader(io.BytesIO(pdf_of(client, PATTERN + "2026.01.pdf")))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and root["/ViewerPreferences"]["/DisplayDocTitle"] and root["/Lang"] == "en"
    xmp = root["/Metadata"].get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in xmp
    assert (reader.metadata.title, reader.metadata.author) == ("Pattern STC", "Anteroom")
    assert reader.metadata["/Keywords"] == "STC, Sovereign, edition 2026.01"
    assert reader.metadata.creation_date.isoformat() == "2026-01-05T00:00:00+00:00"
    tags = tags_of(root["/StructTreeRoot"])
    assert {"/H1", "/H2", "/H3", "/L", "/LI", "/P", "/Link", "/TOC"} <= set(tags)
    assert [entry.title for entry in reader.outline if not isinstance(entry, list)] == [
        *("In brief", "Structure and sub-variants", "Kill list", "Example clauses", "Tracked partnerships"),
        *("Precedent to consider", "Scholarly anchors", "Sources", "History", "Cite this", "How to check this"),
    ]


def tags_of(node):
    """The kinds of the elements of a structure tree, in reading order."""
    children = node.get("/K", [])
    for child in children if isinstance(children, list) else [children]:
        child = child.get_object()
        if isinstance(child, dict) and "/S" in child:
            yield child["/S"]
            yield from tags_of(child)


def test_tables_have_heads_and_shapes_have_their_word(client):
    library()
    answer = pdf_of(client, PATTERN + "2026.01.pdf?as-of=2026-02-01")
    tags = list(tags_of(PdfReader(io.BytesIO(answer)).trailer["/Root"]["/StructTreeRoot"]))
    assert (tags.count("/Table"), tags.count("/TH"), tags.count("/TD")) == (1, 4, 4)
    assert "/Figure" not in tags  # a shape only repeats the word beside it
    assert "Partnership1STC-K12STC-K23STC-K3Stargate2025-05-22·ActiveFirstformVisible" in squeezed(pdf_text(answer))


def test_every_sheet_says_what_it_is_of(client):
    library()
    shown = [squeezed(sheet) for sheet in sheets(pdf_of(client, PATTERN + "2026.01.pdf?as-of=2026-02-01"))]
    assert len(shown) > 1
    for number, sheet in enumerate(shown, start=1):
        assert sheet.startswith("PatternSTCEdition2026.01")
        address = "http://testserver/patterns/pattern-stc/2026.01/?as-of=2026-02-01"
        assert sheet.endswith(f"{address}page{number}of{len(shown)}")


def test_links_lead_to_whole_addresses_and_inside_the_paper(client):
    library()
    pdf_bytes = pdf_of(client, PATTERN + "2026.01.pdf?as-of=2026-02-01")
    out = addresses_in(pdf_bytes)
    assert {
        "https://example.org/smith-2026",
        "http://testserver/partnerships/stargate/?as-of=2026-02-01#STC-K1",
        "http://testserver/methodology/?as-of=2026-02-01#visible",
        "http://testserver/id/STC",
    } <= out
    assert all(address.startswith(("http://testserver/", "https://")) for address in out)
    inside = [link for link in links_in(pdf_bytes) if "/Dest" in link]
    assert len(inside) > 20


def links_in(pdf_bytes):
    pages = PdfReader(io.BytesIO(pdf_bytes)).pages
    return [link.get_object() for page in pages for link in page.get("/Annots", [])]


def addresses_in(pdf_bytes):
    return {link["/A"]["/URI"] for link in links_in(pdf_bytes) if "/URI" in link.get("/A", {})}


def test_anchor_that_is_not_there_leads_to_the_page(client):
    publish(pattern())
    variants = [{"code": "STC-V9", "name": "Form that was dropped"}]
    publish(partnership(exhibits=[exhibit(sub_variants=variants), exhibit("history", scores=[])]), "2026-01-06")
    shown = addresses_in(pdf_of(client, PATTERN + "2026.01.pdf?as-of=2026-02-01"))
    assert "http://testserver/patterns/pattern-stc/2026.01/?as-of=2026-02-01#STC-V9" in shown
    # A pattern's code may be the name of a section: the first keeps the anchor.
    assert pdf_of(client, "/partnerships/stargate/2026.01.pdf")


def test_end_says_how_to_cite_and_how_to_check_each_once(client):
    library()
    pdf_bytes = pdf_of(client, PATTERN + "2026.01.pdf")
    text = pdf_text(pdf_bytes)
    cited, check = text[text.index("Cite this", len(text) // 2) :].split("How to check this")
    digest = read(get(client, PATTERN + "2026.01/")).one("code", class_="digest").text
    for said in ("Permanentidhttp://testserver/id/STC", f"SHA-256{digest}"):
        assert said in squeezed(cited)
    for said in (
        "ThesignedbyteshavetheSHA-256thatstandsunder“Citethis”.",
        "Signedbyteshttp://testserver/patterns/pattern-stc/2026.01.json",
        "Ledgerentryhttp://testserver/ledger/1.json",
        "Reviewed2026-01-05byRheaReviewer",
        "Reviewby2027-01-05",
        "Textanddata:CCBY4.0.",
    ):
        assert said in squeezed(check)
    assert "/id/STC" not in squeezed(check) and squeezed(text).count(digest) == 1


def test_what_is_copied_from_paper_is_what_it_was(client):
    """No sign that only marks where a line may end stands in a digest or an address."""
    library()
    whole = "\n".join(sheets(pdf_of(client, PATTERN + "2026.01.pdf?as-of=2026-02-01")))
    digest = read(get(client, PATTERN + "2026.01/")).one("code", class_="digest").text
    assert (
        digest in whole.split()
        and "http://testserver/patterns/pattern-stc/2026.01/?as-of=2026-02-01" in whole.split()
    )
    assert "\u200b" not in whole


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("2026.01.md", "Edition 2026.01 as published on 2026-01-05, with the partnerships that stood then."),
        ("2026.01.md?as-of=2026-02-01", "Edition 2026.01 as the library showed it at the end of 2026-02-01, UTC."),
        ("2026.01.md?as-of=2026-03-01", "Edition 2026.01 as the library showed it on 2026-03-01, UTC, before that"),
    ],
)
def test_paper_says_which_version_it_is(client, address, said):
    library()
    assert said in text_of(client, PATTERN + address)


def test_partnerships_of_later_days_stay_off_the_edition(client):
    library()
    assert "Stargate" not in text_of(client, PATTERN + "2026.01.md")
    assert "Stargate" in text_of(client, PATTERN + "2026.01.md?as-of=2026-01-06")


def test_what_was_typed_is_never_markup(client):
    names = {"title": HOSTILE, "subtitle": HOSTILE, "family": {"slug": "f", "name": HOSTILE}}
    moves = [move("STC-K1", move=HOSTILE, mechanism=HOSTILE), move("STC-K2"), move("STC-K3")]
    publish(pattern(kill_list=moves, bibliography=all_sources(title=HOSTILE), **names), note=HOSTILE)
    text = pdf_text(pdf_of(client, PATTERN + "2026.01.pdf"))
    assert missing(main_pieces(get(client, PATTERN + "2026.01/")), text) is None
    assert squeezed(text).count("#eval(“1+1”)$x^2$@source") >= 5


def all_sources(**fields):
    return [source(key, **fields) for key in ("case-2025", "jones-2025", "release-2025", "smith-2026")]


@pytest.mark.drill
def test_nothing_without_a_glyph_is_lost_and_nothing_leaves_the_page(client):
    name = "W" * 300
    address = "https://example.org/" + "a" * 400
    parties = [{"name": name, "country": name, "role": "東京 😀 عمان Москва"}]
    sources = all_sources(title=name, url=address)
    deal = partnership(name=name, parties=parties, aliases=[name], summary=name + " [@release-2025]")
    publish({**deal, "bibliography": sources[2:3]})
    pdf_bytes = pdf_of(client, "/partnerships/stargate/2026.01.pdf")
    text = pdf_text(pdf_bytes)
    assert "‹U+6771 U+4EAC› ‹U+1F600›" in " ".join(text.replace("\u200b", "").split())
    assert squeezed(text).count(name) >= 6 and address in squeezed(text)
    # 300 capitals as wide as these fit no line: each is broken where the paper ends.
    longest = max(len(line.replace("\u200b", "")) for sheet in sheets(pdf_bytes) for line in sheet.splitlines())
    assert longest < 140


@pytest.mark.drill
def test_many_moves_stand_in_tables_that_fit(client):
    moves = [move(f"STC-K{number}") for number in range(1, 18)]
    publish(pattern(kill_list=moves))
    publish(
        partnership(exhibits=[exhibit(scores=[score(f"STC-K{number}") for number in range(1, 18)])]), "2026-01-06"
    )
    pdf_bytes = pdf_of(client, PATTERN + "2026.01.pdf?as-of=2026-02-01")
    tags = list(tags_of(PdfReader(io.BytesIO(pdf_bytes)).trailer["/Root"]["/StructTreeRoot"]))
    assert (tags.count("/Table"), tags.count("/TH"), tags.count("/TD")) == (3, 17 + 3, 17 + 3)


def test_retired_item_says_so_and_names_its_successor(client):
    library()
    act(LedgerEntry.Act.RETIREMENT, pattern(), "2026-02-10", note="Out of use.")
    text = text_of(client, PATTERN + "2026.01.md?as-of=2026-02-20")
    assert "**Retired on 2026-02-10.** Out of use." in text and "Review by" not in text


def test_demo_names_itself(client, settings):
    library()
    assert "Demo." not in text_of(client, PATTERN + "2026.01.md")
    settings.DEMO = True
    assert "Demo. The reviewers named here are invented" in text_of(client, PATTERN + "2026.01.md")


def test_same_position_and_day_give_the_same_bytes(client):
    library()
    first = get(client, PATTERN + "2026.01.pdf?as-of=2026-02-01")
    publish_again(partnership(), "2026-02-05", name="Renamed")
    typesetting._compiled.cache_clear()
    assert get(client, PATTERN + "2026.01.pdf?as-of=2026-02-01", day="2026-04-01").content == first.content


def test_who_has_it_already_costs_no_drawing(client, monkeypatch):
    library()
    known = get(client, PATTERN + "2026.01.pdf").headers["ETag"]
    monkeypatch.setattr(pdf, "draw", None)
    answer = get(client, PATTERN + "2026.01.pdf", **{"if-none-match": known})
    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["Cache-Control"] == "public, max-age=0, s-maxage=60, must-revalidate"


@pytest.mark.parametrize("ending", ["pdf", "md"])
def test_addresses_behave_as_those_of_the_page(client, ending):
    full_library()
    moved = get(client, f"/partnerships/stargate/2026.02.{ending}?as-of=2026-02-20")
    assert (moved.status_code, moved.headers["Location"]) == (301, f"{DEAL}2026.02.{ending}?as-of=2026-02-20")
    for address, status in (
        (f"{PATTERN}2026.07.{ending}", 404),
        (f"/patterns/none/2026.01.{ending}", 404),
        (f"{PATTERN}2026.02.{ending}?as-of=2026-01-20", 404),
        (f"{PATTERN}2026.02.{ending}?as-of=yesterday", 400),
    ):
        assert get(client, address).status_code == status, address
    later = get(client, f"{PATTERN}2026.01.{ending}?as-of=2030-01-01")
    assert (later.status_code, later.headers["Location"]) == (302, f"{PATTERN}2026.01.{ending}?as-of=2026-03-01")
    assert client.post(f"{PATTERN}2026.01.{ending}").status_code == 405
    answer = get(client, f"{PATTERN}2026.01.{ending}?as-of=2026-02-01")
    name = f"pattern-stc-2026.01-as-of-2026-02-01.{ending}"
    assert answer.headers["Content-Disposition"] == f'inline; filename="{name}"'
    assert "Set-Cookie" not in answer.headers and "Vary" not in answer.headers


def test_page_leads_to_what_it_shows(client):
    full_library()
    for page, query, whole in (
        ("", "?as-of=2026-03-01", ""),
        ("2026.01/", "", "?as-of=2026-01-05"),
        ("2026.01/?as-of=2026-02-01", "?as-of=2026-02-01", "?as-of=2026-02-01"),
    ):
        shown = read(get(client, PATTERN + page))
        hrefs = [link.attributes["href"] for link in shown.one("section", id="take-away").all("a")]
        forms = [f"{PATTERN}2026.01.pdf{query}", f"{PATTERN}2026.01.md{query}", f"{PATTERN}2026.01.json"]
        assert hrefs == [*forms, f"/downloads/{whole}"]
        alternates = {link.attributes["href"] for link in shown.all("link", rel="alternate")}
        assert set(forms) <= alternates


def test_no_half_pdf_when_it_cannot_be_set(client, monkeypatch, caplog):
    library()

    def refuse(*_):
        raise typesetting.NotSet("item.typ:1")

    monkeypatch.setattr(pdf, "draw", refuse)
    answer = get(client, PATTERN + "2026.01.pdf?as-of=2026-02-01")
    page = read(answer).one("main")
    assert answer.status_code == 500
    assert page.one("p", class_="lead").text == (
        "The PDF of Pattern STC, edition 2026.01, could not be made. The fault has been recorded."
    )
    assert [link.attributes["href"] for link in page.all("a")] == [
        f"{PATTERN}2026.01/?as-of=2026-02-01",
        f"{PATTERN}2026.01.md?as-of=2026-02-01",
        f"{PATTERN}2026.01.json",
    ]
    assert "could not be set" in caplog.text


@pytest.mark.parametrize("step", ["draw", "payload"])
def test_who_comes_when_many_are_made_is_told_to_wait(client, monkeypatch, step):
    library()

    def refuse(*_):
        raise typesetting.Busy("many")

    monkeypatch.setattr(pdf, step, refuse)
    answer = get(client, PATTERN + "2026.01.pdf")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert "has to wait, because many are being made. Try again in a minute." in read(answer).one("main").text


def test_statements_are_few_for_one_partnership_and_for_three(client, django_assert_num_queries):
    library()
    with django_assert_num_queries(5):
        get(client, PATTERN + "2026.01.pdf?as-of=2026-02-01")
    publish(partnership("second"), "2026-01-07")
    publish(partnership("third"), "2026-01-08")
    with django_assert_num_queries(5):
        get(client, PATTERN + "2026.01.pdf?as-of=2026-02-01")


@pytest.mark.drill
def test_every_item_of_the_starter_corpus_is_whole_on_paper(client):
    from library.models import Page

    publish_starter_corpus()
    items = list(Page.objects.values_list("kind", "slug", "badges__number"))
    assert len(items) > 40
    for kind, slug, number in items:
        address = f"/{kind}s/{slug}/{number}"
        text = pdf_text(pdf_of(client, f"{address}.pdf?as-of=2026-03-01"))
        assert missing(main_pieces(get(client, f"{address}/?as-of=2026-03-01")), text) is None, address
