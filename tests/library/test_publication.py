"""What a start makes good after a crash or an upgrade."""

import json

import pytest
from django.core.management import call_command

from library import pages
from library.models import Page
from tests.library.factories import partnership, pattern, publish

pytestmark = pytest.mark.django_db


def catch_up(capsys):
    call_command("catch_up")
    return capsys.readouterr().out.strip()


def test_pages_of_this_code_are_left_alone(capsys):
    publish(pattern())
    publish(partnership())
    assert catch_up(capsys) == "Pages drawn again: 0"


def test_pages_of_older_code_are_drawn_again(capsys):
    publish(pattern())
    publish(partnership())
    Page.objects.filter(kind="pattern").update(drawn_by="older", fragment="older")
    assert catch_up(capsys) == "Pages drawn again: 2"
    assert Page.objects.get(kind="pattern").fragment == pages.render("STC", 2).fragment
    assert catch_up(capsys) == "Pages drawn again: 0"


def test_a_page_that_is_missing_is_drawn(capsys):
    publish(pattern())
    Page.objects.all().delete()
    assert catch_up(capsys) == "Pages drawn again: 1"


def test_a_head_that_a_crash_kept_back_is_written(capsys, settings, tmp_path):
    settings.LEDGER_HEAD_FILE = tmp_path / "heads.jsonl"
    publish(pattern())
    assert not settings.LEDGER_HEAD_FILE.exists()
    catch_up(capsys)
    assert json.loads(settings.LEDGER_HEAD_FILE.read_text())["position"] == 1


def test_other_code_draws_under_another_name(settings, tmp_path):
    mine = pages.drawn_by()
    (tmp_path / "library").mkdir()
    (tmp_path / "library/_pattern.html").write_text("another template")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    assert pages.drawn_by.__wrapped__() != mine
