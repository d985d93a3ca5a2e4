"""An address that nothing can have is answered with the page that says so, never with a failure."""

import pytest

from tests.factories import make_draft, make_edition, make_source, partnership_document, pattern_document
from tests.forms_of_page import find_form

pytestmark = pytest.mark.django_db
PUBLIC = [
    *("/sources/%00/", "/sources/%ff/", "/sources/a%0A/", "/sources/a%20b/", f"/sources/{'a' * 5000}/"),
    *("/id/%00", "/id/a%00b", f"/id/{'A' * 61}", "/id/STC%0A", "/patterns/%00/", "/patterns/%ff/"),
    *("/partnerships/%00/history/", "/patterns/pattern-stc/2026.01%00/", f"/ledger/{'9' * 30}.json"),
    f"/patterns/pattern-stc/2026.01.{'9' * 30}/",
]
STAFF = [
    *("/admin/patterns/pattern/code/%00/", "/admin/sources/source/code/%00/", "/admin/patterns/pattern/1%00/change/"),
    "/admin/partnerships/partnership/code/%00/exhibit/a/",
    *(f"/admin/partnerships/partnership/code/stargate/exhibit/{code}/" for code in ("%00", "NOPE")),
    *("/desk/history/source/%00/", "/desk/history/%00/STC/", "/desk/history/source/%00/compare/"),
    *(f"/desk/history/pattern/STC/{number}/" for number in ("99999999999999999999", "9999999999", "999999999", "٣")),
    *(f"/admin/{listed}%00" for listed in ("partnerships/partnership/?exhibits__pattern=", "sources/source/?kind=")),
]


@pytest.fixture
def library(editor):
    make_source(editor)
    make_draft(pattern_document(), editor)
    make_draft(partnership_document(), editor)


@pytest.mark.parametrize("address", PUBLIC)
def test_readers_are_told_that_there_is_no_page(client, library, address):
    assert client.get(address, follow=True).status_code == 404


@pytest.mark.parametrize("address", STAFF)
def test_editors_are_told_that_there_is_no_page(client, library, editor, address):
    client.force_login(editor)
    assert client.get(address, follow=True).status_code == 404


@pytest.mark.parametrize("pattern", ["NOPE", "%00"])
def test_the_scorecard_of_no_pattern_is_not_saved(client, library, editor, pattern):
    client.force_login(editor)
    address = "/admin/partnerships/partnership/code/stargate/exhibit/"
    values = find_form(client.get(f"{address}STC/"), having="base_version").values(change__note="x")
    assert client.post(f"{address}{pattern}/", values, follow=True).status_code == 404


def test_a_version_of_long_ago_has_its_address(client, library, editor):
    client.force_login(editor)
    assert client.get("/desk/history/pattern/STC/1/").status_code == 200
    assert client.get("/desk/history/source/smith-2026/").status_code == 200


def test_permanent_ids_find_an_owner_with_hyphens(client, editor, reviewer):
    make_source(editor)
    for code in ("UAE", "UAE-TRADE", "UAE-TRADE-2"):
        make_edition(pattern_document(code), editor, reviewer)
    for code in ("UAE", "UAE-TRADE", "UAE-TRADE-2"):
        page = f"/patterns/pattern-{code.lower()}/"
        assert client.get(f"/id/{code}").headers["Location"] == page
        for row in ("V1", "C1", "K2", "P1", "A1"):
            assert client.get(f"/id/{code}-{row}").headers["Location"] == f"{page}#{code}-{row}"
    assert client.get("/id/UAE-TRADE-2-K9").status_code == 404
