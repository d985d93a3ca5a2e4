"""What readers see is what the record gives, and whatever else stands there is named."""

import pytest
from django.core.management import CommandError, call_command

from library import reading_rows
from library.models import Cited, Exhibited, Page, Standing
from library.publication import rebuild
from tests.library.factories import partnership, pattern, publish, publish_again

pytestmark = pytest.mark.django_db


@pytest.fixture
def library():
    publish(pattern())
    publish(partnership())
    publish_again(pattern(), "2026-02-01", title="Second")


def test_what_the_record_gives_is_sound(library):
    ids = list(Standing.objects.order_by("pk").values_list("pk", flat=True))
    assert reading_rows.verify() == []
    assert list(Standing.objects.order_by("pk").values_list("pk", flat=True)) == ids  # nothing was written


@pytest.mark.parametrize(
    ("model", "fields", "where"),
    [
        (Page, {"fragment": "forged"}, "library_page STC, fragment"),
        (Standing, {"reviewed_by": "Somebody Else"}, "library_standing STC 3, reviewed_by"),
        (Cited, {"record": {"title": "forged"}}, "library_cited STC 3 smith-2026, record"),
    ],
)
def test_an_altered_row_is_named(library, model, fields, where):
    model.objects.filter(pk=model.objects.order_by("pk").last().pk if model is not Page else _page()).update(**fields)
    assert reading_rows.verify() == [f"{where}: is not what the record gives; rebuild_library mends it"]
    rebuild()
    assert reading_rows.verify() == []


def _page():
    return Page.objects.get(code="STC").pk


def test_rows_that_are_missing_or_made_up_are_named(library):
    row = Exhibited.objects.get()
    Exhibited.objects.create(standing=row.standing, pattern="XYZ")
    row.delete()
    code = row.standing.code
    assert reading_rows.verify() == [
        f"library_exhibited {code} 2 STC: is missing; rebuild_library writes it again",
        f"library_exhibited {code} 2 XYZ: no edition gives it; rebuild_library takes it away",
    ]


def test_verify_ledger_names_them_too(library, capsys, settings, tmp_path):
    settings.LEDGER_HEAD_FILE = tmp_path / "heads.jsonl"
    Page.objects.filter(code="STC").update(fragment="forged")
    with pytest.raises((CommandError, SystemExit)):
        call_command("verify_ledger")
    told = capsys.readouterr()
    assert "library_page STC, fragment" in told.out + told.err
