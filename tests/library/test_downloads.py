"""The library as files: whole, the same for everybody, exact to the byte, without what is withheld."""

import base64
import csv
import hashlib
import io
import json
import zipfile

import pytest
from django.core.checks.registry import registry
from jsonschema import Draft202012Validator

from library import deployment, documents, ledger, reading_rows
from library.downloads import archive, shapes, snapshot, verify
from library.models import Edition, LedgerEntry
from tests.library.copies import body, empty_library, fetch, make_library, objects, put, unpacked
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
from tests.library.html import read
from tests.library.reading import PATTERN, full_library, get, library
from tests.library.starter import publish_starter_corpus
from tests.library.test_withheld import GROUND, withhold

pytestmark = pytest.mark.django_db
PAGES = (PATTERN, "/partnerships/stargate-uae/", "/partnerships/stargate-uae/history/", "/ledger/", "/sources/", "/")


def rows(written):
    """The rows of a table, by column."""
    return list(csv.DictReader(io.StringIO(written.decode("utf-8-sig"))))


def test_each_file_is_in_the_zip_and_is_what_its_digest_says(client):
    full_library()
    packed = fetch(client, "anteroom.zip")
    files = unpacked(packed)
    assert list(files) == list(archive.FILES)
    assert {name: fetch(client, name) for name in files} == files
    sums = dict(reversed(line.split("  ")) for line in files["SHA256SUMS"].decode().splitlines())
    assert sums == {
        name: hashlib.sha256(written).hexdigest() for name, written in files.items() if name != "SHA256SUMS"
    }
    page = get(client, "/downloads/").content.decode()
    with zipfile.ZipFile(io.BytesIO(packed)) as inside:
        [folder] = {name.partition("/")[0] for name in inside.namelist()}
    assert f"unzip anteroom-2026-02-07.zip\ncd {folder}\nsha256sum -c SHA256SUMS" in page
    assert hashlib.sha256(packed).hexdigest() in page
    for name, written in files.items():
        assert f"{hashlib.sha256(written).hexdigest()}  {name}\n" in page


def test_every_document_keeps_the_bytes_that_were_signed(client):
    full_library()
    kept = {(row.code, row.number): bytes(row.document) for row in Edition.objects.all()}
    lines = objects(fetch(client, "editions.jsonl"))
    assert {(one["code"], one["edition"]): documents.canonical_bytes(one["document"]) for one in lines} == kept
    for one in [*lines, *objects(fetch(client, "library.jsonl"))]:
        plainly = json.dumps(one["document"], ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        assert hashlib.sha256(plainly).hexdigest() == one["digest"]  # as README.txt says
        assert verify.canonical(one["document"]) == plainly
    entries = fetch(client, "ledger.jsonl").splitlines()
    assert [hashlib.sha256(line).hexdigest() for line in entries] == [
        entry.hash for entry in LedgerEntry.objects.all()
    ]


def test_lines_tell_what_stands_and_not_what_depends_on_the_day(client):
    full_library()
    newest = Edition.objects.get(code="stargate", number="2026.02").read()
    act(LedgerEntry.Act.RETIREMENT, newest, "2026-02-08", edition="2026.02")
    lines = {one["code"]: one for one in objects(fetch(client, "library.jsonl"))}
    document = lines["stargate"].pop("document")
    assert document["slug"] == "stargate-uae"
    assert lines["stargate"] == {
        "line": "standing",
        "kind": "partnership",
        "code": "stargate",
        "edition": "2026.02",
        "digest": documents.digest(document),
        "position": 4,
        "published": "2026-02-06T12:00:00Z",
        "state": "retired",
        "reviewed_on": "2026-02-06",
        "reviewed_by": "Rhea Reviewer",
        "review_by": "2027-02-06",
        "successor": "",
    }
    assert lines["STC"]["reviewed_by"] == "Rolf Reviewer" and lines["STC"]["review_by"] == "2027-02-07"


def test_the_same_position_gives_the_same_bytes_on_any_day_and_machine(client, settings, tmp_path):
    full_library()
    first, tag = fetch(client, "anteroom.zip"), get(client, "/downloads/anteroom.zip").headers["ETag"]
    settings.DOWNLOADS_DIR = tmp_path / "another-machine"
    assert fetch(client, "anteroom.zip", "2029-01-01") == first
    dated = get(client, "/downloads/anteroom-2026-02-07.zip", "2026-06-01")
    assert dated.headers["ETag"] == tag and body(dated) == first
    assert dated.headers["Content-Disposition"] == 'attachment; filename="anteroom-2026-02-07.zip"'
    assert dated.headers["Access-Control-Allow-Origin"] == "*"
    publish(pattern("NEW"), "2026-03-01")
    assert get(client, "/downloads/anteroom.zip").headers["ETag"] != tag
    assert body(get(client, "/downloads/anteroom-2026-02-07.zip")) == first


def test_who_has_a_file_is_told_so_before_anything_is_built(client, monkeypatch, django_assert_num_queries):
    library()
    with on("2026-03-01"):
        tag = archive_tag(client, "library.jsonl")
    monkeypatch.setattr(archive, "opened", None)
    with django_assert_num_queries(3):
        unchanged = get(client, "/downloads/library.jsonl", **{"if-none-match": tag})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    monkeypatch.undo()
    assert get(client, "/downloads/library.jsonl?as-of=2026-01-05", **{"if-none-match": tag}).status_code == 200


def archive_tag(client, name):
    return client.head(f"/downloads/{name}").headers["ETag"]


def test_digest_of_a_file_stands_in_its_header(client):
    library()
    answer = get(client, "/downloads/ledger.csv")
    digest = base64.b64encode(hashlib.sha256(body(answer)).digest()).decode()
    assert answer.headers["Repr-Digest"] == f"sha-256=:{digest}:"
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8; header=present"


def test_files_of_a_day_are_those_of_the_library_as_it_stood(client):
    full_library()
    lines = objects(fetch(client, "library.jsonl?as-of=2026-02-05"))
    assert [(one["code"], one["edition"]) for one in lines] == [("stargate", "2026.01"), ("STC", "2026.02")]
    assert len(objects(fetch(client, "ledger.jsonl?as-of=2026-01-05"))) == 1
    page = read(get(client, "/downloads/?as-of=2026-02-05"))
    links = {link.attributes["href"] for link in page.one("main").all("a")}
    assert {"/downloads/anteroom-2026-02-05.zip", "/downloads/library.jsonl?as-of=2026-02-05"} <= links
    assert "As of 2026-02-05, ledger position 3, head " in page.one("p", class_="citation").text
    assert page.one("p", class_="citation").text.endswith("CC BY 4.0. http://testserver/downloads/?as-of=2026-02-05")
    now = read(get(client, "/downloads/"))
    assert now.one("p", class_="citation").text.endswith("/downloads/?as-of=2026-03-01")


def test_there_is_no_such_file(client):
    library()
    for name in (
        *("library.jsonl?as-of=2025-01-01", "anteroom-2025-01-01.zip", "anteroom-2026-03-02.zip"),
        *("anteroom-2026-02-30.zip", "manifest.json", "lock", "..", "nothing.csv"),
    ):
        assert get(client, f"/downloads/{name}").status_code == 404, name


def test_before_the_first_publication_there_is_nothing_to_download(client):
    assert "Nothing had been published yet" in read(get(client, "/downloads/")).one("main").text
    library()
    before = read(get(client, "/downloads/?as-of=2025-01-01"))
    assert "Nothing had been published by then" in before.one("main").text
    assert "the first publication was on 2026-01-05" in before.text


def test_tables_hold_every_row_and_no_formula(client):
    bibliography = [source("release-2025", kind="press_release", title="=1+1")]
    publish(pattern())
    scores = [
        score("STC-K1", evidence="+1 [@release-2025, p. 4]"),
        score("STC-K2", "unknown", sources=[], evidence=""),
    ]
    publish(partnership(exhibits=[exhibit(scores=scores)], bibliography=bibliography), "2026-01-06")
    tables = {
        name: rows(fetch(client, f"{name}.csv")) for name in (*archive.tables.FROM_DOCUMENTS, "sources", "ledger")
    }
    assert {name: len(table) for name, table in tables.items()} == {
        **dict.fromkeys(("patterns", "sub_variants", "clauses", "precedents", "anchors", "partnerships"), 1),
        **dict.fromkeys(("parties", "exhibits"), 1),
        **dict.fromkeys(("scores", "ledger"), 2),
        "kill_list": 3,
        "citations": 14,
        "sources": 4,
    }
    assert tables["scores"][0] == {
        "partnership": "stargate",
        "pattern": "STC",
        "move": "STC-K1",
        "score": "visible",
        "evidence": "'+1 [@release-2025, p. 4]",
        "sources": "release-2025",
        "scored_in_edition": "2026.01",
        "wording": "Do STC-K1.",
    }
    assert [row["title"] for row in tables["sources"] if row["key"] == "release-2025"] == ["'=1+1"]
    assert [row["cited_by"] for row in tables["sources"]] == ["STC", "STC", "stargate", "STC"]
    cited = [tuple(row.values())[3:] for row in tables["citations"] if row["item"] == "stargate"]
    assert set(cited) == {
        ("", "summary", "release-2025", "", "", ""),
        ("STC-K1", "evidence", "release-2025", "p. 4", "", ""),
        ("STC-K1", "sources", "release-2025", "", "", ""),
        ("STC", "note", "release-2025", "", "", ""),
        ("", "sources", "release-2025", "", "Terms", "yes"),
    }
    assert tables["patterns"][0]["address"] == "http://testserver/patterns/pattern-stc/2026.01/"
    assert tables["ledger"][0]["people"] == "Rhea Reviewer"


def test_schema_fits_every_line_and_nothing_else(client):
    full_library()
    withhold("stargate", "2026.01")
    act(LedgerEntry.Act.RETIREMENT, partnership(), "2026-02-12", edition="2026.02")
    schema = json.loads(fetch(client, shapes.NAME))
    Draft202012Validator.check_schema(schema)
    assert schema["$id"] == "http://testserver/downloads/anteroom.schema.json"
    fits = Draft202012Validator(schema)
    lines = [line for name in ("library", "editions", "ledger") for line in objects(fetch(client, f"{name}.jsonl"))]
    assert len(lines) == 2 + 4 + 7 and [line for line in lines if not fits.is_valid(line)] == []
    for line in lines:
        assert not fits.is_valid({**line, "more": 1})
        assert not fits.is_valid({name: value for name, value in line.items() if name != "digest"})
        if "document" in line:
            assert not fits.is_valid({**line, "document": {**line["document"], "code": "not a code"}})


def test_a_withheld_edition_is_named_with_its_ground_and_digest(client, tmp_path):
    full_library()
    digest = Edition.objects.get(code="stargate", number="2026.02").digest
    withhold("stargate", "2026.02")
    files = unpacked(fetch(client, "anteroom.zip"))
    stone = {
        "line": "withheld",
        "kind": "partnership",
        "code": "stargate",
        "edition": "2026.02",
        "digest": digest,
        "position": 4,
        "published": "2026-02-06T12:00:00Z",
        "withheld": {"position": 6, "on": "2026-02-10", "ground": GROUND},
    }
    assert stone in objects(files["library.jsonl"]) and stone in objects(files["editions.jsonl"])
    assert rows(files["partnerships.csv"]) == rows(files["scores.csv"]) == []
    notes = {row["position"]: row["note"] for row in rows(files["ledger.csv"])}
    assert (notes["2"], notes["4"], notes["6"]) == ("First edition.", "", GROUND)
    assert verify.main([str(put(files, tmp_path / "now"))]) == 0
    before = unpacked(fetch(client, "anteroom.zip?as-of=2026-02-07"))
    assert stone in objects(before["library.jsonl"]) and len(objects(before["ledger.jsonl"])) == 5
    assert verify.main([str(put(before, tmp_path / "before"))]) == 3  # its ledger does not know the ground yet


def test_what_was_built_before_a_withholding_is_taken_off_the_disk(client, settings):
    full_library()
    fetch(client, "anteroom.zip")
    fetch(client, "anteroom.zip?as-of=2026-01-05")
    withhold("stargate", "2026.02")
    fetch(client, "anteroom.zip")
    assert built_of(settings) == [1, 6]  # position 1 held none of it


def test_what_is_withheld_while_files_are_built_is_not_in_them(client, monkeypatch):
    full_library()
    write = archive.write

    def withheld_meanwhile(asked, folder):
        write(asked, folder)
        if not asked.withheld:
            withhold("stargate", "2026.02")

    monkeypatch.setattr(archive, "write", withheld_meanwhile)
    with on("2026-03-01"):
        asked = snapshot.at(5)
        told, file = archive.opened(asked, "library.jsonl")
    with file:
        lines = objects(file.read())
    assert told == snapshot.Snapshot(5, 6) and [line["line"] for line in lines] == ["standing", "withheld"]


def built_of(settings):
    folders = settings.DOWNLOADS_DIR.glob("*-*-*")
    return sorted(int(path.name.split("-")[0]) for path in folders)


def use(position):
    archive.opened(snapshot.at(position), "SHA256SUMS")[1].close()


def test_only_so_many_days_are_kept_on_disk(client, settings, monkeypatch):
    monkeypatch.setattr(archive, "KEPT", 2)
    full_library()
    left_behind = settings.DOWNLOADS_DIR / "building-left-behind"
    left_behind.mkdir(parents=True)
    for position in (1, 2, 3, 4):
        use(position)
    assert built_of(settings) == [3, 4] and not left_behind.exists()


def test_what_is_forgotten_is_what_nobody_asked_for_and_never_the_newest(settings, monkeypatch):
    monkeypatch.setattr(archive, "KEPT", 3)
    full_library()
    for position in (5, 1, 2, 1, 3):
        use(position)
    assert built_of(settings) == [1, 3, 5]
    for position in (2, 4):
        use(position)
    assert built_of(settings) == [2, 4, 5]


@pytest.mark.parametrize("lost", ["library.jsonl", "manifest.json"])
def test_a_folder_that_lacks_a_file_is_built_again(client, settings, lost):
    publish(pattern())
    packed = fetch(client, "anteroom.zip")
    [folder] = settings.DOWNLOADS_DIR.glob("*-*-*")
    (folder / lost).unlink()
    assert fetch(client, "library.jsonl") == unpacked(packed)["library.jsonl"]
    assert get(client, "/downloads/").status_code == 200 and (folder / lost).exists()


def test_who_is_stopped_while_taking_away_leaves_no_half_folder(client, settings, monkeypatch):
    publish(pattern())
    use(1)
    [folder] = settings.DOWNLOADS_DIR.glob("*-*-*")

    def stopped(path):
        raise KeyboardInterrupt

    monkeypatch.setattr(archive.shutil, "rmtree", stopped)
    with pytest.raises(KeyboardInterrupt):
        archive._take_away(folder)
    assert not folder.exists()


def test_a_folder_that_cannot_be_written_is_told_in_a_sentence(client, settings, tmp_path, caplog):
    publish(pattern())
    (tmp_path / "file").touch()
    settings.DOWNLOADS_DIR = tmp_path / "file" / "downloads"
    for address in ("/downloads/", "/downloads/library.jsonl"):
        answer = get(client, address)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "600")
        assert "cannot be made here at the moment. The fault has been recorded." in read(answer).one("main").text
    assert f"{settings.DOWNLOADS_DIR} cannot be used" in caplog.text


def test_check_warns_of_a_folder_that_cannot_be_written(settings, tmp_path):
    settings.DOWNLOADS_DIR = tmp_path / "to" / "be" / "made"
    assert deployment.downloads_can_be_kept(None) == []
    (tmp_path / "to").touch()
    [warning] = deployment.downloads_can_be_kept(None)
    assert (warning.id, warning.msg) == ("library.W001", f"{settings.DOWNLOADS_DIR} cannot be written.")
    assert deployment.downloads_can_be_kept in registry.get_checks(include_deployment_checks=True)


def test_nobody_waits_while_files_are_built(client):
    library()
    asked = snapshot.at(2)
    with archive._alone():
        for address in ("/downloads/", "/downloads/library.jsonl", "/downloads/anteroom-2026-03-01.zip"):
            answer = get(client, address)
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
            assert "are being made, which takes some seconds" in read(answer).one("main").text
    archive.opened(asked, "SHA256SUMS")[1].close()
    with archive._alone():
        assert get(client, "/downloads/").status_code == 200  # what is there needs no building


def test_a_file_that_somebody_else_has_built_meanwhile_is_taken(monkeypatch):
    library()
    asked, build = snapshot.at(2), archive._build_what_is_told
    monkeypatch.setattr(archive, "_build_what_is_told", lambda asked: build(asked) and build(asked))
    archive.opened(asked, "SHA256SUMS")[1].close()


# Site = data


def assert_site_is_data(client, addresses, packed):
    """Every page drawn from a copy's files alone has the bytes that the site serves."""
    served = {address: body(get(client, address)) for address in addresses}
    empty_library()
    make_library(unpacked(packed))
    assert {address: body(get(client, address)) for address in addresses} == served
    assert fetch(client, "anteroom.zip") == packed


def test_pages_drawn_from_the_files_alone_are_the_pages_of_the_site(client):
    full_library()
    publish(pattern("NEW", kill_list=[move("NEW-K1")]), "2026-02-08")
    packed = fetch(client, "anteroom.zip")
    assert_site_is_data(client, [*PAGES, PATTERN + "2026.01/", "/patterns/pattern-new/", "/matrix/"], packed)
    assert ledger.verify() == []


@pytest.mark.drill
def test_so_is_every_page_of_the_starter_library(client):
    """Every document fits the schema, the checker passes it, and every page comes out of the files alone."""
    publish_starter_corpus()
    packed = fetch(client, "anteroom.zip")
    fits = Draft202012Validator(shapes.schema())
    for name in ("library.jsonl", "editions.jsonl", "ledger.jsonl"):
        assert [error.message for line in objects(unpacked(packed)[name]) for error in fits.iter_errors(line)] == []
    pages = [f"/{row.kind}s/{row.slug}/" for row in Edition.objects.all()]
    assert_site_is_data(
        client, [*pages, *(f"{page}2026.01/" for page in pages), "/matrix/", "/sources/", "/"], packed
    )
    assert ledger.verify() == [] and reading_rows.verify() == []


def test_they_are_the_same_pages_when_something_is_withheld(client):
    full_library()
    publish_again(partnership("aster"), "2026-02-08", exhibits=[exhibit()])
    withhold("stargate")
    packed = fetch(client, "anteroom.zip")
    assert_site_is_data(client, [PATTERN, "/partnerships/aster/", "/ledger/", "/sources/", "/"], packed)
