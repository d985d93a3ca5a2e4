"""`manage.py tick`: all that falls due, one failing or not; what is known of the last time; /healthz."""

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from mailroom import ticking
from mailroom.models import Tick

pytestmark = pytest.mark.django_db
HERE = "tests.mailroom.test_tick"
done = []


def good():
    done.append("good")


def bad():
    done.append("bad")
    raise ValueError("Nothing can be done today.")


def breaks_the_database():
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT nothing FROM nowhere")


def wordless():
    raise NotImplementedError


@pytest.fixture(autouse=True)
def nothing_done():
    done.clear()


def due(settings, *names):
    settings.TICKS = [f"{HERE}.{name}" for name in names]


def test_everything_is_done_although_one_thing_fails(settings, caplog):
    due(settings, "bad", "breaks_the_database", "no_such_thing", "wordless", "good")
    with pytest.raises(CommandError) as refused:
        call_command("tick")
    assert done == ["bad", "good"]
    failed = dict(Tick.objects.failing().values_list("name", "error"))
    assert failed[f"{HERE}.bad"] == "Nothing can be done today."
    assert 'relation "nowhere" does not exist' in failed[f"{HERE}.breaks_the_database"]
    assert "does not define" in failed[f"{HERE}.no_such_thing"]
    assert failed[f"{HERE}.wordless"] == "NotImplementedError"
    assert f"{HERE}.bad failed: Nothing can be done today." in str(refused.value)
    assert len(caplog.records) == 4 and "Traceback" in caplog.text


def test_a_tick_keeps_when_it_last_went_well(settings, clock):
    due(settings, "good")
    call_command("tick")
    well = clock.now
    assert set(Tick.objects.values_list("name", "ran_at", "ok_at", "error")) == {
        ("tick", well, well, ""),
        (f"{HERE}.good", well, well, ""),
    }
    clock.forward(minutes=1)
    settings.TICKS = [f"{HERE}.bad"]
    with pytest.raises(CommandError):
        call_command("tick")
    whole = Tick.objects.get(name="tick")
    assert (whole.ran_at, whole.ok_at, whole.error) == (clock.now, well, f"{HERE}.bad")


def test_what_went_well_again_no_longer_fails(settings, monkeypatch):
    due(settings, "bad")
    with pytest.raises(CommandError):
        call_command("tick")
    monkeypatch.setattr(f"{HERE}.bad", good)
    call_command("tick")
    assert not Tick.objects.failing().exists()


def test_what_is_off_the_list_no_longer_fails(settings):
    due(settings, "bad")
    with pytest.raises(CommandError):
        call_command("tick")
    due(settings)
    call_command("tick")
    assert not Tick.objects.failing().exists()


def test_the_database_holds_that_a_tick_went_well_or_failed():
    with pytest.raises(IntegrityError, match="a_tick_went_well_or_says_what_failed"):
        Tick.objects.create(name="x", ran_at=timezone.now(), ok_at=None, error="")


def test_everything_that_falls_due_exists_and_may_be_done_twice(settings):
    call_command("tick")
    call_command("tick")
    assert set(Tick.objects.values_list("name", flat=True)) == {"tick", *settings.TICKS}


# /healthz


def health(client):
    answer = client.get("/healthz")
    return answer.status_code, answer.json()["status"]


@pytest.fixture
def started(clock, monkeypatch):
    monkeypatch.setattr(apps.get_app_config("mailroom"), "started_at", clock.now)
    return clock


def test_healthz_gives_five_minutes_for_the_first_tick(client, started):
    started.forward(minutes=5)
    assert health(client) == (200, "ok")
    started.forward(seconds=1)
    assert health(client) == (
        503,
        "manage.py tick has never run; what falls due is not done and no letter goes out",
    )


def test_healthz_is_red_when_the_last_tick_is_older_than_five_minutes(client, started):
    call_command("tick")
    started.forward(minutes=5)
    assert health(client) == (200, "ok")
    started.forward(seconds=1)
    assert health(client) == (503, "manage.py tick has not run to its end since 2026-11-24 12:00 UTC")
    call_command("tick")
    assert health(client) == (200, "ok")


def test_healthz_asks_for_the_end_of_a_tick_and_not_for_its_parts(client, started, settings):
    call_command("tick")
    started.forward(minutes=6)
    Tick.objects.filter(name__in=settings.TICKS).update(ran_at=started.now, ok_at=started.now)
    assert health(client)[0] == 503


def test_a_tick_in_which_something_failed_is_no_late_one(client, started, settings):
    due(settings, "bad")
    with pytest.raises(CommandError):
        call_command("tick")
    assert health(client) == (200, "ok")


def test_health_is_asked_with_two_statements(client, django_assert_num_queries):
    ticking.run()
    with django_assert_num_queries(2):
        client.get("/healthz")
