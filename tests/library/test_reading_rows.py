"""What readers see is what the record gives, and whatever else stands there is named."""

import pytest
from django.core.management import CommandError, call_command

from library import documents, reading_rows
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


# After an upgrade, before catch_up


def upgraded(**fields):
    """Pages as older code drew them: other words, which that code took for its own."""
    for page in Page.objects.all():
        fragment = "As older code drew it."
        drawn = {"fragment": fragment, "fragment_digest": documents.digest_bytes(fragment.encode())}
        Page.objects.filter(pk=page.pk).update(**{**drawn, "drawn_by": "0" * 64, **fields})


def verify_ledger(capsys):
    """What the command says, and the error with which it ends."""
    ending = None
    try:
        call_command("verify_ledger")
    except CommandError as error:
        ending = error
    told = capsys.readouterr()
    return told.out + told.err, ending


UNCHECKED = "drawn by other code and cannot be checked; run catch_up, then verify again"


def test_pages_of_other_code_are_no_alteration_but_are_not_called_sound(library, capsys):
    upgraded()
    assert reading_rows.verify() == []
    said, ending = verify_ledger(capsys)
    assert said.startswith("The ledger is sound: 3 entries") and "Drawn by other code: STC, stargate." in said
    assert (str(ending), ending.returncode) == (f"2 pages were {UNCHECKED}", 3)
    call_command("catch_up")
    capsys.readouterr()
    said, ending = verify_ledger(capsys)
    assert ending is None and "other code" not in said


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"fragment": "forged"}, "library_page STC, fragment"),
        ({"slug": "forged"}, "library_page STC, slug"),
    ],
)
def test_an_altered_page_of_other_code_is_named(library, capsys, fields, where):
    upgraded()
    Page.objects.filter(code="STC").update(**fields)
    assert reading_rows.verify() == [f"{where}: is not what the record gives; rebuild_library mends it"]
    said, ending = verify_ledger(capsys)
    assert where in said
    assert str(ending).startswith("1 problem: what readers see was altered, or other code derived it. Run catch_up")
    assert ending.returncode == 1


@pytest.mark.parametrize("name", [*reading_rows.FACTS, *reading_rows.NAMES])
def test_a_forged_badge_of_other_code_is_named(library, name):
    upgraded()
    page = Page.objects.get(code="STC")
    before, name = page.badges, name.removeprefix("retired_")
    forged = {"retired": {name: "forged"}} if name in ("day", "note") else {name: "forged"}
    Page.objects.filter(pk=page.pk).update(badges=before | forged)
    assert reading_rows.verify() == [
        "library_page STC, badges: is not what the record gives; rebuild_library mends it"
    ]


def test_other_quotation_marks_and_fewer_badges_are_the_right_of_other_code(library):
    upgraded()
    page = Page.objects.get(code="STC")
    told = {name: value for name, value in page.badges.items() if name not in ("confidence", "retired")}
    Page.objects.filter(pk=page.pk).update(badges=told | {"title": f"«{page.badges['title']}»", "description": "…"})
    assert reading_rows.verify() == []


def test_a_forged_page_with_a_mark_of_other_code_is_not_called_sound(library, capsys):
    forged = "Anything."
    digest = documents.digest_bytes(forged.encode())
    Page.objects.filter(code="STC").update(fragment=forged, fragment_digest=digest, drawn_by="older")
    said, ending = verify_ledger(capsys)
    assert "Drawn by other code: STC." in said
    assert (str(ending), ending.returncode) == (f"1 page was {UNCHECKED}", 3)
    call_command("catch_up")
    assert Page.objects.get(code="STC").fragment != forged
    assert reading_rows.verify() == reading_rows.drawn_by_other_code() == []


def test_a_made_up_page_does_not_keep_catch_up_from_an_older_one(library):
    page = Page.objects.get(code="STC")
    Page.objects.filter(code="STC").update(drawn_by="older", fragment="Anything.")
    page.pk, page.code, page.slug = None, "XYZ", "xyz"
    page.save(force_insert=True)
    call_command("catch_up")
    assert reading_rows.verify() == reading_rows.drawn_by_other_code() == []
    assert not Page.objects.filter(code="XYZ").exists()
