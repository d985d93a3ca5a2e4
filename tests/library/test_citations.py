"""Citations: every style to the letter, files that other people's parsers read."""

import json
import unicodedata
from dataclasses import replace
from datetime import date

import bibtexparser
import pytest
import rispy
from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON
from hypothesis import given
from hypothesis import strategies as st

from library import citations
from library.citations import Cited, Row
from tests.library.factories import exhibit, partnership, pattern, score

SITE = "https://library.example.org"
ITEM = Cited(
    code="STC",
    title="Sovereign Trade Capacity",
    number="2026.06",
    published=date(2026, 6, 29),
    reviewed_on=date(2026, 7, 1),
    reviewed_by="Rhea Reviewer",
    address=f"{SITE}/patterns/stc/2026.06/?as-of=2026-09-04",
    accessed=date(2026, 9, 4),
)
MOVE = replace(ITEM, row=Row("STC-K3", "Kill-list move", "Ask for it."), address=f"{ITEM.address}#STC-K3")
FIXED = replace(ITEM, accessed=None)
AWKWARD = [
    "Économie d’échelle: Zürich, Łódź, Đà Nẵng",
    "Braces {in} and } out {",
    r"100 % of $5 & more_less #1 ~ ^ \ \command <b>",
    "First line\nER  - \r\nTY  - BOOK\u2028more\x85and\x1dmore",
    '"Quoted" and “curled”, it\'s @misc{x, title = "y"}',
    "word " * 2000,
    "=1+1",
]


def told(cited):
    return {one["style"]: str(one["text"]) for one in citations.texts(cited)}


def test_item_is_cited_in_four_styles():
    assert told(ITEM) == {
        "APA 7": "Anteroom. (2026, June 29). <em>Sovereign Trade Capacity</em> (Edition 2026.06; reviewed by Rhea "
        f"Reviewer). Retrieved September 4, 2026, from {ITEM.address}",
        "Chicago 17": "Anteroom. “Sovereign Trade Capacity.” Edition 2026.06. June 29, 2026. Reviewed by Rhea "
        f"Reviewer. Accessed September 4, 2026. {ITEM.address}.",
        "Bluebook": '<em>Sovereign Trade Capacity</em>, <span class="small-caps">Anteroom</span> (June 29, 2026), '
        f"{ITEM.address} (edition 2026.06, reviewed by Rhea Reviewer).",
        "OSCOLA": "‘Sovereign Trade Capacity’ (<em>Anteroom</em>, edition 2026.06 reviewed by Rhea Reviewer, "
        f"29 June 2026) &lt;{ITEM.address}&gt; accessed 4 September 2026",
    }


def test_row_is_cited_within_its_item():
    assert told(MOVE) == {
        "APA 7": "Anteroom. (2026, June 29). Kill-list move STC-K3: Ask for it. In <em>Sovereign Trade Capacity</em> "
        f"(Edition 2026.06; reviewed by Rhea Reviewer). Retrieved September 4, 2026, from {MOVE.address}",
        "Chicago 17": "Anteroom. “Kill-list move STC-K3: Ask for it.” In “Sovereign Trade Capacity,” edition "
        f"2026.06. June 29, 2026. Reviewed by Rhea Reviewer. Accessed September 4, 2026. {MOVE.address}.",
        "Bluebook": "<em>Sovereign Trade Capacity: Kill-list move STC-K3</em>, "
        f'<span class="small-caps">Anteroom</span> (June 29, 2026), {MOVE.address} '
        "(edition 2026.06, reviewed by Rhea Reviewer).",
        "OSCOLA": "‘Sovereign Trade Capacity’, kill-list move STC-K3 (<em>Anteroom</em>, edition 2026.06 reviewed by "
        f"Rhea Reviewer, 29 June 2026) &lt;{MOVE.address}&gt; accessed 4 September 2026",
    }


def test_what_can_change_no_more_has_no_day_of_reading():
    for text in told(FIXED).values():
        assert "Retrieved" not in text and "ccessed" not in text and ITEM.address in text
    assert "urldate" not in citations.bibtex(FIXED)
    assert "Y2  -" not in citations.ris(FIXED)
    assert "accessed" not in citations.csl_json(FIXED)


@pytest.mark.parametrize("title", AWKWARD)
def test_texts_are_safe_one_line_and_of_bearable_length(title):
    for text in told(replace(MOVE, title=title, row=Row("STC-K3", "Kill-list move", title))).values():
        assert "\n" not in text and "<b>" not in text
        assert len(text) < 1400


def test_quotes_in_a_quoted_title_become_single():
    assert "“The ‘host’ pays.”" in told(replace(ITEM, title='The "host" pays'))["Chicago 17"]


def read_bibtex(cited):
    library = bibtexparser.parse_string(citations.bibtex(cited))
    assert (library.failed_blocks, len(library.entries)) == ([], 1)
    return library.entries[0]


def unlatex(text):
    """What LaTeX would print of an escaped text."""
    for character, escaped in sorted(citations.LATEX.items(), key=lambda pair: -len(pair[1])):
        text = text.replace(escaped, character if len(escaped) > 2 else escaped)
    for character in "$&#%_":
        text = text.replace("\\" + character, character)
    return text


def in_one_line(text):
    return " ".join(text.split())


@pytest.mark.parametrize("title", AWKWARD)
def test_bibtex_is_read_by_bibtexparser(title):
    entry = read_bibtex(replace(MOVE, title=title, reviewed_by=title))
    fields = {field.key: field.value for field in entry.fields}
    assert (entry.entry_type, entry.key) == ("incollection", "anteroom-STC-STC-K3-2026.06")
    assert unlatex(fields["booktitle"][1:-1]) == in_one_line(title)
    assert unlatex(fields["note"]) == f"Edition 2026.06, reviewed 2026-07-01 by {in_one_line(title)}"
    assert fields["url"] == MOVE.address
    assert (fields["year"], fields["month"], fields["urldate"]) == ("2026", "6", "2026-09-04")


def test_bibtex_of_an_item_is_misc():
    assert citations.bibtex(ITEM) == (
        "@misc{anteroom-STC-2026.06,\n"
        "  author = {{Anteroom}},\n"
        "  title = {{Sovereign Trade Capacity}},\n"
        "  publisher = {Anteroom},\n"
        "  year = {2026},\n"
        "  month = {6},\n"
        "  date = {2026-06-29},\n"
        "  edition = {2026.06},\n"
        "  note = {Edition 2026.06, reviewed 2026-07-01 by Rhea Reviewer},\n"
        f"  url = {{{ITEM.address}}},\n"
        "  urldate = {2026-09-04},\n"
        "}\n"
    )


@given(st.text(max_size=80))
def test_whatever_the_title_bibtex_has_balanced_braces_and_no_field_more(title):
    text = citations.bibtex(replace(ITEM, title=title))
    assert text.count("{") == text.count("}")
    depth = 0
    for character in text:
        depth += {"{": 1, "}": -1}.get(character, 0)
        assert depth >= 0
    assert len(text.splitlines()) == 12


@pytest.mark.parametrize("title", AWKWARD)
def test_ris_is_read_by_rispy(title):
    [entry] = rispy.loads(citations.ris(replace(MOVE, title=title, reviewed_by=title)))
    assert entry["type_of_reference"] == "ELEC"
    assert entry["title"] == "Kill-list move STC-K3: Ask for it."
    assert entry["secondary_title"] == in_one_line(title)
    assert entry["authors"] == ["Anteroom"]
    assert entry["urls"] == [MOVE.address]
    assert (entry["year"], entry["date"], entry["access_date"]) == ("2026", "2026/06/29", "2026/09/04")
    assert entry["notes"] == [f"Edition 2026.06, reviewed 2026-07-01 by {in_one_line(title)}"]


@given(st.text(max_size=80))
def test_whatever_the_title_ris_is_one_record(title):
    lines = citations.ris(replace(ITEM, title=title)).splitlines()
    assert [line[2:6] for line in lines] == ["  - "] * len(lines)
    assert [line[:2] for line in lines].count("ER") == 1


@pytest.mark.parametrize("title", AWKWARD)
@pytest.mark.parametrize("cited", [ITEM, MOVE, FIXED])
def test_csl_json_is_rendered_by_citeproc(cited, title):
    cited = replace(cited, title=title)
    source = CiteProcJSON(json.loads(citations.csl_json(cited)))
    style = CitationStylesStyle("harvard-cite-them-right", validate=False)
    bibliography = CitationStylesBibliography(style, source, formatter.plain)
    bibliography.register(Citation([CitationItem(cited.key)]))
    [entry] = bibliography.bibliography()
    assert "Anteroom" in str(entry) and "2026" in str(entry)


def test_csl_json_says_what_is_cited():
    assert json.loads(citations.csl_json(MOVE)) == [
        {
            "id": "anteroom-STC-STC-K3-2026.06",
            "type": "chapter",
            "title": "Kill-list move STC-K3: Ask for it.",
            "container-title": "Sovereign Trade Capacity",
            "author": [{"literal": "Anteroom"}],
            "publisher": "Anteroom",
            "edition": "2026.06",
            "issued": {"date-parts": [[2026, 6, 29]]},
            "accessed": {"date-parts": [[2026, 9, 4]]},
            "note": "Edition 2026.06, reviewed 2026-07-01 by Rhea Reviewer",
            "language": "en-GB",
            "URL": MOVE.address,
        }
    ]


@pytest.mark.parametrize(
    ("code", "title"),
    [
        ("STC-V1", "Sub-variant STC-V1: First form"),
        ("STC-C1", "Example clause STC-C1: A clause"),
        ("STC-K2", "Kill-list move STC-K2: Ask it."),
        ("STC-P1", "Precedent STC-P1: A case"),
        ("STC-A1", "Scholarly anchor STC-A1: Title of smith-2026"),
    ],
)
def test_every_row_of_a_pattern_can_be_cited(code, title):
    document = pattern()
    document["kill_list"][1]["move"] = "Ask *it* [@smith-2026]."
    assert citations.row_of(document, code).title == title


def test_what_a_partnership_says_of_a_pattern_can_be_cited():
    document = partnership(exhibits=[exhibit(scores=[score("STC-K1"), score("STC-K2")])])
    assert citations.row_of(document, "STC").title == "Exhibit of STC: Pattern STC"
    assert citations.row_of(document, "STC-K2").title == "Score of STC-K2: Do STC-K2."
    assert citations.row_of(document, "STC-K9") is None


def test_row_without_text_is_named_by_its_code():
    assert Row("STC-A1", "Scholarly anchor", "").title == "Scholarly anchor STC-A1"


def test_key_of_a_row_that_is_named_as_its_item_says_the_code_once():
    assert replace(ITEM, row=Row("STC", "Exhibit of", "")).key == "anteroom-STC-2026.06"


def test_tags_and_structured_data_say_the_same(settings):
    settings.SITE_ORIGIN = SITE
    assert {tag["name"]: tag["content"] for tag in citations.highwire(MOVE)} == {
        "citation_title": "Kill-list move STC-K3: Ask for it.",
        "citation_author": "Anteroom",
        "citation_publisher": "Anteroom",
        "citation_publication_date": "2026/06/29",
        "citation_language": "en",
        "citation_public_url": MOVE.address,
    }
    told = json.loads(citations.json_ld(MOVE, "What it is.", f"{SITE}/id/STC-K3"))
    assert (told["@type"], told["name"], told["url"]) == ("WebPage", MOVE.name, MOVE.address)
    assert told["publisher"] == {"@type": "Organization", "name": "Anteroom", "url": f"{SITE}/"}


def test_structured_data_cannot_end_its_element():
    text = citations.json_ld(replace(ITEM, title="</script><script>alert(1)</script>&<!--"), "<", "id")
    assert "<" not in text and ">" not in text and "&" not in text
    assert json.loads(text)["name"] == "</script><script>alert(1)</script>&<!--"
    assert unicodedata.is_normalized("NFC", text)
