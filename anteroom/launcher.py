"""What `make run` starts: PostgreSQL, the tables, the starter library, the web server; and their end."""

import http.client
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager, suppress

from anteroom import cluster
from anteroom.cluster import BASE_DIR, locked
from anteroom.postgres import CannotStart, dies_with_parent, tie

HOST = "127.0.0.1"  # a demo is for this machine only
WORKERS, THREADS = 2, 4
POLL_SECONDS = 0.25
TICK_SECONDS = 20
POSTGRESQL = "PostgreSQL"


class Stopped(BaseException):
    """Somebody asked us to end: Ctrl-C, a closed terminal, a signal."""


def main():
    end_with_make()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup keeps its meaning
            signal.signal(number, asked_to_stop)
    try:
        run()
    except Stopped:
        say("Stopped. The library is kept; `make run` starts it again.")
    except CannotStart as problem:
        sys.exit(f"Anteroom cannot start: {problem}")
    except Ended as ending:
        sys.exit(f"Anteroom has stopped: {ending}")


class Ended(Exception):
    """One of the two servers ended by itself."""


def end_with_make():
    """`make` passes on Ctrl-C and TERM, and can pass on nothing when it is killed."""
    if "MAKELEVEL" in os.environ:
        tie(os.getppid(), signal.SIGTERM)


def asked_to_stop(number, frame):
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)
    raise Stopped


def say(sentence, end="\n"):
    """A terminal that is gone must not keep us from ending in order."""
    with suppress(OSError):
        print(sentence, end=end, flush=True)


@contextmanager
def step(words):
    """One calm line: what is done, and how long it took."""
    say(f"  {words} ...", end="")
    began = time.monotonic()
    try:
        yield
    except BaseException:
        say("")
        raise
    say(f" {time.monotonic() - began:.1f} s")


def run():
    cluster.read_dotenv()
    port = wanted_port()
    if not os.environ.get("DATABASE_URL"):
        return run_demo(port)
    if os.environ.get("ANTEROOM_DEMO"):
        raise CannotStart(
            "a demo uses a database of its own and never the one in DATABASE_URL. "
            "Unset DATABASE_URL for the demo, or ANTEROOM_DEMO to serve that database without demo accounts."
        )
    return run_elsewhere(port)


def wanted_port():
    word = os.environ.get("PORT") or str(cluster.DEFAULT_PORT)
    if not word.isdecimal() or not 0 < int(word) < 65536:
        raise CannotStart(f"PORT must be a number from 1 to 65535, not {word!r}.")
    return int(word)


def insist_on_free_port(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError:
            raise CannotStart(f"port {port} is for root only. Choose one above 1023: `make run PORT=8000`.") from None
        except OSError:
            raise CannotStart(
                f"port {port} is in use by another program. Choose another: `make run PORT={port + 1}`."
            ) from None


def run_demo(port):
    home = cluster.home_of_this_checkout()
    cluster.make_home(home)
    with ExitStack() as stack:
        stack.enter_context(only_one(home, port))
        insist_on_free_port(port)
        say(f"Starting Anteroom, a demo whose data live in {home.path}")
        with step("Starting PostgreSQL"):
            server = start_alone(home)
        stack.callback(cluster.stop, server)
        (home.path / "demo").touch()
        os.environ |= cluster.environment(home, home.secret_key())
        set_up()
        just_seeded = seed_once(home)
        serve(port, stack, database=server, after=None if just_seeded else show_logins)


def run_elsewhere(port):
    """DATABASE_URL names somebody's own database: no demo accounts, every secret is theirs to give."""
    insist_on_free_port(port)
    say("Starting Anteroom on the database of DATABASE_URL, which demo mode does not use: no demo accounts.")
    with ExitStack() as stack:
        set_up()
        serve(port, stack, after=tell_of_https)


@contextmanager
def only_one(home, port):
    """Two launchers on one home would fight over its database."""
    with locked(home.path / "run.lock", wait=False) as lock:
        if lock is None:
            there = (home.path / "run.lock").read_text().strip()
            raise CannotStart(
                f"it already runs from {home.path}{there and f', at {address(there)}'}. "
                "Stop that one first, or set ANTEROOM_HOME to another directory for a second library."
            )
        lock.truncate(0)
        lock.write(str(port))
        lock.flush()
        yield


def start_alone(home):
    """A `manage.py` command may have a server running for itself; ours must be our own child."""
    told = False
    while True:
        with locked(home.path / "start.lock"), locked(home.path / "use.lock", wait=False) as alone:
            if alone:
                return cluster.start(home)
        if not told:
            say(" waiting for a manage.py command to end ...", end="")
            told = True
        time.sleep(POLL_SECONDS)


def set_up():
    with step("Preparing the tables"):
        manage("migrate", "--no-input", "--verbosity=0")
    with step("Preparing styles and scripts"):
        manage("collectstatic", "--no-input", "--verbosity=0")
    with step("Checking the pages"):
        manage("catch_up")


def manage(*words, quiet=True):
    """Runs a `manage.py` command that dies with us; what it printed is shown when it fails."""
    command = subprocess.Popen(
        [sys.executable, "manage.py", *words],
        cwd=BASE_DIR,
        stdout=subprocess.PIPE if quiet else None,
        stderr=subprocess.STDOUT if quiet else None,
        text=True,
        process_group=0,
        preexec_fn=dies_with_parent(signal.SIGTERM),
    )
    try:
        printed = command.communicate()[0]
    finally:
        cluster.stop(command, signal.SIGTERM)
    if command.returncode:
        raise CannotStart(f"`manage.py {words[0]}` failed.\n{printed or ''}".rstrip())
    return printed


def seed_once(home):
    """Until it has succeeded once: a first start that was interrupted is taken up again.

    Returns whether it did; it ends with the logins.
    """
    done = home.path / "seeded"
    if done.exists():
        return False
    say("  Loading the starter library (once)")
    manage("seed_demo", quiet=False)
    done.touch()
    return True


def show_logins():
    say(manage("seed_demo", "--logins").rstrip())


def tell_of_https():
    say("Outside the demo it answers in https only, so it needs a proxy with TLS in front (see .env.example).")


def serve(port, stack, database=None, after=None):
    web = spawn_web(port)
    stack.callback(cluster.stop, web, signal.SIGTERM)
    with step("Starting the web server"):
        wait_until_served(port, web)
    say(f"\nAnteroom is at {address(port)}")
    if after:
        after()
    say("Ctrl-C stops it.")
    ticking = Ticking()
    stack.callback(ticking.stop)
    watch({"the web server": web} | ({POSTGRESQL: database} if database else {}), ticking)


def spawn_web(port):
    """In a process group of its own: Ctrl-C comes to us, and we stop things in order."""
    words = {
        "bind": f"{HOST}:{port}",
        "workers": WORKERS,
        "worker-class": "gthread",
        "threads": THREADS,
        "timeout": 60,
        "graceful-timeout": 5,
        "keep-alive": 5,
        "log-level": "warning",
    }
    return subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "anteroom.wsgi:application", "--no-control-socket"]
        + [f"--{name}={value}" for name, value in words.items()],
        cwd=BASE_DIR,
        stdin=subprocess.DEVNULL,
        process_group=0,
        preexec_fn=dies_with_parent(signal.SIGTERM),
    )


def wait_until_served(port, web):
    """Any answer counts: the listening socket alone is open before the workers have loaded."""
    while not serves(port):
        if web.poll() is not None:
            raise CannotStart("the web server ended at its start; its words are above.")
        time.sleep(0.05)


def serves(port):
    connection = http.client.HTTPConnection(HOST, port, timeout=60)
    try:
        connection.request("HEAD", "/")
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def address(port):
    return f"http://localhost:{port}/"


class Ticking:
    """`manage.py tick` every twenty seconds, one at a time. That it fails is told once, and stops nothing."""

    def __init__(self):
        self.process, self.next_at, self.is_failing = None, time.monotonic(), False

    def go_on(self):
        if self.process and self.process.poll() is not None:
            self.note_end()
        if self.process is None and time.monotonic() >= self.next_at:
            self.begin()

    def begin(self):
        self.next_at = time.monotonic() + TICK_SECONDS
        self.output = tempfile.TemporaryFile("w+", errors="replace")  # noqa: SIM115 read when the process has ended
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "tick"],
            cwd=BASE_DIR,
            stdin=subprocess.DEVNULL,
            stdout=self.output,
            stderr=self.output,
            process_group=0,
            preexec_fn=dies_with_parent(signal.SIGTERM),
        )

    def note_end(self):
        with self.output as output:
            output.seek(0)
            if self.process.returncode and not self.is_failing:
                say(f"{output.read()}`manage.py tick` failed; it is tried again every {TICK_SECONDS} seconds.")
            elif self.is_failing and not self.process.returncode:
                say("`manage.py tick` is well again.")
        self.is_failing = self.process.returncode != 0
        self.process = None

    def stop(self):
        """It may be stopped anywhere: what it has not done, the next one does."""
        if self.process:
            cluster.stop(self.process, signal.SIGTERM)
            self.output.close()


def watch(servers, ticking):
    """Ends when one of the servers does, or with Stopped."""
    terminal = own_terminal()
    while not is_closed(terminal):
        ticking.go_on()
        for name, process in servers.items():
            if process.poll() is not None:
                raise Ended(f"{name} ended by itself ({how(process.returncode)}).{where_it_wrote(name)}")
        time.sleep(POLL_SECONDS)
    raise Stopped


def own_terminal():
    """Standard input, if it is a terminal in whose foreground we run: not after `nohup` or `&`."""
    terminal = sys.stdin.fileno() if sys.stdin else -1
    return terminal if os.isatty(terminal) and os.tcgetpgrp(terminal) == os.getpgrp() else None


def is_closed(terminal):
    """Asked, because the kernel tells only the leader of the session, which may be a `make` that tells nobody."""
    if terminal is None:
        return False
    hang_up = select.poll()
    hang_up.register(terminal, 0)
    return bool(hang_up.poll(0))


def where_it_wrote(name):
    return f" Its log is {os.environ['ANTEROOM_HOME']}/postgres.log." if name == POSTGRESQL else ""


def how(code):
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


if __name__ == "__main__":
    main()
