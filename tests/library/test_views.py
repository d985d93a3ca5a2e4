"""What every reading page has in common: bytes, headers, statements, refusals."""

import re

import pytest
from django.apps import apps
from django.db import connection

from tests.library.factories import partnership, pattern, publish
from tests.library.html import read
from tests.library.reading import PATTERN, READING, get, library

pytestmark = pytest.mark.django_db


MANY = [1, 3, pytest.param(40, marks=pytest.mark.drill)]  # partnerships on one pattern page


@pytest.mark.parametrize("count", MANY)
def test_pattern_page_takes_one_statement(client, django_assert_num_queries, count):
    publish(pattern())
    for number in range(count):
        publish(partnership(f"deal-{number}"))
    with django_assert_num_queries(1):
        page = get(client, PATTERN)
    assert len(list(read(page).one("tbody").all("tr"))) == count


@pytest.mark.parametrize("count", MANY)
def test_past_pages_take_at_most_six_statements(client, django_assert_num_queries, count):
    publish(pattern())
    for number in range(count):
        publish(partnership(f"deal-{number}"))
    for address, statements in (
        (PATTERN + "2026.01/", 5),
        (PATTERN + "?as-of=2026-02-01", 6),
        (PATTERN + "2026.01/?as-of=2026-02-01", 6),
        (PATTERN + "2026.01/?as-of=2026-03-01", 6),
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
    expected = {"/": 10, "/patterns/": 4, "/partnerships/": 3, "/sources/": 2, "/sources/release-2025/": 1}
    expected |= {"/matrix/": 2, "/matrix/?pattern=pattern-stc": 2, "/matrix.svg": 2}
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
    assert anonymous.headers["Cache-Control"] == "public, max-age=0, s-maxage=60, must-revalidate"


@pytest.mark.parametrize("address", READING)
def test_known_page_is_answered_304_and_has_no_inline_style_or_script(client, address):
    library()
    first = get(client, address)
    again = get(client, address, **{"if-none-match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    scripts = re.findall(rb"<script([^>]*)>", first.content)
    assert all(b' src="/static/' in script or script == b' type="application/ld+json"' for script in scripts)
    assert b" style=" not in first.content


@pytest.mark.parametrize("address", [*READING, "/nothing-at-all/", "/?as-of=2026-02-30"])
def test_demo_says_so_on_every_page_to_everybody(client, chief, settings, address):
    library()
    plain = get(client, address)
    settings.DEMO = True
    demo = get(client, address)
    said = "Demo. The reviewers named here are invented; the texts rest on the public sources they cite."
    assert [read(page).text_of("p", class_="demo") for page in (plain, demo)] == [[], [said]]
    assert demo.headers.get("ETag", "demo") != plain.headers.get("ETag")
    client.force_login(chief)
    assert get(client, address).content == demo.content


def test_conditional_request_is_answered_before_anything_is_drawn(client, django_assert_num_queries, monkeypatch):
    library()
    known = get(client, PATTERN).headers["ETag"]
    monkeypatch.setattr("library.frame.draw", None)
    with django_assert_num_queries(1):
        assert get(client, PATTERN, **{"if-none-match": known}).status_code == 304


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
    assert anonymous.content == staff.content
    elsewhere = read(get(client, "/nothing-at-all/"))
    for tag, attributes in (("h1", {}), ("p", {"class_": "lead"})):
        assert read(anonymous).one(tag, **attributes).text == elsewhere.one(tag, **attributes).text
    assert "There is no page at this address" in anonymous.content.decode()


@pytest.mark.parametrize("address", [*READING, "/healthz", "/ledger/1.json", "/id/STC"])
def test_reading_pages_cannot_be_written_to(client, address):
    library()
    assert client.post(address).status_code == 405


def test_operations_answer_machines(client, settings):
    settings.HEALTH_CHECKS = []  # tests/mailroom/test_tick.py asks them
    library()
    assert get(client, "/healthz").json() == {"status": "ok", "position": 2}
    assert "Sitemap: http://testserver/sitemap.xml" in get(client, "/robots.txt").content.decode()
    mark = get(client, "/favicon.ico")
    assert (mark.status_code, mark.headers["Location"]) == (301, "/static/mark.svg")
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
