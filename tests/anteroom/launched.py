"""A launcher in a process of its own, as `make run` starts it, on a home under /tmp."""

import fcntl
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import termios
import time
from contextlib import contextmanager
from pathlib import Path

from anteroom.cluster import BASE_DIR, Home, command_line

OF_THE_TEST_RUN = ("DATABASE_URL", "SECRET_KEY", "ANTEROOM_TESTING", "ANTEROOM_HOME", "ANTEROOM_DEMO", "MAKELEVEL")


@contextmanager
def new_home(word="", seeded=True):
    """A home that counts as seeded, for the starter library is not what these tests are about."""
    path = Path(tempfile.mkdtemp(prefix=f"anteroom-home-{word}", dir="/tmp"))
    path.chmod(0o755)  # as root, PostgreSQL is another user
    if seeded:
        (path / "seeded").touch()
    yield Home(path)
    for number in processes_of(path):
        os.kill(number, signal.SIGKILL)
    shutil.rmtree(Home(path).sockets, ignore_errors=True)
    shutil.rmtree(path, ignore_errors=True)


def environment(home, **more):
    own = {name: value for name, value in os.environ.items() if name not in OF_THE_TEST_RUN}
    return own | {"ANTEROOM_HOME": str(home.path)} | more


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def take_terminal():
    """Makes standard input the terminal that the session belongs to."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


class Launched:
    """`words` are the command, `terminal` one it leads; what it prints can be read at any time."""

    def __init__(self, home, *words, terminal=None, **variables):
        self.home, self.port = home, free_port()
        self.output = home.path / f"output-{self.port}"
        variables = {"PORT": str(self.port)} | variables
        with open(self.output, "w") as output:
            self.process = subprocess.Popen(
                words or [sys.executable, "-m", "anteroom.launcher"],
                cwd=BASE_DIR,
                env=environment(home, **variables),
                stdin=subprocess.DEVNULL if terminal is None else terminal,
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=terminal and take_terminal,
            )

    @property
    def words(self):
        return self.output.read_text()

    def until(self, words, patience=60):
        end = time.monotonic() + patience
        while words not in self.words:
            assert self.process.poll() is None and time.monotonic() < end, self.words
            time.sleep(0.05)
        return self

    def until_served(self):
        return self.until("Ctrl-C stops it.")

    def status(self, path="/"):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request("GET", path)
        return connection.getresponse().status

    def end(self, number=signal.SIGINT):
        self.process.send_signal(number)
        return self.process.wait(30)


def processes_of(path):
    """The processes that name the directory in their words or their environment."""
    numbers = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    return [number for number in numbers if number != os.getpid() and names(number, path)]


def names(number, path):
    try:
        variables = Path(f"/proc/{number}/environ").read_bytes()
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        variables = b""
    return f"ANTEROOM_HOME={path}".encode() in variables or str(path) in command_line(number)


def process_with(path, words):
    return next(number for number in processes_of(path) if words in command_line(number))


def gone(path, patience=10):
    """Whether no process of the home is left within `patience` seconds."""
    end = time.monotonic() + patience
    while processes_of(path) and time.monotonic() < end:
        time.sleep(0.1)
    return processes_of(path) == []


def manage(home, *words):
    return subprocess.run(
        [sys.executable, "manage.py", *words], cwd=BASE_DIR, env=environment(home), capture_output=True, text=True
    )
