"""`make run` as people meet it: it starts, serves, stops, starts again and leaves nothing behind."""

import fcntl
import os
import pty
import signal
import socket
import threading
import time

import pytest

from anteroom.cluster import SOCKET
from tests.anteroom.launched import Launched, gone, manage, new_home, process_with, processes_of

ADD_A_PERSON = "from accounts.models import User; User.objects.create_user('kept'); print(User.objects.count())"
COUNT_KEPT = "from accounts.models import User; print(User.objects.filter(username='kept').count())"


TICKED = """
from django.conf import settings
from mailroom.models import Tick
print(*[settings.SITE_ORIGIN for tick in Tick.objects.filter(name='tick', error='')], sep='\\n')
"""


def ticks_within(home, patience):
    """The origin of letters, as soon as the launcher has ticked and all went well."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if said := manage(home, "shell", "--no-imports", "-c", TICKED).stdout.split():
            return said
    return []


@pytest.fixture
def home():
    with new_home() as made:
        yield made


@pytest.mark.drill
def test_launcher_serves_until_ctrl_c_and_leaves_no_process(home):
    launched = Launched(home).until_served()
    assert f"Anteroom is at http://localhost:{launched.port}/" in launched.words
    assert launched.status() < 500
    assert len(processes_of(home.path)) > 3
    assert ticks_within(home, 20) == [f"http://localhost:{launched.port}"]
    assert launched.end(signal.SIGINT) == 0
    assert "Stopped. The library is kept" in launched.words
    assert gone(home.path, patience=0)


def test_launcher_names_port_in_use(home):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        launched = Launched(home, PORT=str(port))
        assert launched.process.wait(20) == 1
    assert f"port {port} is in use by another program. Choose another: `make run PORT=" in launched.words
    assert not home.data.exists()


def test_launcher_refuses_odd_port(home):
    launched = Launched(home, PORT="eighty")
    assert launched.process.wait(20) == 1
    assert launched.words == "Anteroom cannot start: PORT must be a number from 1 to 65535, not 'eighty'.\n"


def test_launcher_runs_once_per_home(home):
    with open(home.path / "run.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.write("8001")
        lock.flush()
        launched = Launched(home)
        assert launched.process.wait(20) == 1
    assert f"it already runs from {home.path}, at http://localhost:8001/" in launched.words


def test_launcher_names_missing_major_and_keeps_data(home):
    home.data.mkdir()
    (home.data / "PG_VERSION").write_text("9\n")
    launched = Launched(home)
    assert launched.process.wait(20) == 1
    assert f"the library in {home.data} was made with PostgreSQL 9, which is missing" in launched.words
    assert "package postgresql-9" in launched.words
    assert [file.name for file in home.data.iterdir()] == ["PG_VERSION"]


def test_demo_refuses_foreign_database(home):
    launched = Launched(home, DATABASE_URL="postgres://somebody@localhost/theirs", ANTEROOM_DEMO="1")
    assert launched.process.wait(20) == 1
    assert "a demo uses a database of its own and never the one in DATABASE_URL" in launched.words


def test_foreign_database_needs_secrets(home):
    launched = Launched(home, DATABASE_URL="postgres://somebody@localhost/theirs")
    assert launched.process.wait(20) == 1
    assert "SECRET_KEY is not set" in launched.words
    assert "Traceback" not in launched.words


@pytest.mark.parametrize("origin", ["", "library.example.org", "https://library.example.org/folder"])
def test_foreign_database_needs_the_origin_of_links_in_letters(home, origin):
    given = {"DATABASE_URL": os.environ["DATABASE_URL"], "SECRET_KEY": "s" * 50}
    launched = Launched(home, **given, SITE_ORIGIN=origin)
    assert launched.process.wait(20) == 1
    assert "SITE_ORIGIN must say where people find this site" in launched.words
    assert "Traceback" not in launched.words


@pytest.mark.drill
def test_foreign_database_is_served_without_demo_and_in_https_only(home):
    given = {"DATABASE_URL": os.environ["DATABASE_URL"], "SECRET_KEY": "s" * 50}
    launched = Launched(home, **given, SITE_ORIGIN="https://library.example.org").until_served()
    assert "which demo mode does not use: no demo accounts" in launched.words
    assert launched.status() == 301
    assert not (home.path / "demo").exists()
    assert not home.data.exists()
    assert launched.end() == 0


@pytest.mark.drill
def test_first_start_loads_the_starter_library_and_prints_logins_once():
    with new_home(seeded=False) as home:
        first = Launched(home, ANTEROOM_DEMO_PASSWORD="a-password-of-mine").until_served()
        assert first.words.count("Demo logins, all with the password a-password-of-mine") == 1
        assert first.status("/patterns/") == 200
        first.end()
        second = Launched(home, ANTEROOM_DEMO_PASSWORD="a-password-of-mine").until_served()
        assert "Loading the starter library" not in second.words
        assert second.words.count("Demo logins") == 1
        second.end()


@pytest.mark.drill
def test_interrupted_seed_is_taken_up_again():
    with new_home(seeded=False) as home:
        launched = Launched(home).until("Loading the starter library")
        time.sleep(2)
        launched.end(signal.SIGKILL)
        assert gone(home.path)
        again = Launched(home).until_served()
        assert "Loading the starter library" in again.words
        assert again.status("/patterns/") == 200
        again.end()


@pytest.mark.drill
def test_home_with_long_and_odd_path_serves():
    with new_home("a long, odd path with spaces and ümlauts" + "-long" * 12) as home:
        launched = Launched(home).until_served()
        assert home.sockets.parent.name == "tmp"
        assert launched.end() == 0
        assert gone(home.path, patience=0)


@pytest.mark.drill
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_launcher_stops_on_signal(home, number):
    assert Launched(home).until_served().end(number) == 0
    assert gone(home.path, patience=0)


@pytest.mark.drill
@pytest.mark.parametrize("words", ["Starting PostgreSQL", "Preparing the tables", "Ctrl-C stops it."])
def test_killed_launcher_leaves_no_process_and_starts_again(home, words):
    launched = Launched(home).until(words)
    launched.end(signal.SIGKILL)
    assert gone(home.path)
    again = Launched(home).until_served()
    assert again.status() < 500
    again.end()


@pytest.mark.drill
def test_killed_launcher_can_be_followed_at_once(home):
    Launched(home).until_served().end(signal.SIGKILL)
    again = Launched(home).until_served()
    assert again.end() == 0
    assert gone(home.path)


@pytest.mark.drill
def test_killed_make_leaves_no_process(home):
    launched = Launched(home, "make", "--no-print-directory", "run").until_served()
    launched.end(signal.SIGKILL)
    assert gone(home.path)


@pytest.mark.drill
def test_closed_terminal_stops_it_where_make_leads_the_session(home):
    """As in `ssh -t there make run`: the kernel tells only `make`, which waits for us."""
    keyboard, screen = pty.openpty()
    launched = Launched(home, "make", "run", terminal=screen).until_served()
    os.close(screen)
    os.close(keyboard)
    assert gone(home.path)
    launched.process.wait(10)


@pytest.mark.drill
def test_interrupted_make_ends_calmly(home):
    launched = Launched(home, "make", "--no-print-directory", "run").until_served()
    os.killpg(launched.process.pid, signal.SIGINT)
    launched.process.wait(30)
    assert gone(home.path, patience=1)
    assert launched.words.endswith("Stopped. The library is kept; `make run` starts it again.\n")


@pytest.mark.drill
@pytest.mark.parametrize(
    ("words", "name"), [("postgres\0-D", "PostgreSQL"), ("anteroom.wsgi", "the web server")], ids=["database", "web"]
)
def test_end_of_one_server_ends_the_other_with_a_reason(home, words, name):
    launched = Launched(home).until_served()
    os.kill(process_with(home.path, words), signal.SIGKILL)
    assert launched.process.wait(30) == 1
    assert f"Anteroom has stopped: {name} ended by itself (signal SIGKILL)" in launched.words
    assert gone(home.path)


@pytest.mark.drill
def test_second_start_keeps_data_and_command_uses_running_server(home):
    first = Launched(home).until_served()
    added = manage(home, "shell", "--no-imports", "-c", ADD_A_PERSON)
    assert added.returncode == 0, added.stderr
    first.end()
    second = Launched(home).until_served()
    assert manage(home, "shell", "--no-imports", "-c", COUNT_KEPT).stdout == "1\n"
    second.end()
    assert manage(home, "shell", "--no-imports", "-c", COUNT_KEPT).stdout == "1\n"
    assert gone(home.path, patience=0)


@pytest.mark.drill
def test_commands_at_once_share_one_server(home):
    Launched(home).until_served().end()
    answers = []
    threads = [
        threading.Thread(target=lambda: answers.append(manage(home, "shell", "--no-imports", "-c", COUNT_KEPT)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [(answer.returncode, answer.stdout) for answer in answers] == [(0, "0\n")] * 4
    assert gone(home.path, patience=0)


@pytest.mark.drill
def test_launcher_waits_for_a_command_to_end(home):
    Launched(home).until_served().end()
    slow = "import time; print('here', flush=True); time.sleep(4)"
    command = threading.Thread(target=manage, args=(home, "shell", "--no-imports", "-c", slow))
    command.start()
    while not (home.sockets / SOCKET).exists():
        pass
    launched = Launched(home).until_served()
    assert "waiting for a manage.py command to end" in launched.words
    command.join()
    assert launched.end() == 0


@pytest.mark.drill
def test_leftovers_of_a_crash_are_removed(home):
    """A process id in postmaster.pid that is alive and somebody else's, as after a restart of the machine."""
    Launched(home).until_served().end()
    lines = f"{os.getpid()}\n{home.data}\n1700000000\n5432\n{home.sockets}\n\n"
    for leftover in (home.data / "postmaster.pid", home.sockets / f"{SOCKET}.lock"):
        leftover.write_text(lines)
        os.chown(leftover, home.data.stat().st_uid, home.data.stat().st_gid)
    (home.sockets / SOCKET).touch()
    launched = Launched(home).until_served()
    assert launched.end() == 0
