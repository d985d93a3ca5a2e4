"""The launcher's `manage.py tick`: one at a time, again and again, and a failure stops nothing."""

import os
import re
import time

import pytest
from django.db import connection

from anteroom.launcher import TICK_SECONDS, Ticking
from mailroom.models import Tick
from tests.anteroom.launched import gone

pytestmark = pytest.mark.django_db(transaction=True)
NOWHERE = "postgres://app@/%2Fnowhere/none"


@pytest.fixture
def ticking():
    made = Ticking()
    yield made
    made.stop()


def go_on_until(ticking, condition):
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end
        ticking.go_on()
        time.sleep(0.02)


def tick_once(ticking):
    """Let the next run begin now, and come to its end."""
    ticking.next_at = time.monotonic()
    go_on_until(ticking, lambda: ticking.process)
    go_on_until(ticking, lambda: not ticking.process)


@pytest.mark.drill
def test_runs_come_one_after_the_other(ticking, monkeypatch, capsys):
    url = re.sub(r"/[^/]+$", f"/{connection.settings_dict['NAME']}", os.environ["DATABASE_URL"])
    monkeypatch.setenv("DATABASE_URL", url)
    began = time.monotonic()
    ticking.go_on()
    first = ticking.process
    assert began + TICK_SECONDS <= ticking.next_at <= time.monotonic() + TICK_SECONDS
    ticking.next_at = time.monotonic()
    ticking.go_on()
    assert ticking.process is first
    go_on_until(ticking, lambda: ticking.process is not first)
    assert first.returncode == 0 and Tick.objects.get(name=Tick.WHOLE).error == ""
    assert capsys.readouterr().out == ""


@pytest.mark.drill
def test_a_failure_is_told_once_and_so_is_its_end(ticking, monkeypatch, capsys):
    url = re.sub(r"/[^/]+$", f"/{connection.settings_dict['NAME']}", os.environ["DATABASE_URL"])
    monkeypatch.setenv("DATABASE_URL", NOWHERE)
    tick_once(ticking)
    said = capsys.readouterr().out
    assert "OperationalError" in said
    assert said.endswith("`manage.py tick` failed; it is tried again every 20 seconds.\n")
    tick_once(ticking)
    assert capsys.readouterr().out == ""
    monkeypatch.setenv("DATABASE_URL", url)
    tick_once(ticking)
    tick_once(ticking)
    assert capsys.readouterr().out == "`manage.py tick` is well again.\n"


def test_a_run_is_stopped_with_its_launcher(ticking, tmp_path, monkeypatch):
    monkeypatch.setenv("ANTEROOM_HOME", str(tmp_path))
    ticking.go_on()
    ticking.stop()
    assert ticking.process.returncode is not None and gone(tmp_path, patience=0)
