"""The ledger: one chain, and every way to alter it gets named."""

import json
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from library import documents, ledger, publication
from library.frozen import NeverChanges
from library.models import Edition, LedgerEntry
from library.publication import rebuild
from tests.factories import make_edition, make_source, partnership_document, pattern_document
from tests.library.factories import act, pattern, publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(editor, reviewer):
    """Three publications, at positions 1 to 3."""
    make_source(editor)
    make_edition(pattern_document(), editor, reviewer)
    make_edition(pattern_document("ACQ"), editor, reviewer)
    return make_edition(partnership_document(), editor, reviewer)


@contextmanager
def triggers_off():
    """What somebody with the database's password can do."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        yield cursor.execute
        cursor.execute("SET session_replication_role = DEFAULT")


def tamper(statement, *values):
    with triggers_off() as execute:
        execute(statement, values)


def flip(table, column, where):
    """Change one bit of one byte in the middle."""
    tamper(
        f"UPDATE {table} SET {column} = set_byte({column}, length({column}) / 2,"
        f" get_byte({column}, length({column}) / 2) # 1) WHERE {where}"
    )


DERIVED = ("passage", "extract", "cited", "exhibited")  # of a standing


def remove_editions(where):
    """And what is derived from them, which refers to their rows."""
    for table in (*DERIVED, "standing"):
        tamper(f"DELETE FROM library_{table}")
    tamper(f"DELETE FROM library_edition WHERE {where}")


def test_a_sound_ledger_has_no_problems(three):
    assert ledger.verify() == []
    assert ledger.verify([{"position": 3, "hash": ledger.head().hash}]) == []


def test_an_empty_ledger_is_sound():
    assert ledger.head() is None
    assert ledger.verify() == []
    assert ledger.position_at_end_of(date(2026, 6, 29)) == 0


def test_the_database_refuses_what_python_would_not_try(three):
    with pytest.raises(NeverChanges):
        LedgerEntry.objects.update(code="X")
    with pytest.raises(Exception, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE library_ledgerentry SET code = 'X'")
    assert ledger.verify() == []


def test_one_changed_byte_of_an_entry_is_named(three):
    flip("library_ledgerentry", "body", "position = 2")
    problems = ledger.verify()
    assert any(each.startswith("library_ledgerentry position 2, body") for each in problems)
    assert any(each.startswith("library_ledgerentry position 3, previous") for each in problems)


def test_one_changed_byte_of_an_edition_is_named(three):
    flip("library_edition", "document", "code = 'ACQ'")
    [problem] = ledger.verify()
    assert problem.startswith(f"library_edition ACQ {three.number}, document: its SHA-256 is ")


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("act", "retirement"),
        ("kind", "partnership"),
        ("code", "STC2"),
        ("edition", "2020.01"),
        ("digest", "0" * 64),
        ("time", "2020-01-01T00:00:00Z"),
        ("previous", "1" * 64),
        ("hash", "2" * 64),
    ],
)
def test_a_changed_column_of_an_entry_is_named(three, column, value):
    tamper(f"UPDATE library_ledgerentry SET {column} = %s WHERE position = 2", value)
    named = "body or hash" if column == "hash" else column
    assert any(each.startswith(f"library_ledgerentry position 2, {named}: ") for each in ledger.verify())


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("digest", "0" * 64),
        ("slug", "elsewhere"),
        ("title", "Another title"),
        ("note", "Another note"),
        ("reviewed_by", "Somebody Else"),
        ("published_at", "2020-01-01T00:00:00Z"),
        ("number", "2020.01"),
        ("kind", "partnership"),
    ],
)
def test_a_changed_column_of_an_edition_is_named(three, column, value):
    tamper(f"UPDATE library_edition SET {column} = %s WHERE code = 'ACQ'", value)
    [problem] = ledger.verify()
    assert problem.startswith("library_edition ACQ ") and f", {column}: the column says " in problem


def test_a_changed_code_of_an_edition_is_named(three):
    tamper("UPDATE library_edition SET code = 'OTHER' WHERE code = 'ACQ'")
    assert any(", code: the column says OTHER, the record ACQ" in each for each in ledger.verify())


def test_a_removed_tail_is_named_by_a_head_kept_outside(three):
    anchors = [{"position": 3, "hash": ledger.head().hash}]
    remove_editions("position = 3")
    tamper("DELETE FROM library_ledgerentry WHERE position = 3")
    assert ledger.verify() == []
    assert ledger.verify(anchors) == ["the ledger ends at 2, but a head at position 3 was kept outside"]


def test_a_removed_entry_is_named(three):
    tamper("DELETE FROM library_ledgerentry WHERE position = 2")
    problems = ledger.verify()
    assert problems[0] == (
        "library_ledgerentry position 3: the entry before it is 1; positions follow one another without a gap"
    )
    assert f"library_edition ACQ {three.number}: no publication stands at ledger position 2" in problems


def test_a_removed_edition_is_named(three):
    remove_editions("code = 'ACQ'")
    assert ledger.verify() == [f"library_ledgerentry position 2: its edition ACQ {three.number} is missing"]


def test_two_swapped_entries_are_named(three):
    with triggers_off() as execute:
        for old, new in ((1, 99), (2, 1), (99, 2)):
            execute("UPDATE library_ledgerentry SET position = %s WHERE position = %s", [new, old])
    problems = ledger.verify()
    assert "library_ledgerentry position 1, position: the column says 1, the signed body 2" in problems
    assert "library_ledgerentry position 2, position: the column says 2, the signed body 1" in problems
    assert any(each.startswith("library_ledgerentry position 1, previous: ") for each in problems)


@pytest.mark.parametrize("body", [b"not JSON", b"[1]", b"{}", b"3"])
def test_a_body_that_is_no_entry_is_named(three, body):
    tamper("UPDATE library_ledgerentry SET body = %s WHERE position = 3", body)
    problems = ledger.verify()
    assert "library_ledgerentry position 3, body: these bytes are not a ledger entry" in problems
    assert f"library_edition stargate {three.number}: its document or its ledger entry cannot be read" in problems


def test_a_rewritten_chain_is_named_by_a_head_kept_outside(three):
    kept = ledger.head().hash
    body = documents.canonical_bytes({**ledger.head().read(), "note": "Rewritten"})
    digest = documents.digest_bytes(body)
    tamper("UPDATE library_ledgerentry SET body = %s, hash = %s WHERE position = 3", body, digest)
    tamper("UPDATE library_edition SET note = 'Rewritten' WHERE position = 3")
    assert ledger.verify() == []
    assert ledger.verify([{"position": 3, "hash": kept}]) == [
        f"library_ledgerentry position 3: its hash is {digest}, the head kept outside {kept}"
    ]


def test_a_time_that_goes_back_is_named(three):
    body = documents.canonical_bytes({**ledger.head().read(), "time": "2020-01-01T00:00:00Z"})
    digest = documents.digest_bytes(body)
    values = [body, digest, "2020-01-01T00:00:00Z"]
    tamper("UPDATE library_ledgerentry SET body = %s, hash = %s, time = %s WHERE position = 3", *values)
    tamper("UPDATE library_edition SET published_at = '2020-01-01T00:00:00Z' WHERE position = 3")
    [problem] = ledger.verify()
    assert problem.startswith("library_ledgerentry position 3, time: 2020-01-01T00:00:00Z is earlier than")


def test_times_never_go_back(three, editor, reviewer, monkeypatch):
    last = ledger.head().time
    monkeypatch.setattr(ledger.timezone, "now", lambda: datetime(2020, 1, 1, tzinfo=UTC))
    make_edition(pattern_document("NEW"), editor, reviewer)
    assert ledger.head().time == last
    assert ledger.verify() == []


def test_positions_by_day(three):
    today = ledger.head().time.date()
    assert ledger.position_at_end_of(today) == 3
    assert ledger.position_at_end_of(today - timedelta(days=1)) == 0


def test_rebuilding_leaves_the_evidence_alone(three):
    before = list(LedgerEntry.objects.values()), list(Edition.objects.values())
    assert rebuild() == 3
    assert (list(LedgerEntry.objects.values()), list(Edition.objects.values())) == before


@pytest.mark.django_db(transaction=True)
def test_the_library_is_locked_inside_a_transaction_only():
    with pytest.raises(RuntimeError, match="transaction"):
        ledger.lock_library()


def test_names_of_reviewers_stand_once_each():
    people = [{"name": "Rhea"}, {"name": "Rolf"}, {"name": "Rhea"}]
    assert ledger.names(people) == "Rhea, Rolf"


# The head outside the database


def test_no_head_is_written_for_an_empty_ledger(tmp_path):
    ledger.write_head(tmp_path / "heads")
    assert ledger.read_anchors(tmp_path / "heads") == []


def test_the_head_is_written_once_and_caught_up(three, editor, reviewer, tmp_path):
    heads = tmp_path / "far" / "heads"
    ledger.write_head(heads)
    ledger.write_head(heads)
    make_edition(pattern_document("NEW"), editor, reviewer)
    ledger.write_head(heads)
    assert [anchor["position"] for anchor in ledger.read_anchors(heads)] == [3, 4]
    assert ledger.verify(ledger.read_anchors(heads)) == []


@pytest.mark.django_db(transaction=True)
def test_publishing_writes_the_head_after_the_commit(three, settings):
    assert ledger.read_anchors(settings.LEDGER_HEAD_FILE)[-1]["hash"] == ledger.head().hash


@pytest.mark.parametrize("line", ["nonsense", "[]", "{}", '{"position": "x", "hash": ""}'])
def test_a_line_that_is_no_head_is_named(tmp_path, line):
    heads = tmp_path / "heads"
    heads.write_text(json.dumps({"position": 1, "hash": "a"}) + f"\n{line}\n")
    with pytest.raises(ValueError, match="heads:2: this line is not a ledger head"):
        ledger.read_anchors(heads)


# The command


def test_the_command_says_what_it_compared(three, capsys, settings, tmp_path):
    settings.LEDGER_HEAD_FILE = tmp_path / "none"
    call_command("verify_ledger")
    assert capsys.readouterr().out == (
        f"The ledger is sound: 3 entries, head {ledger.head().hash}; no head kept outside was compared.\n"
    )
    ledger.write_head(tmp_path / "heads")
    call_command("verify_ledger", "--anchors", str(tmp_path / "heads"))
    assert f"1 heads kept in {tmp_path / 'heads'} agree" in capsys.readouterr().out


def test_the_command_compares_the_default_heads(three, settings, tmp_path, capsys):
    settings.LEDGER_HEAD_FILE = tmp_path / "heads"
    settings.LEDGER_HEAD_FILE.write_text('{"position": 9, "hash": "a"}\n')
    with pytest.raises(CommandError, match="1 problem: the record was altered"):
        call_command("verify_ledger")
    assert "a head at position 9 was kept outside" in capsys.readouterr().err


def test_the_command_names_the_altered_field_and_fails(three, capsys):
    tamper("UPDATE library_edition SET title = 'x' WHERE code = 'ACQ'")
    with pytest.raises(CommandError):
        call_command("verify_ledger")
    assert "library_edition ACQ" in capsys.readouterr().err


def test_the_command_wants_the_file_it_was_given(tmp_path):
    with pytest.raises(CommandError, match="no file of ledger heads"):
        call_command("verify_ledger", "--anchors", str(tmp_path / "heads"))
    (tmp_path / "heads").write_text("nonsense\n")
    with pytest.raises(CommandError, match="heads:1"):
        call_command("verify_ledger", "--anchors", str(tmp_path / "heads"))


def test_the_command_on_an_empty_ledger(capsys, settings, tmp_path):
    settings.LEDGER_HEAD_FILE = tmp_path / "none"
    call_command("verify_ledger")
    assert capsys.readouterr().out.startswith("The ledger is sound: it is empty")


def test_rebuild_library_says_how_many_pages(three, capsys):
    call_command("rebuild_library")
    assert capsys.readouterr().out == "Pages drawn again: 3\n"


def test_a_line_torn_by_a_crash_does_not_keep_later_heads_back(settings, tmp_path):
    settings.LEDGER_HEAD_FILE = tmp_path / "heads.jsonl"
    publish(pattern())
    ledger.write_head()
    whole = settings.LEDGER_HEAD_FILE.read_text()
    for kept in (whole + '{"position": 2, "ha', '{"posi', whole.rstrip()):
        settings.LEDGER_HEAD_FILE.write_text(kept)
        ledger.write_head()
        assert settings.LEDGER_HEAD_FILE.read_text() == whole


def test_lines_that_are_no_heads_are_left_for_the_verifier(settings, tmp_path):
    settings.LEDGER_HEAD_FILE = tmp_path / "heads.jsonl"
    publish(pattern())
    settings.LEDGER_HEAD_FILE.write_text("rubbish\n[]\n")
    ledger.write_head()
    assert settings.LEDGER_HEAD_FILE.read_text().startswith('rubbish\n[]\n{"position": 1')
    with pytest.raises(ValueError, match=":1: this line is not a ledger head"):
        ledger.read_anchors(settings.LEDGER_HEAD_FILE)


def at(monkeypatch, *moment):
    monkeypatch.setattr(timezone, "now", lambda: datetime(*moment, tzinfo=UTC))


def publish_now(document):
    with transaction.atomic():
        ledger.lock_library()
        publication.publish(documents.canonical_bytes(document), [], "Note")


def test_a_day_ends_at_midnight_to_the_second(monkeypatch):
    at(monkeypatch, 2026, 6, 29, 23, 59, 59)
    publish_now(pattern())
    at(monkeypatch, 2026, 6, 30, 0, 0, 0)
    publish_now(pattern(title="Next day"))
    at(monkeypatch, 2026, 6, 30, 12)
    assert [ledger.position_at_end_of(date(2026, 6, day)) for day in (28, 29, 30)] == [0, 1, 2]


def test_just_after_midnight_a_reader_waits_for_the_act_under_way(monkeypatch, django_assert_num_queries):
    publish(pattern(), day="2026-06-29")
    at(monkeypatch, 2026, 6, 30, 0, 4, 59)
    with CaptureQueriesContext(connection) as asked:
        assert ledger.position_at_end_of(date(2026, 6, 29)) == 1
    assert any("pg_advisory_xact_lock_shared" in query["sql"] for query in asked.captured_queries)
    at(monkeypatch, 2026, 6, 30, 0, 5, 1)
    with django_assert_num_queries(1):
        ledger.position_at_end_of(date(2026, 6, 29))


# Acts that make no edition


def acted(name, **altered):
    """An act on STC as somebody with the database's password could write it, and what the verifier says of it."""
    publish(pattern())
    entry = act(name, pattern(), "2026-02-01")
    body = documents.canonical_bytes({**entry.read(), **altered})
    columns = {column: documents.parse(body)[column] for column in ledger.COLUMNS}
    values = [body, documents.digest_bytes(body), *columns.values()]
    tamper(
        f"UPDATE library_ledgerentry SET body = %s, hash = %s, {', '.join(f'{name} = %s' for name in columns)}"
        " WHERE position = 2",
        *values,
    )
    return ledger.verify()


@pytest.mark.parametrize("name", ["reaffirmation", "retirement", "withholding"])
def test_an_act_names_an_edition_published_before_it(name):
    assert acted(name) == []
    where = "library_ledgerentry position 2"
    assert acted_anew(name, edition="2020.01") == [
        f"{where}, edition: STC 2020.01 was not published before this {name}"
    ]


def acted_anew(name, **altered):
    for table in ("page", *DERIVED, "standing", "withheld", "edition", "ledgerentry"):
        tamper(f"DELETE FROM library_{table}")
    return acted(name, **altered)


def test_an_act_names_the_digest_of_its_edition():
    [problem] = acted("retirement", digest="0" * 64)
    assert problem.startswith(f"library_ledgerentry position 2, digest: names {'0' * 64}, edition STC 2026.01 has ")


def test_a_successor_was_published_before():
    assert acted("retirement", successor="NEW") == [
        "library_ledgerentry position 2, successor: no pattern NEW was published before this retirement"
    ]


def test_a_successor_that_stands_is_sound():
    publish(pattern("NEW"))
    publish(pattern())
    with transaction.atomic():
        ledger.lock_library()
        publication.record_act("retirement", Edition.objects.get(code="STC"), [], "Because.", "NEW")
    assert ledger.verify() == []


@pytest.mark.parametrize("body", [b"not JSON", b"[1]"])
def test_an_act_whose_body_is_no_entry_is_named_once(body):
    publish(pattern())
    act("retirement", pattern(), "2026-02-01")
    tamper(
        "UPDATE library_ledgerentry SET body = %s, hash = %s WHERE position = 2", body, documents.digest_bytes(body)
    )
    problems = ledger.verify()
    assert problems[0] == "library_ledgerentry position 2, body: these bytes are not a ledger entry"
    assert not [each for each in problems if "successor" in each]
