"""The audit: every event, whole, to who answers for the library; narrowed, paged, and taken along as a file."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from accounts import roles
from history.models import Archived
from reviews import archive, audit, audit_views, workflow
from reviews.audit import Asked, Place, Trail
from reviews.models import Event
from tests.conftest import make_person
from tests.factories import make_source
from tests.library.html import read
from tests.reviews.desk import as_, page, text_of

pytestmark = pytest.mark.django_db
AUDIT = "/desk/audit/"
NOON = datetime(2026, 6, 29, 12, tzinfo=UTC)


def make_event(**told):
    """An event straight into the table, as if it had happened."""
    plain = {"kind": "pattern", "code": "STC", "what": "submitted", "user_id": 1, "name": "Éva Ångström"}
    return Event.objects.create(**{**plain, "role": "Editor", "at": NOON, **told})


def make_events(number, **told):
    for n in range(number):
        make_event(at=NOON + timedelta(minutes=n), reason=f"Event {n}", **told)


@pytest.fixture(autouse=True)
def items_alone(monkeypatch):
    """What happens to items; that somebody signed in to read it is another trail, with a test of its own."""
    monkeypatch.setattr(audit, "TRAILS", audit.TRAILS[:1])


@pytest.fixture
def reader(client, chief):
    return as_(client, chief)


def reasons(response):
    return [entry.reason for entry in response.context["entries"]]


def body(response):
    return b"".join(response.streaming_content)


# Who


@pytest.mark.parametrize("address", [AUDIT, f"{AUDIT}events.csv", f"{AUDIT}events.json"])
@pytest.mark.parametrize(
    ("role", "status"),
    [
        (roles.CHIEF_EDITOR, 200),
        (roles.ADMINISTRATOR, 200),
        (roles.EDITOR, 403),
        (roles.REVIEWER, 403),
        (roles.LEGAL_REVIEWER, 403),
        ("", 404),
    ],
)
def test_who_answers_for_the_library_reads_the_audit(client, address, role, status):
    as_(client, make_person("pat", "Pat", "Person", *filter(None, [role])))
    answer = client.get(address)
    assert answer.status_code == status
    assert status != 404 or answer.content == client.get("/-/").content
    assert client.post(address).status_code == (405 if status == 200 else status)
    client.logout()
    assert client.get(address)["Location"] == f"/accounts/login/?next={address}"


def test_an_administrator_comes_from_the_accounts_and_is_sent_nowhere_else(client, submission):
    as_(client, make_person("pat", "Pat", "Person", roles.ADMINISTRATOR))
    html = read(client.get(f"{AUDIT}?code=STC").content.decode())
    hrefs = {link.attributes["href"].partition("?")[0] for link in html.all("a")}
    theirs = {"/", "/admin/", "/accounts/", "/desk/letters/", "/desk/withholdings/"}
    assert hrefs == {"#main", *theirs, AUDIT, "", f"{AUDIT}events.csv", f"{AUDIT}events.json"}


def test_a_chief_editor_finds_the_audit_at_the_desk_and_others_do_not(client, chief, editor):
    assert f'href="{AUDIT}"' in text_of(as_(client, chief).get("/desk/"))
    assert f'href="{AUDIT}"' not in text_of(as_(client, editor).get("/desk/"))


# What


def test_an_event_is_told_whole(reader, submission, reviewer):
    workflow.request_changes(submission, by=reviewer, reason="Move 2 is <b>vague</b>")
    shown = reader.get(AUDIT)
    newest, first = shown.context["entries"]
    assert (newest.what, newest.by, newest.role, newest.code) == (
        "changes_requested",
        "Rhea Reviewer",
        "Reviewer",
        "STC",
    )
    assert (newest.digest_before, newest.digest_after, newest.submission) == ("", submission.digest, submission.pk)
    assert first.what == "submitted"
    told = text_of(shown)
    assert "Changes requested" in told and "Move 2 is &lt;b&gt;vague&lt;/b&gt;" in told
    assert f'href="{page(submission)}"' in told and submission.digest in told
    assert shown["Cache-Control"] == "private, no-store"


def test_an_empty_audit_says_so(reader):
    assert "Nothing has happened yet." in text_of(reader.get(AUDIT))
    assert "No event is like that." in text_of(reader.get(f"{AUDIT}?who=nobody"))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["b", "a", "other", "old"]),
        ({"who": "ÅNGSTRÖM"}, ["b", "other", "old"]),
        ({"who": "Rolf"}, ["a"]),
        ({"who": "Asked"}, ["b"]),
        ({"what": "withdrawn"}, ["a"]),
        ({"kind": "partnership"}, ["other"]),
        ({"code": "stc"}, ["b", "a", "old"]),
        ({"code": "ST"}, []),
        ({"code": "STC", "kind": "partnership"}, []),
        ({"from_day": "2026-06-29"}, ["b", "a", "other"]),
        ({"until_day": "2026-06-28"}, ["old"]),
        ({"from_day": "2026-06-29", "until_day": "2026-06-29"}, ["b", "a", "other"]),
        ({"from_day": "0001-01-01", "until_day": "9999-12-31"}, ["b", "a", "other", "old"]),
        ({"words": "L O"}, ["old"]),
        ({"words": "100% _"}, []),
    ],
)
def test_the_audit_is_narrowed(reader, query, found):
    make_event(reason="old", at=datetime(2026, 6, 28, 23, 59, 59, 999_999, tzinfo=UTC))
    make_event(reason="other", kind="partnership", code="deal", at=datetime(2026, 6, 29, tzinfo=UTC))
    make_event(reason="a", what="withdrawn", name="Rolf Reviewer")
    make_event(reason="b", other="Asked Person")
    assert reasons(reader.get(AUDIT, query)) == found
    told = json.loads(body(reader.get(f"{AUDIT}events.json", query)))
    assert [event["reason"] for event in told] == found


@pytest.mark.parametrize(
    "query",
    [
        {"what": "nonsense"},
        {"kind": "nonsense"},
        {"from_day": "yesterday"},
        {"from_day": "2026-06-30", "until_day": "2026-06-29"},
        {"who": "null \0"},
        {"words": "x" * 201},
        {"before": "nonsense"},
        {"before": "20260629T120000000000-item-x"},
        {"before": "20260629T120000000000-item-" + "9" * 19},
        {"before": "20260629T120000000000-nowhere-1"},
        {"before": "20260229T120000000000-item-1"},
    ],
)
@pytest.mark.parametrize("address", [AUDIT, f"{AUDIT}events.csv", f"{AUDIT}events.json"])
def test_what_cannot_be_asked_is_refused_in_words(reader, address, query):
    make_event(reason="never shown")
    answer = reader.get(address, query)
    assert answer.status_code == 400
    assert "There is a problem" in text_of(answer) or "error-summary" in text_of(answer)
    assert "never shown" not in text_of(answer) and "As CSV" not in text_of(answer)


def test_the_audit_of_one_item_leads_to_its_history(client, chief, draft):
    make_event()
    as_(client, chief)
    assert '<a href="/desk/history/pattern/STC/">Every version of Pattern STC</a>' in text_of(
        client.get(f"{AUDIT}?code=STC&kind=pattern")
    )
    assert "Every version of" not in text_of(client.get(AUDIT))
    assert 'href="?kind=pattern&amp;code=STC"' in text_of(client.get(AUDIT))


# Pages


def test_pages_go_on_where_the_last_ended_whatever_happens_meanwhile(reader, monkeypatch):
    monkeypatch.setattr(audit, "PER_PAGE", 4)
    for n in range(10):
        make_event(reason=str(n), at=NOON + timedelta(seconds=n // 3))  # several at the same time
    seen, address = [], f"{AUDIT}?who=Éva"
    for _ in range(3):
        shown = reader.get(address)
        seen += reasons(shown)
        make_event(reason="meanwhile", at=NOON + timedelta(days=1))
        address = f"{AUDIT}?{shown.context['older']}"
    assert seen == [str(n) for n in range(9, -1, -1)]
    assert shown.context["older"] == ""
    assert "who=%C3%89va" in text_of(shown)  # the way back to the newest keeps the selection


def test_a_page_is_asked_by_place_and_never_by_number(reader, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(audit, "PER_PAGE", 1)
    make_events(3)
    older = reader.get(AUDIT).context["older"]
    with django_assert_num_queries(5) as few:
        reader.get(f"{AUDIT}?{older}")
    assert not any("OFFSET" in query["sql"] for query in few)
    monkeypatch.setattr(audit, "PER_PAGE", 50)
    with django_assert_num_queries(5):
        reader.get(f"{AUDIT}?{older}")


def test_a_full_page_that_is_the_last_has_no_older(reader, monkeypatch):
    monkeypatch.setattr(audit, "PER_PAGE", 2)
    make_events(2)
    assert reader.get(AUDIT).context["older"] == ""


def test_a_place_is_read_as_it_is_written():
    place = Place(NOON.replace(microsecond=7), "item", 12)
    assert Place.read(str(place)) == place


# Two trails


@pytest.fixture
def second_trail(monkeypatch):
    """Another table of events, without a column for the step or for a second person."""
    columns = {"kind": "kind", "code": "code", "by": "name", "by_id": "user_id", "role": "role", "reason": "reason"}
    other = Trail("shelf", Archived.objects.all(), columns, {"pattern": "Pattern"}, {})
    monkeypatch.setattr(audit, "TRAILS", (*audit.TRAILS, other))

    def happen(reason, at=NOON, code="X"):
        code = f"{code}{Archived.objects.count()}"
        Archived.objects.create(kind="pattern", code=code, user_id=2, name="Sam", role="", reason=reason, at=at)

    return happen


def test_trails_are_merged_by_time(reader, second_trail, monkeypatch):
    monkeypatch.setattr(audit, "PER_PAGE", 2)
    for n in range(4):
        make_event(reason=f"item {n}", at=NOON + timedelta(minutes=n // 2))
        second_trail(f"shelf {n}", at=NOON + timedelta(minutes=n // 2))
    expected = ["shelf 3", "shelf 2", "item 3", "item 2", "shelf 1", "shelf 0", "item 1", "item 0"]
    assert [entry.reason for entry in audit.everything(Asked())] == expected
    seen, older = [], ""
    while True:
        shown = reader.get(f"{AUDIT}?{older}")
        seen += reasons(shown)
        older = shown.context["older"]
        if not older:
            break
    assert seen == expected


def test_what_a_trail_has_no_column_for_is_not_found_in_it(reader, second_trail):
    second_trail("shelf")
    make_event(reason="item")
    assert reasons(reader.get(AUDIT, {"what": "submitted"})) == ["item"]
    assert reasons(reader.get(AUDIT, {"who": "sam"})) == ["shelf"]
    entry = next(audit.everything(Asked(who="Sam")))
    assert (entry.what, entry.other_id, entry.digest_before) == ("", None, "")


# Files


def test_csv_has_every_column_of_every_event(reader):
    make_event(reason='Said "no",\nand left', other="Otto", other_id=3, submission=9, digest_after="f" * 64)
    answer = reader.get(f"{AUDIT}events.csv")
    text = body(answer).decode()
    assert answer["Content-Type"].startswith("text/csv") and answer["Cache-Control"] == "private, no-store"
    assert answer["Content-Disposition"].startswith('attachment; filename="anteroom-audit-20')
    assert text.startswith("\ufefftime,kind,code,what,by,by_id,role,other,other_id,submission,digest_before,")
    assert text.replace("\r\n", "").count("\n") == 1  # only the one inside a cell
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    assert rows[0] == list(audit.COLUMNS)
    assert rows[1:] == [
        [
            *("2026-06-29T12:00:00Z", "pattern", "STC", "submitted", "Éva Ångström", "1", "Editor"),
            *("Otto", "3", "9", "", "f" * 64, 'Said "no",\nand left'),
        ]
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_of_the_csv_is_a_formula(reader, start):
    bad = f'{start}HYPERLINK("http://evil.example","x")'
    make_event(reason=bad, name=bad, other=bad, role=bad, code=bad)
    cells = list(csv.reader(io.StringIO(body(reader.get(f"{AUDIT}events.csv")).decode(), newline="")))[1]
    assert cells.count(f"'{bad}") == 5
    assert [cell for cell in cells if cell.startswith(start)] == []
    (told,) = json.loads(body(reader.get(f"{AUDIT}events.json")))
    assert {told[name] for name in ("reason", "by", "other", "role", "code")} == {bad}


def test_json_is_an_array_with_every_text_as_written(reader):
    assert json.loads(body(reader.get(f"{AUDIT}events.json"))) == []
    make_events(3)
    told = json.loads(body(reader.get(f"{AUDIT}events.json")))
    assert [event["reason"] for event in told] == ["Event 2", "Event 1", "Event 0"]
    assert list(told[0]) == list(audit.COLUMNS)
    assert told[0]["submission"] is None and told[0]["by"] == "Éva Ångström"


def test_a_file_holds_the_whole_selection_and_not_a_page(reader, monkeypatch):
    monkeypatch.setattr(audit, "PER_PAGE", 2)
    monkeypatch.setattr(audit_views, "LINES_PER_BLOCK", 2)
    make_events(5)
    make_event(what="withdrawn")
    shown = reader.get(f"{AUDIT}?what=submitted")
    href = next(link.attributes["href"] for link in read(shown.content.decode()).all("a") if link.text == "As CSV")
    assert href == f"{AUDIT}events.csv?what=submitted"
    blocks = list(reader.get(href).streaming_content)
    assert len(blocks) == 3 and b"".join(blocks).count(b"\r\n") == 6


def test_events_of_sources_with_the_longest_keys_are_kept(reader, editor):
    make_source(editor, "k" * 80)
    archive.archive("source", "k" * 80, by=editor, reason="Because")
    assert reader.get(f"{AUDIT}?code={'k' * 80}").context["entries"][0].code == "k" * 80


# Size

MANY = 100_000


def fill(number):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO reviews_event (kind, code, what, user_id, name, role, at, digest_before, digest_after,"
            " reason, other) SELECT 'pattern', 'STC', 'submitted', n, 'Éva Ångström ' || n, 'Editor',"
            " timestamptz '2026-01-01' + n * interval '1 minute', repeat('a', 64), repeat('b', 64),"
            " repeat('A long reason. ', 20) || n, '' FROM generate_series(1, %s) AS n",
            [number],
        )


def peak_of(act):
    """Return what `act` gives, and by how many megabytes the process grew at its highest point."""
    with open("/proc/self/clear_refs", "w") as peak:
        peak.write("5")
    before = resident("VmRSS")
    return act(), (resident("VmHWM") - before) / 1024


def resident(name):
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith(f"{name}:"))


def drain(response):
    return sum(len(block) for block in response.streaming_content)


@pytest.mark.drill
@pytest.mark.parametrize("ending", ["csv", "json"])
def test_a_hundred_thousand_events_are_written_in_constant_memory(reader, ending):
    fill(MANY)
    address = f"{AUDIT}events.{ending}"
    drain(reader.get(f"{address}?from_day=2026-01-01&until_day=2026-01-01"))  # what is loaded once is loaded now
    _, small = peak_of(lambda: drain(reader.get(f"{address}?until_day=2026-01-02")))
    size, large = peak_of(lambda: drain(reader.get(address)))
    assert size > 50_000_000
    assert large < 30 and large - small < 15, f"{small:.1f} MB for a few, {large:.1f} MB for {size:,} bytes"


@pytest.mark.drill
def test_the_measure_sees_what_is_held_in_memory(reader):
    fill(MANY)
    _, held = peak_of(lambda: len(list(audit.as_csv(list(audit.everything(Asked()))))))
    assert held > 100


@pytest.mark.drill
def test_every_page_of_a_hundred_thousand_is_found_through_an_index(reader):
    fill(MANY)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE reviews_event")
    middle = Place(datetime(2026, 1, 30, tzinfo=UTC), "item", 1)
    (trail,) = audit.TRAILS
    plan = trail.selected(Asked(), middle)[: audit.PER_PAGE + 1].explain()
    assert "Seq Scan" not in plan and "Index" in plan, plan


def test_what_happened_to_accounts_stands_among_the_rest(client, chief, monkeypatch):
    monkeypatch.undo()
    make_event(reason="An event of an item")
    as_(client, chief)  # which is one of the account
    entries = client.get(AUDIT).context["entries"]
    assert [(entry.kind, entry.what, entry.by, entry.other) for entry in entries] == [
        ("account", "signed_in", "Cleo Chief", "Cleo Chief"),
        ("pattern", "submitted", "Éva Ångström", ""),
    ]
    assert reasons(client.get(AUDIT, {"kind": "pattern"})) == ["An event of an item"]
    rows = json.loads(body(client.get(f"{AUDIT}events.json", {"what": "signed_in"})))
    assert [(row["kind"], row["by"]) for row in rows] == [("account", "Cleo Chief")]
