"""kill -9 of the worker that publishes, at every point and at any moment: all of it or nothing."""

import itertools
import os
import random
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from library import ledger
from library.models import Edition, LedgerEntry, Page, Standing
from reviews import schedules, workflow
from reviews.models import Event, Schedule, SignOff, Submission
from tests.factories import (
    approve,
    make_edition,
    make_source,
    make_submission,
    partnership_document,
    pattern_document,
)
from tests.stories.killed_worker import POINTS

pytestmark = [pytest.mark.drill, pytest.mark.django_db(transaction=True)]
KILLED, DONE = -signal.SIGKILL, 0
TIMES = 10  # per point and act
OF_THE_TICK = [point for point in POINTS if point != "sign-off"]


class Worker:
    """The process that forks workers, one per line."""

    def __init__(self):
        url = f"postgres://app@/{connection.settings_dict['NAME']}?host={connection.settings_dict['HOST']}"
        environment = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "anteroom.settings"}
        command = [sys.executable, "-m", "tests.stories.killed_worker"]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self.process = subprocess.Popen(command, env=environment, **pipes)

    def do(self, point, act, submission, person):
        """Return how the process that did it ended: -9 when it was killed."""
        self.process.stdin.write(f"{point} {act} {submission.pk} {person.pk}\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())


@pytest.fixture
def worker(db):
    worker = Worker()
    yield worker
    worker.process.stdin.close()
    worker.process.wait(timeout=30)


@pytest.fixture
def pattern(editor, reviewer):
    make_source(editor)
    return make_edition(pattern_document(), editor, reviewer)


numbers = itertools.count()


@pytest.fixture
def up(pattern, editor):
    return lambda: make_submission(partnership_document(f"deal-{next(numbers):03d}"), editor)


def due(submission, reviewer, chief):
    """Signed off in full, its moment a while ago: what a machine that was off finds."""
    long_ago = timezone.now() - timedelta(hours=2)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", lambda: long_ago)
        schedules.schedule(submission, due_at=timezone.now() + timedelta(hours=1), by=chief)
    approve(submission, reviewer)
    return submission


def found(submission):
    """Everything that a publication writes, read once whatever the killed process had begun is over."""
    with transaction.atomic():
        ledger.lock_library()  # waits until the server has noticed the death
    of_item = {"kind": submission.kind, "code": submission.code}
    return {
        "state": Submission.objects.get(pk=submission.pk).state,
        "sign_offs": SignOff.objects.filter(**of_item).count(),
        "events": sorted(Event.objects.filter(**of_item).values_list("what", flat=True)),
        "schedules": list(Schedule.objects.of(submission).values_list("state", flat=True)),
        "entries": LedgerEntry.objects.filter(**of_item).count(),
        "editions": Edition.objects.filter(**of_item).count(),
        "standing": Standing.objects.filter(**of_item).count(),
        "pages": Page.objects.filter(**of_item).count(),
        "listed": submission.code in Page.objects.get(code="STC").fragment,
    }


NOTHING = {"state": "open", "entries": 0, "editions": 0, "standing": 0, "pages": 0, "listed": False}
ALL = {"state": "published", "entries": 1, "editions": 1, "standing": 1, "pages": 1, "listed": True}
SIGNED = {
    "before": NOTHING | {"sign_offs": 0, "events": ["submitted"], "schedules": []},
    "after": ALL | {"sign_offs": 1, "events": ["published", "signed_off", "submitted"], "schedules": []},
}
TICKED = {
    "before": NOTHING
    | {"sign_offs": 1, "events": ["scheduled", "signed_off", "submitted"], "schedules": ["waiting"]},
    "after": ALL
    | {"sign_offs": 1, "events": ["published", "scheduled", "signed_off", "submitted"], "schedules": ["published"]},
}


@pytest.mark.parametrize("point", POINTS)
def test_a_sign_off_killed_at_a_point_leaves_nothing_and_then_works(point, worker, up, reviewer):
    submission = up()
    for _ in range(TIMES):
        assert worker.do(point, "sign-off", submission, reviewer) == KILLED
        assert found(submission) == SIGNED["before"]
        assert ledger.verify() == []
    assert worker.do("-", "sign-off", submission, reviewer) == DONE
    assert found(submission) == SIGNED["after"]
    assert ledger.verify() == []


@pytest.mark.parametrize("point", OF_THE_TICK)
def test_a_tick_killed_at_a_point_leaves_nothing_and_then_works(point, worker, up, reviewer, chief):
    submission = due(up(), reviewer, chief)
    for _ in range(TIMES):
        assert worker.do(point, "tick", submission, chief) == KILLED
        assert found(submission) == TICKED["before"]
        assert ledger.verify() == []
    assert worker.do("-", "tick", submission, chief) == DONE
    assert found(submission) == TICKED["after"]
    assert ledger.verify() == []


@pytest.mark.parametrize("act", ["sign-off", "tick"])
def test_killed_at_any_moment_it_is_all_or_nothing(act, worker, up, reviewer, chief):
    """From outside, before, while and after it commits: nothing is ever found by halves."""
    ends, expected = set(), SIGNED if act == "sign-off" else TICKED
    ready = up if act == "sign-off" else lambda: due(up(), reviewer, chief)
    began = time.monotonic()
    assert worker.do("-", act, ready(), reviewer) == DONE
    takes = time.monotonic() - began
    for _ in range(40):
        submission = ready()
        worker.do(f"{random.uniform(0.001, 1.5 * takes):.4f}", act, submission, reviewer)
        stands = found(submission)
        assert stands in expected.values()
        ends.add(stands["state"])
        if stands == expected["before"]:
            workflow.withdraw(submission, by=chief)
    assert ledger.verify() == []
    assert Edition.objects.count() == LedgerEntry.objects.count()
    assert ends == {"open", "published"}, "the kills were all too early or too late to say anything"
