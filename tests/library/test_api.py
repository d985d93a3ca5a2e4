"""The API: what readers see as JSON, described truly, open to everybody, and nothing that could be changed."""

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from library import documents
from library.api import page as api_page
from library.api.description import description
from library.api.operations import api
from library.models import Edition, LedgerEntry
from tests.library.factories import (
    act,
    exhibit,
    move,
    partnership,
    pattern,
    publish,
    publish_again,
)
from tests.library.html import read
from tests.library.reading import full_library, get, library
from tests.library.test_withheld import GROUND, retire, withhold

pytestmark = pytest.mark.django_db
# One question to each operation of the library of `full_library`.
ASKED = {
    "/patterns": "/patterns?family=sovereign&sort=name",
    "/partnerships": "/partnerships?pattern=STC&country=NO",
    "/patterns/{code}": "/patterns/STC",
    "/patterns/{code}/editions": "/patterns/STC/editions",
    "/patterns/{code}/editions/{number}": "/patterns/STC/editions/2026.02",
    "/patterns/{code}/compare/{old}/{new}": "/patterns/STC/compare/2026.01/2026.02",
    "/partnerships/{code}": "/partnerships/stargate",
    "/partnerships/{code}/editions": "/partnerships/stargate/editions?as-of=2026-01-31",
    "/partnerships/{code}/editions/{number}": "/partnerships/stargate/editions/2026.01",
    "/partnerships/{code}/compare/{old}/{new}": "/partnerships/stargate/compare/2026.01/2026.02",
    "/id/{code}": "/id/STC-K1",
    "/search": "/search?q=fails",
    "/matrix": "/matrix?pattern=STC",
    "/sources": "/sources?grade=secondary",
    "/sources/{key}": "/sources/smith-2026",
    "/families": "/families?as-of=2026-01-31",
    "/ledger": "/ledger?limit=2",
    "/ledger/{position}": "/ledger/3",
    "/changes": "/changes?kind=pattern",
    "/counts": "/counts",
    "/definitions": "/definitions",
}


def ask(client, path, day="2026-03-01", **headers):
    return get(client, f"/api/v1{path}", day, **headers)


def told(client, path, day="2026-03-01"):
    answer = ask(client, path, day)
    assert answer.status_code == 200, answer.content
    return answer.json()


def refused(client, path, status, kind):
    """The problem with which a question is answered."""
    answer = ask(client, path)
    problem = answer.json()
    assert (answer.status_code, problem["status"]) == (status, status)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert problem["type"] == f"http://testserver/api/v1/#{kind}"
    return problem


# The description


def test_description_is_openapi_and_names_what_it_describes(client):
    found = ask(client, "/openapi.json")
    described = found.json()
    assert list(OpenAPIV31SpecValidator(described).iter_errors()) == []
    assert described["openapi"].startswith("3.1.")
    assert described["servers"] == [{"url": "http://testserver/api/v1"}]
    assert described["info"]["license"] == {
        "name": "CC BY 4.0",
        "url": "https://creativecommons.org/licenses/by/4.0/",
    }
    assert set(described["paths"]) == set(ASKED)
    assert found.headers["Access-Control-Allow-Origin"] == "*"
    for methods in described["paths"].values():
        [(method, operation)] = methods.items()
        assert method == "get" and operation["summary"] and operation["description"] and operation["tags"]
        assert {"200", "304", "400", "405"} <= set(operation["responses"])
        assert all(one["description"] and "schema" in one for one in operation["parameters"])


def test_every_answer_has_the_shape_that_is_described(client):
    full_library()
    described = description(api)
    for path, question in ASKED.items():
        media = described["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]
        schema = {**media["schema"], "components": described["components"]}
        assert list(Draft202012Validator(schema).iter_errors(told(client, question))) == [], question


def examples_of(client, query="", day="2026-03-01"):
    """What the page offers to try, without the beginning that all have alike."""
    main = read(get(client, f"/api/v1/{query}", day)).one("main")
    begins = 'curl "http://testserver/api/v1'
    shown = [section.one("pre").text for section in main.all("section", class_="operation")]
    return [example.removeprefix(begins).removesuffix('"') for example in shown]


@pytest.mark.parametrize("make", [library, full_library])
def test_every_example_on_the_page_has_an_answer(client, make):
    make()
    shown = examples_of(client)
    assert {example: ask(client, example).status_code for example in shown} == dict.fromkeys(shown, 200)
    assert {"/patterns?family=sovereign", "/id/STC-K1", "/matrix?pattern=STC", "/sources/case-2025"} <= set(shown)
    numbers = "2026.01/2026.02" if make is full_library else "2026.01/2026.01"
    assert f"/partnerships/stargate/compare/{numbers}" in shown


def test_examples_are_of_the_day_and_not_of_what_is_withheld(client):
    full_library()
    assert "/patterns/STC/editions/2026.01" in examples_of(client, "?as-of=2026-01-05")
    assert "/partnerships/stargate" in examples_of(client)
    withhold("stargate", "2026.02")
    assert "/partnerships/stargate" not in examples_of(client)


def test_before_the_first_publication_examples_name_something_all_the_same(client):
    assert {"/patterns/STC", "/sources/oecd-2025", "/matrix?pattern=STC"} <= set(examples_of(client))


def test_a_pattern_without_moves_is_an_example_too(client):
    publish(pattern(kill_list=[]))
    assert "/id/STC" in examples_of(client)


def test_page_lists_every_operation(client):
    full_library()
    main = read(get(client, "/api/v1/")).one("main")
    groups = api_page.groups(description(api), {})
    for one in (operation for group in groups for operation in group["operations"]):
        section = main.one("section", id=one["id"])
        assert one["summary"] in section.text
        assert section.one("p", class_="route").text == f"GET {one['path']}"
        for parameter in one["parameters"]:
            assert parameter["name"] in section.text
    assert len(list(main.all("section", class_="operation"))) == len(ASKED)
    anchors = {element.attributes.get("id") for element in main.all("div")}
    assert {"withheld", "not-a-day", "bad-parameter", "taken-out"} <= anchors


# What is told


def test_an_item_is_told_with_its_document(client):
    full_library()
    edition = Edition.objects.get(code="stargate", number="2026.02")
    item = told(client, "/partnerships/stargate")
    document = item.pop("document")
    assert documents.canonical_bytes(document) == bytes(edition.document)
    assert item == {
        "position": 5,
        "as_of": None,
        "kind": "partnership",
        "code": "stargate",
        "title": "Stargate",
        "slug": "stargate-uae",
        "edition": "2026.02",
        "digest": edition.digest,
        "published": "2026-02-06T12:00:00Z",
        "state": "verified",
        "is_overdue": False,
        "reviewed_on": "2026-02-06",
        "reviewed_by": "Rhea Reviewer",
        "review_by": "2027-02-06",
        "newest_source": "2026-01-02",
        "address": "http://testserver/partnerships/stargate-uae/",
        "api": "http://testserver/api/v1/partnerships/stargate",
        "successor": None,
        "edition_address": "http://testserver/partnerships/stargate-uae/2026.02/",
        "bytes": "http://testserver/partnerships/stargate-uae/2026.02.json",
    }
    assert told(client, "/partnerships/stargate", "2027-02-07")["is_overdue"]


def test_a_day_gives_the_library_as_it_stood(client):
    full_library()
    past = told(client, "/partnerships/stargate?as-of=2026-01-31")
    assert (past["edition"], past["position"], past["as_of"]) == ("2026.01", 2, "2026-01-31")
    assert past["address"] == "http://testserver/partnerships/stargate/?as-of=2026-01-31"
    assert past["api"] == "http://testserver/api/v1/partnerships/stargate?as-of=2026-01-31"
    assert told(client, "/patterns?as-of=2026-01-04")["items"] == []
    assert told(client, "/counts?as-of=2026-01-05")["editions"] == 1
    for today_or_later in ("2026-03-01", "9999-12-31"):
        assert told(client, f"/counts?as-of={today_or_later}")["as_of"] is None
    problem = refused(client, "/partnerships/stargate?as-of=2026-01-05", 404, "not-yet")
    assert problem["detail"] == "stargate was first published here on 2026-01-06."
    assert problem["first_published"] == "2026-01-06"
    assert refused(client, "/partnerships/stargate/editions?as-of=2025-01-01", 404, "not-yet")


def test_lists_have_the_facets_of_the_pages_and_go_on_by_key(client):
    for number in range(5):
        publish(pattern(f"P{number}", title=f"Pattern's {number}"), "2026-01-05")
    publish(partnership(exhibits=[exhibit("P1", scores=[])]), "2026-01-06")
    seen, address = [], "/patterns?sort=name&limit=2&status=verified"
    while address:
        answer = ask(client, address)
        part = answer.json()
        seen += [item["code"] for item in part["items"]]
        assert len(part["items"]) <= 2 and part["matching"] == part["total"]
        if not address.startswith("/patterns?sort=name&limit=2&status=verified&after"):
            publish(pattern("A", title="Before all of them"), "2026-01-07")
        if part["next"]:
            assert answer.headers["Link"] == f'<{part["next"]}>; rel="next"'
        address = (part["next"] or "").removeprefix("http://testserver/api/v1")
    assert seen == ["P0", "P1", "P2", "P3", "P4"]
    one = told(client, "/patterns?confidence=primary_source")
    assert [(item["code"], item["title"], item["lowest_confidence"]) for item in one["items"]] == [
        ("P1", "Pattern's 1", "primary_source")
    ]
    counts = {facet["name"]: {one["value"]: one["count"] for one in facet["options"]} for facet in one["facets"]}
    assert counts["confidence"] == {"primary_source": 1} and counts["family"] == {"sovereign": 1}
    nothing = told(client, "/partnerships?country=XX")
    assert (nothing["items"], nothing["unknown"]) == ([], ["No published partnership has a party from “XX”."])
    [deal] = told(client, "/partnerships?party=Party&year=2025")["items"]
    assert (deal["patterns"], deal["countries"], deal["parties"]) == (["P1"], ["NO"], ["Party"])


def test_lists_take_as_many_statements_for_one_as_for_many(client, django_assert_num_queries):
    library()
    for count in (1, 4):
        for address, statements in (("/patterns", 4), ("/partnerships", 4), ("/sources", 3), ("/matrix", 3)):
            with django_assert_num_queries(statements):
                assert ask(client, address).status_code == 200
        for number in range(3 if count == 1 else 0):
            publish(pattern(f"P{number}"), "2026-01-07")
            publish(partnership(f"deal-{number}"), "2026-01-07")


def test_editions_name_notes_people_and_grounds(client):
    full_library()
    withhold("stargate", "2026.01")
    newer, older = told(client, "/partnerships/stargate/editions")["items"]
    assert (newer["edition"], newer["note"], newer["withheld"]) == ("2026.02", "What changed.", None)
    assert [person["name"] for person in newer["people"]] == ["Rhea Reviewer"]
    assert newer["address"] == "http://testserver/partnerships/stargate-uae/2026.02/"
    ground = {"position": 6, "on": "2026-02-10", "ground": GROUND}
    assert (older["edition"], older["note"], older["address"], older["withheld"]) == ("2026.01", None, None, ground)
    [before] = told(client, "/partnerships/stargate/editions?as-of=2026-01-31")["items"]
    assert before == older
    assert told(client, "/partnerships/stargate/editions/2026.02") == newer | {
        "document": Edition.objects.get(code="stargate", number="2026.02").read()
    }


def test_a_comparison_tells_paths_and_values(client):
    full_library()
    publish_again(partnership(), "2026-02-09", summary="Otherwise.")
    found = told(client, "/partnerships/stargate/compare/2026.01/2026.02")
    assert (found["summary"], found["is_correction"]) == (["1 added", "1 reworded"], False)
    added = ["exhibits", "STC", "scores", "STC-K2"]
    assert [(change["what"], change["path"]) for change in found["changes"]] == [
        ("reworded", ["slug"]),
        ("added", added),
    ]
    assert found["changes"][1]["before"] is None and found["changes"][1]["after"]["score"] == "unknown"
    assert found["notes"] == [{"edition": "2026.02", "published": "2026-02-06T12:00:00Z", "note": "What changed."}]
    assert found["address"] == "http://testserver/partnerships/stargate-uae/compare/2026.01/2026.02/"


def test_a_code_is_an_item_or_a_row_or_was_one(client):
    library()
    publish_again(pattern(), "2026-02-05", kill_list=[move("STC-K1")])
    row = told(client, "/id/stc-k1")
    assert (row["code"], row["part"], row["item"], row["item_code"]) == ("STC-K1", "kill_list", "pattern", "STC")
    assert (row["row"], row["edition"]) == (move("STC-K1"), "2026.02")
    assert row["address"] == "http://testserver/patterns/pattern-stc/#STC-K1"
    assert told(client, "/id/STC-A1")["part"] == "anchors"
    assert told(client, "/id/STC-K3?as-of=2026-01-31")["row"] == move("STC-K3")
    item = told(client, "/id/stargate")
    assert (item["part"], item["row"], item["code"]) == ("partnership", None, "stargate")
    gone = refused(client, "/id/STC-K3", 410, "taken-out")
    assert gone["last_edition"] == {
        "kind": "pattern",
        "code": "STC",
        "edition": "2026.01",
        "address": "http://testserver/patterns/pattern-stc/2026.01/#STC-K3",
    }
    assert refused(client, "/id/NIX", 404, "not-found")


def test_a_code_is_known_in_any_case_and_another_kind_is_named(client):
    full_library()
    for path in ("", "/editions", "/editions/2026.01", "/compare/2026.01/2026.02"):
        assert ask(client, f"/patterns/stc{path}").content == ask(client, f"/patterns/STC{path}").content
        wrong = refused(client, f"/patterns/StarGate{path}", 404, "not-found")
        assert wrong["detail"] == (
            "No pattern with the code StarGate was published. stargate is a partnership: "
            "http://testserver/api/v1/partnerships/stargate"
        )
    assert (
        refused(client, "/patterns/NIX", 404, "not-found")["detail"] == "No pattern with the code NIX was published."
    )
    assert [one["code"] for one in told(client, "/matrix?pattern=stc")["items"]] == ["stargate"]


def test_search_finds_what_the_page_finds(client):
    full_library()
    found = told(client, "/search?q=fails")
    assert (found["q"], found["total"], found["pages"], found["next"], found["instead_of"]) == (
        "fails",
        1,
        1,
        None,
        None,
    )
    [hit] = found["items"]
    assert (hit["code"], hit["title"], hit["edition"]) == ("STC", "Pattern STC", "2026.01")
    section = hit["sections"][0]
    assert "<mark>fails</mark>" in section["excerpt"] and section["anchor"] == section["code"]
    assert section["address"].endswith(f"/patterns/pattern-stc/#{section['anchor']}")
    mended = told(client, "/search?q=stragate")
    assert (mended["q"], mended["instead_of"]) == ("stargate", "stragate")
    assert told(client, "/search?q=stragate&exactly=1")["items"] == []
    assert told(client, "/search?q=STC&in=stargate")["items"][0]["code"] == "stargate"
    for q in ("", "!!", "-alone", "x" * 301):
        assert refused(client, f"/search?q={q}", 400, "bad-parameter")


def test_search_goes_on_by_pages(client, monkeypatch):
    monkeypatch.setattr("library.search_page.ON_A_PAGE", 1)
    full_library()
    answer = ask(client, "/search?q=STC")
    first = answer.json()
    assert (first["pages"], first["next"]) == (2, "http://testserver/api/v1/search?q=STC&page=2")
    assert answer.headers["Link"] == '<http://testserver/api/v1/search?q=STC&page=2>; rel="next"'
    assert told(client, "/search?q=STC&page=2")["next"] is None


def test_matrix_has_a_cell_for_each_move_that_was_assessed(client):
    full_library()
    publish_again(pattern(), "2026-02-08", kill_list=[move("STC-K1", move="Otherwise."), move("STC-K2")])
    found = told(client, "/matrix?pattern=STC")
    assert [one["code"] for one in found["moves"]] == ["STC-K1", "STC-K2"]
    [row] = found["items"]
    assert row["cells"] == [
        {"move": "STC-K1", "score": "visible", "scored_in_edition": "2026.01"},
        {"move": "STC-K2", "score": "unknown", "scored_in_edition": None},
    ]
    assert told(client, "/matrix?score=mitigated")["items"] == []
    assert refused(client, "/matrix?pattern=NIX", 404, "not-found")
    before = refused(client, "/matrix?pattern=STC&as-of=2026-01-01", 404, "not-found")
    assert before["detail"] == "No pattern with the code STC stands at this moment."
    withhold("STC")
    assert refused(client, "/matrix?pattern=STC", 451, "withheld")


def test_sources_name_what_cites_them(client):
    library()
    items = {one["key"]: one for one in told(client, "/sources")["items"]}
    assert items["release-2025"]["cited_by"] == ["stargate"] and items["release-2025"]["grade"] == "party-statement"
    one = told(client, "/sources/smith-2026")
    assert one["is_standing"] and one["title"] == "Title of smith-2026"
    assert one["cited_by"] == [
        {
            "kind": "pattern",
            "code": "STC",
            "title": "Pattern STC",
            "edition": "2026.01",
            "places": ["STC-K1", "STC-K2", "STC-K3", "STC-A1"],
            "address": "http://testserver/patterns/pattern-stc/",
        }
    ]
    assert refused(client, "/sources/nobody-2000", 404, "not-found")


def test_ledger_and_changes_go_on_by_position(client):
    full_library()
    first = told(client, "/ledger?limit=3")
    assert [entry["position"] for entry in first["items"]] == [5, 4, 3]
    assert first["next"] == "http://testserver/api/v1/ledger?limit=3&after=3"
    rest = told(client, "/ledger?limit=3&after=3")
    assert ([entry["position"] for entry in rest["items"]], rest["next"]) == ([2, 1], None)
    entry = LedgerEntry.objects.get(position=3)
    one = told(client, "/ledger/3")
    assert (one["hash"], one["previous"], one["note"]) == (entry.hash, entry.previous, "What changed.")
    assert one["bytes"] == "http://testserver/ledger/3.json"
    changes = told(client, "/changes?kind=pattern")["items"]
    compare = "http://testserver/api/v1/patterns/STC/compare/2026.01/2026.02"
    assert [(change["word"], change["edition"], change["compare"]) for change in changes] == [
        ("Reaffirmed", "2026.01", None),
        ("Published", "2026.02", compare),
        ("Published", "2026.01", None),
    ]
    assert told(client, "/changes?limit=1&after=3")["next"] == "http://testserver/api/v1/changes?limit=1&after=2"
    assert refused(client, "/ledger/6", 404, "not-found")


def test_what_is_withheld_is_told_with_its_ground_and_no_word_more(client):
    full_library()
    withhold("stargate")
    answer = ask(client, "/partnerships/stargate")
    assert answer.json() == {
        "type": "http://testserver/api/v1/#withheld",
        "title": "Withheld",
        "status": 451,
        "detail": f"Edition 2026.02 of stargate has been withheld since 2026-02-10: {GROUND}",
        "kind": "partnership",
        "code": "stargate",
        "edition": "2026.02",
        "withheld": "2026-02-10",
        "ground": GROUND,
        "entry": "http://testserver/ledger/7.json",
    }
    assert answer.headers["Link"] == '<http://testserver/>; rel="blocked-by"'
    acts = {one["position"]: one for one in told(client, "/changes")["items"]}
    assert (acts[4]["title"], acts[4]["note"], acts[4]["address"], acts[4]["compare"]) == (None,) * 4
    assert acts[7]["note"] == GROUND
    publish_again(partnership(), "2026-02-20", name="Mended")
    assert told(client, "/changes")["items"][0]["compare"] is None  # with a text that nobody may read


def test_a_retired_item_names_its_successor(client):
    publish(pattern())
    publish(pattern("NEW"), "2026-01-06")
    retire(pattern(), "2026-02-01", "NEW")
    item = told(client, "/patterns/STC")
    assert (item["state"], item["successor"]) == ("retired", "NEW")
    assert told(client, "/ledger/3")["successor"] == "NEW"


def test_families_counts_and_definitions(client):
    full_library()
    assert told(client, "/families")["items"] == [
        {
            "slug": "sovereign",
            "name": "Sovereign",
            "patterns": [{"code": "STC", "title": "Pattern STC", "api": "http://testserver/api/v1/patterns/STC"}],
        }
    ]
    counts = told(client, "/counts")
    assert (counts["patterns"], counts["editions"], counts["scores"]["unknown"]) == (1, 4, 1)
    words = {
        one["anchor"]: one["word"] for group in told(client, "/definitions")["groups"] for one in group["definitions"]
    }
    assert words["single-source"] == "Single source"


# How it answers


def test_who_has_the_answer_is_told_so(client):
    full_library()
    for question in ASKED.values():
        first = ask(client, question)
        assert first.headers["Cache-Control"] == "public, max-age=0, s-maxage=60, must-revalidate"
        assert first.headers["Access-Control-Expose-Headers"] == "ETag, Link"
        again = ask(client, question, **{"if-none-match": first.headers["ETag"]})
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
        assert again.headers["Access-Control-Allow-Origin"] == "*"
        assert again.headers.get("Link") == first.headers.get("Link")
        assert not first.cookies and "Vary" not in first.headers
    publish(pattern("NEW"), "2026-02-20")
    assert ask(client, "/patterns", **{"if-none-match": ask(client, "/counts").headers["ETag"]}).status_code == 200


@pytest.mark.parametrize("address", ["/api/v1/patterns", "/api/v1/openapi.json", "/api/v1/patterns/NIX"])
def test_nothing_can_be_changed_and_any_site_may_ask(client, address):
    for method in ("post", "put", "patch", "delete", "trace"):
        answer = getattr(client, method)(address)
        assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")
        assert answer.json()["type"] == "http://testserver/api/v1/#not-allowed"
    asked = client.options(address, headers={"origin": "https://example.org", "access-control-request-method": "GET"})
    assert (asked.status_code, asked.content) == (204, b"")
    assert asked.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert client.head(address).status_code == client.get(address).status_code
    assert client.head(address).content == b""


@pytest.mark.parametrize(
    ("path", "detail"),
    [
        ("/patterns?foo=1", "This address has no parameter “foo”. It takes as-of, limit, after, "),
        ("/definitions?foo=1", "This address has no parameter “foo”. It takes none."),
        ("/patterns?limit=1&limit=2", "“limit” stands 2 times; it may stand once."),
        ("/patterns?family=%00", "“family” holds a control character."),
        ("/patterns?limit=0", "“limit”: Input should be greater than or equal to 1."),
        ("/patterns?limit=" + "9" * 5000, "“limit”: "),
        ("/patterns?sort=shape", "“sort”: Input should be "),
        ("/patterns?after=nowhere", "after is no place in this list."),
        (f"/partnerships?party=a&party={'x' * 10_000}", "“party”: String should have at most 300 characters."),
        ("/ledger?after=-1", "“after”: "),
        ("/search", "“q”: Field required."),
        ("/matrix?pattern=", "“pattern”: String should match pattern"),
    ],
)
def test_what_is_no_parameter_is_refused_with_a_sentence(client, path, detail):
    problem = refused(client, path, 400, "bad-parameter")
    assert problem["detail"].startswith(detail)


@pytest.mark.parametrize(
    "day", ["yesterday", "2026-02-30", "0000-01-01", "", "2026-1-1", "9" * 10_000, "2026-01-01%00"]
)
def test_what_is_no_day_is_refused_with_a_sentence(client, day):
    problem = ask(client, f"/counts?as-of={day}")
    assert problem.status_code == 400
    assert (
        "control character" in problem.json()["detail"]
        or "is not a day. Write the day as" in problem.json()["detail"]
    )


def test_what_is_not_there_is_a_problem_of_the_same_shape(client):
    library()
    for path in (
        *("/nothing", "/patterns/", "/patterns/%00", "/patterns/STC/editions/2026", "/ledger/x", "/ledger/-1"),
        *(f"/ledger/{'9' * 30}", f"/id/{'A' * 61}", "/id/%ff", f"/sources/{'a' * 5000}", "/patterns/NIX"),
        *("/patterns/STC/editions/2020.01", "/patterns/STC/compare/2026.01/2020.01", "/partnerships/NIX/editions"),
    ):
        refused(client, path, 404, "not-found")


def test_what_django_refuses_and_what_fails_here_have_the_shape_too(client, monkeypatch):
    client.raise_request_exception = False
    monkeypatch.setattr("library.api.record.definitions", None)
    refused(client, "/definitions", 500, "failed")
    answer = client.get("/api/v1/patterns", headers={"host": "not a host"})
    assert (answer.status_code, answer.json()["type"]) == (400, "http://testserver/api/v1/#bad-request")


def test_what_is_withheld_while_it_is_listed_is_left_out(client, monkeypatch):
    """Between choosing and showing, an edition may have been withheld."""
    from library.api import lists

    full_library()
    listed = lists.listed

    def withheld_meanwhile(*arguments):
        withhold("stargate")
        return listed(*arguments)

    monkeypatch.setattr(lists, "listed", withheld_meanwhile)
    assert told(client, "/partnerships")["items"] == []


def test_an_old_edition_that_is_retired_reads_so(client):
    publish(pattern())
    act(LedgerEntry.Act.RETIREMENT, pattern(), "2026-02-01")
    assert told(client, "/patterns?status=retired")["items"][0]["state"] == "retired"
    assert told(client, "/patterns/STC")["successor"] is None
