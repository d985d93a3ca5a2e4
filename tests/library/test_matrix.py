"""The matrix: its cells, its choice and filters, its file, its picture, and what it weighs."""

import csv
import gzip
import io
from unittest import mock
from xml.etree import ElementTree

import pytest

from library import matrix_picture, publication
from tests.library.factories import act, exhibit, move, partnership, pattern, publish, publish_again, score
from tests.library.html import read
from tests.library.reading import get, library

pytestmark = pytest.mark.django_db
SVG = "{http://www.w3.org/2000/svg}"


def table(client, query=""):
    """The heads and the rows of the matrix as text, a row by its name."""
    page = read(get(client, "/matrix/" + query)).one("table")
    heads = [one.text for one in page.one("thead").all("th", scope="col")]
    rows = list(page.one("tbody").all("tr"))
    return heads, {next(row.one("th").all("a")).text: cells(row) for row in rows}


def reworded_library():
    """The first move reworded, the others dropped, after the partnership was scored; it is renamed since."""
    library()
    publish_again(pattern(), "2026-02-05", kill_list=[move("STC-K1", move="Otherwise."), move("STC-K9")])
    scores = [score("STC-K1"), score("STC-K2", "unknown")]
    publish_again(partnership(), "2026-02-06", exhibits=[exhibit(scores=scores)], slug="stargate-uae")


def cells(row):
    return [cell.text for cell in row.all("td")]


def scored(code, *scores, pattern_code="STC", **fields):
    given = [score(f"{pattern_code}-K{n}", one) for n, one in enumerate(scores, start=1) if one]
    return partnership(code, exhibits=[exhibit(pattern_code, scores=given)], **fields)


def picture(client, query=""):
    answer = get(client, "/matrix.svg" + query)
    assert answer.status_code == 200, answer
    return answer, ElementTree.fromstring(answer.content)


def test_a_cell_says_score_and_wording_and_leads_to_its_evidence(client):
    reworded_library()
    page = read(get(client, "/matrix/?pattern=pattern-stc")).one("table")
    assert page.one("caption").text == "Pattern STC: partnerships by kill-list moves"
    row = page.one("tbody").one("tr")
    assert cells(row) == ["Visible scored against the wording of 2026.01", "Not assessed"]
    assert row.one("a", class_="cell").attributes["href"] == "/partnerships/stargate-uae/#STC-K1"
    judged = row.one("span", class_="wording").one("a").attributes["href"]
    assert judged == "/patterns/pattern-stc/2026.01/#STC-K1"
    past = read(get(client, "/matrix/?pattern=pattern-stc&as-of=2026-01-31")).one("table").one("tbody")
    assert cells(past) == ["Visible", "Not assessed", "Not assessed"]
    assert past.one("a", class_="cell").attributes["href"] == "/partnerships/stargate/?as-of=2026-01-31#STC-K1"


def test_all_patterns_stand_beside_each_other_when_none_is_chosen(client):
    library()
    publish(pattern("ABC", moves=1))
    publish(scored("aster", "unknown", pattern_code="ABC", announced="2026"))
    publish(partnership("none", exhibits=[]))
    heads, rows = table(client)
    assert heads == ["Partnership", "Move ABC K1", "Move STC K1", "Move STC K2", "Move STC K3"]
    assert rows == {
        "Aster": ["Unknown", *["Not assessed"] * 3],
        "Stargate": ["Not assessed", "Visible", *["Not assessed"] * 2],
    }
    groups = read(get(client, "/matrix/")).one("thead").all("th", scope="colgroup")
    assert [(one.text, one.attributes["colspan"]) for one in groups] == [("ABC", "1"), ("STC", "3")]
    assert list(table(client, "?pattern=pattern-abc")[1]) == ["Aster"]


@pytest.fixture
def three(client):
    publish(pattern())
    publish(scored("aster", "visible", "visible", announced="2024"))
    publish(scored("beta", "mitigated", None, "visible", status="ended", announced="2026"))
    publish(scored("gamma", "not_visible", confidence="single_source", announced=""))


def test_rows_are_narrowed_and_ordered(client, three):
    expected = {
        "": ["Beta", "Aster", "Gamma"],
        "?sort=name": ["Aster", "Beta", "Gamma"],
        "?sort=visible": ["Aster", "Beta", "Gamma"],
        "?score=visible": ["Beta", "Aster"],
        "?score=mitigated&score=not_visible": ["Beta", "Gamma"],
        "?score=not_assessed&status=ended": ["Beta"],
        "?confidence=single_source": ["Gamma"],
        "?year=2024&country=NO": ["Aster"],
    }
    assert {query: list(table(client, query)[1]) for query in expected} == expected
    assert "Single source" in read(get(client, "/matrix/")).one("tbody").text


def test_choosing_and_narrowing_keep_each_other(client, three):
    page = read(get(client, "/matrix/?pattern=pattern-stc&score=visible&sort=name")).one("main")
    form = page.one("form", class_="narrowing")
    assert ("pattern", "pattern-stc") in [
        (one.attributes["name"], one.attributes["value"]) for one in form.all("input")
    ]
    assert page.one("ul", class_="chips").all("a").__next__().attributes["href"] == "?pattern=pattern-stc&sort=name"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("?pattern=odd", "No published pattern has the address “odd”. Choose one above."),
        ("?pattern=%00", "No published pattern has the address “\x00”. Choose one above."),
        ("?score=odd", "“odd” is not a score."),
        ("?year=2025&score=unknown", "No partnership fits all of these at once."),
    ],
)
def test_what_leaves_nothing_is_said(client, query, said):
    library()
    assert read(get(client, "/matrix/" + query)).one("main").text_of("p", class_="empty") == [said]
    assert b"No partnership fits." in get(client, "/matrix.svg" + query).content


def test_a_pattern_without_partnerships_says_what_will_appear(client):
    publish(pattern())
    said = read(get(client, "/matrix/")).one("main").text_of("p", class_="empty")
    assert said[0].startswith("No partnership on this pattern has been published yet.")


def test_the_slug_of_another_day_leads_to_that_of_the_day_looked_at(client):
    library()
    publish_again(pattern(), "2026-02-05", slug="renamed")
    for asked, leads_to in (
        ("?pattern=pattern-stc&sort=name", "?pattern=renamed&sort=name"),
        ("?pattern=RENAMED", "?pattern=renamed"),
        ("?pattern=renamed&as-of=2026-01-31", "?pattern=pattern-stc&as-of=2026-01-31"),
        ("?score=VISIBLE", "?score=visible"),
    ):
        for address in ("/matrix/", "/matrix.svg"):
            assert get(client, address + asked).headers["Location"] == address + leads_to
    assert get(client, "/matrix/?pattern=renamed&as-of=2026-01-01").status_code == 200


def test_the_file_has_a_line_for_every_cell_of_the_selection(client, monkeypatch):
    monkeypatch.setattr("library.matrix.PER_PAGE", 1)
    reworded_library()
    publish(scored("aster", "unknown", name="=1+1", announced="2026", edition="2026.02"), "2026-02-08")
    answer = get(client, "/matrix/?pattern=pattern-stc&format=csv")
    text = b"".join(answer.streaming_content).decode().removeprefix("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    told = [(row["name"], row["move"], row["score"], row["scored against the wording of"]) for row in rows]
    assert told == [
        ("'=1+1", "STC-K1", "Unknown", "2026.01"),
        ("'=1+1", "STC-K9", "Not assessed", ""),
        ("Stargate", "STC-K1", "Visible", "2026.01"),
        ("Stargate", "STC-K9", "Not assessed", ""),
    ]
    assert rows[2]["address"] == "http://testserver/partnerships/stargate-uae/#STC-K1"
    assert rows[2]["move as worded now"] == "Otherwise."
    assert answer.headers["Content-Disposition"] == 'attachment; filename="anteroom-matrix-2026-03-01.csv"'


def test_the_pattern_page_leads_to_its_matrix_and_keeps_its_day(client):
    library()
    for address, expected in (
        ("/patterns/pattern-stc/", "/matrix/?pattern=pattern-stc"),
        ("/patterns/pattern-stc/?as-of=2026-01-31", "/matrix/?pattern=pattern-stc&as-of=2026-01-31"),
    ):
        links = [a.attributes["href"] for a in read(get(client, address)).one("main").all("a")]
        assert expected in links


def test_the_picture_says_what_it_shows_when_and_where_from(client):
    reworded_library()
    answer, root = picture(client, "?pattern=pattern-stc&score=visible")
    assert answer.headers["Content-Type"] == "image/svg+xml; charset=utf-8"
    policy = answer.headers["Content-Security-Policy"]
    assert sorted(policy.split("; ")) == ["default-src 'none'", "frame-ancestors 'none'"]
    assert root.find(f"{SVG}title").text == "Pattern STC: partnerships by kill-list moves"
    said = [" ".join(one.itertext()) for one in root.iter(f"{SVG}text")]
    assert "Edition 2026.02, 1 partnership by 2 kill-list moves, as of 2026-03-01" in said
    assert {"Visible", "† wording 2026.01", "Narrowed to Score: Visible."} <= {*said}
    cited = "http://testserver/matrix/?pattern=pattern-stc&score=visible&as-of=2026-03-01"
    assert cited in "".join(said)
    assert "Stargate, STC-K1: Visible, scored against the wording of 2026.01" in [
        one.text for one in root.iter(f"{SVG}title")
    ]
    again = get(client, "/matrix.svg?pattern=pattern-stc&score=visible", **{"if-none-match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_the_picture_of_a_past_day_keeps_it(client):
    reworded_library()
    _, root = picture(client, "?as-of=2026-01-31")
    said = "".join(root.itertext())
    assert "as of 2026-01-31" in said and "/matrix/?as-of=2026-01-31" in said and "†" not in said


def test_the_picture_escapes_text_and_marks_what_rests_on_one_source_or_is_retired(client):
    publish(pattern(title="<script>alert(1)</script> & “so”\uffff"))
    deal = scored("aster", "visible", confidence="single_source", name="A <b>name</b> " + "long " * 30)
    publish(deal)
    act("retirement", deal, "2026-02-01")
    answer, root = picture(client)
    assert b"<script" not in answer.content and b"<b>" not in answer.content
    row = next(" ".join(one.itertext()) for one in root.iter(f"{SVG}text") if "name" in "".join(one.itertext()))
    assert row.startswith("A <b>name</b> long") and "…" in row and "single source, retired" in row


def test_a_page_of_the_picture_says_how_many_there_are(client, monkeypatch, three):
    monkeypatch.setattr("library.matrix.PER_PAGE", 2)
    assert b"2 of 3 partnerships by 3" in picture(client)[0].content
    after = next(a.attributes["href"] for a in read(get(client, "/matrix/")).one("nav", class_="paging").all("a"))
    assert b"1 of 3 partnerships by 3" in picture(client, after)[0].content


@pytest.mark.parametrize(
    ("text", "expected"),
    [("short", "short"), ("exactly te", "exactly te"), ("eleven char", "eleven ch…"), ("漢字漢字漢字", "漢字漢字…")],
)
def test_names_are_cut_to_their_room(text, expected):
    assert matrix_picture.fit(text, 10) == expected


@pytest.mark.drill
def test_sixty_partnerships_by_forty_moves_weigh_less_than_150_kb(client):
    codes = [f"P{n}" for n in range(8)]
    words = ("visible", "mitigated", "not_visible", "unknown")
    with mock.patch.object(publication.pages, "redraw"):  # nobody reads the pages of the items here
        for code in codes:
            publish(pattern(code, moves=5))
        for number in range(60):
            exhibits = [
                exhibit(code, scores=[score(f"{code}-K{k}", words[(number + k) % 4]) for k in range(1, 6)])
                for code in codes
            ]
            publish(partnership(f"deal-{number}", exhibits=exhibits))
    for address in ("/matrix/", "/matrix/?as-of=2026-01-31", "/matrix.svg"):
        page = get(client, address).content
        assert page.count(b"Mitigated") >= 600, address
        assert len(gzip.compress(page)) < 150_000, address


def test_the_picture_of_several_patterns_names_each_above_its_moves(client):
    publish(pattern())
    publish(pattern("ABC"))
    whole, one = (get(client, f"/matrix.svg{query}").content.decode() for query in ("", "?pattern=pattern-abc"))
    assert [code for code in ("ABC", "STC") if f">{code}</text>" in whole] == ["ABC", "STC"]
    assert ">ABC</text>" not in one
