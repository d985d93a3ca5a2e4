"""The real `manage.py tick`, killed anywhere and run at once: every letter goes out, and goes out once."""

import os
import random
import re
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts import roles
from mailroom.models import Digest, Letter, Preference
from tests.conftest import make_person
from tests.mailroom.conftest import addressed

pytestmark = [pytest.mark.drill, pytest.mark.django_db(transaction=True)]
KILLS, PAIRS, LETTERS = 50, 20, 60


@pytest.fixture
def people(db):
    return [addressed(make_person(f"p{number}", "Person", str(number), roles.EDITOR)) for number in range(2)]


def write_letters(people, turn):
    """Letters for people who get each at once, and for somebody new, who gets one letter a day."""
    daily = addressed(make_person(f"daily{turn}", "Daily", str(turn), roles.EDITOR))
    Preference.objects.create(person=daily, pace=Preference.Pace.DAILY)
    written, everybody = timezone.now() - timedelta(days=2), [*people, daily]
    rows = [
        Letter(
            person=everybody[number % 3],
            about=f"event/{turn}/{number}",
            subject="A letter",
            text=f"[{turn}/{number}]",
            written_at=written,
            next_try_at=written,
        )
        for number in range(LETTERS)
    ]
    Letter.objects.bulk_create(rows)


def tick(home, **variables):
    """Begin a run whose letters are files under `home`, or what `variables` say."""
    url = re.sub(r"/[^/]+$", f"/{connection.settings_dict['NAME']}", os.environ["DATABASE_URL"])
    own = {"DATABASE_URL": url, "ANTEROOM_HOME": str(home), **variables}
    return subprocess.Popen(
        [sys.executable, "manage.py", "tick"],
        cwd=settings.BASE_DIR,
        env=os.environ | own,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def ended(run):
    said = run.communicate(timeout=60)[0]
    assert run.returncode == 0, said
    return said


def expected():
    """Every text that was written, once."""
    return sorted(Letter.objects.values_list("text", flat=True))


def delivered(texts):
    return sorted(token for text in texts for token in re.findall(r"^\[\d+/\d+\]$", text, re.MULTILINE))


def test_a_tick_killed_anywhere_loses_no_letter_and_sends_none_twice(people, tmp_path):
    """Fifty kills: while it starts, gathers, writes a file, or between file and commit."""
    folder, spread, seen, cut = tmp_path / "letters", random.Random(11), {}, 0
    for turn in range(KILLS):
        write_letters(people, turn)
        already = len(list(folder.glob("*.eml")))
        run = tick(tmp_path, ANTEROOM_DEMO="1")
        while turn % 5 and run.poll() is None and len(list(folder.glob("*.eml"))) == already:
            time.sleep(0.002)  # four of five are killed while they send
        time.sleep(spread.uniform(0, 0.1 if turn % 5 else 1))
        run.send_signal(signal.SIGKILL)
        run.communicate()
        cut += Letter.objects.waiting().exists()
        for file in folder.glob("*.eml"):
            facts = (file.stat().st_ino, file.stat().st_mtime_ns)
            assert seen.setdefault(file.name, facts) == facts, f"{file.name} was delivered twice"
    assert cut > KILLS / 2, "most runs came to their end: the drill killed too late"
    ended(tick(tmp_path, ANTEROOM_DEMO="1"))
    files = list(folder.glob("*.eml"))
    assert delivered(file.read_text() for file in files) == expected()
    assert not Letter.objects.filter(sent_at=None).exists()
    assert len(files) == Letter.objects.filter(digest=None).count() + Digest.objects.count()


def test_two_ticks_at_once_send_each_letter_once(people, tmp_path):
    """Twenty times two, with a mail server that takes everything twice if it is given it twice."""
    spool = tmp_path / "spool"
    for turn in range(PAIRS):
        write_letters(people, turn)
        runs = [tick(tmp_path, EMAIL_URL=f"filemail:///{spool}/{number}") for number in (1, 2)]
        for run in runs:
            ended(run)
    assert delivered(file.read_text() for file in spool.rglob("*.log")) == expected()
    assert not Letter.objects.filter(sent_at=None).exists()
    assert min(len(list((spool / name).iterdir())) for name in ("1", "2")) > 0, "only one of the two ever sent"
    assert Digest.objects.count() == PAIRS
