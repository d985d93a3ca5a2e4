"""The database of this installation: its home directory, its start, its end.

Who starts it: `make run` for as long as it serves (launcher.py); else a `manage.py` command for its time.
Only the standard library at the top, so that the Makefile can ask `python3 -m anteroom.cluster lock` first.
"""

import fcntl
import hashlib
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from anteroom.postgres import (
    CannotStart,
    as_owner,
    choose,
    dies_with_parent,
    installed,
    owner_of,
    programs_for,
    reaches,
    within_reach,
)

BASE_DIR = Path(__file__).resolve().parent.parent
SUPERUSER = "app"
DATABASE = "anteroom"
DEFAULT_PORT = 8000
SOCKET = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH = 99  # the kernel's limit is 107 bytes on Linux and 103 on macOS; the lock's name is longer
NEED_NO_DATABASE = {"help", "version", "--version", "check", "collectstatic", "diffsettings"}


@dataclass(frozen=True)
class Home:
    """The directory that holds everything a library must keep; `path` is absolute."""

    path: Path

    @property
    def data(self):
        return self.path / "data"

    @property
    def log(self):
        return self.path / "postgres.log"

    @property
    def is_demo(self):
        return (self.path / "demo").exists()

    @property
    def sockets(self):
        """Inside the home; where that path is too long or too odd for a socket, a directory under /tmp."""
        inside = self.path / "socket"
        plain = re.fullmatch(r"[A-Za-z0-9/._-]+", str(inside))
        if plain and len(str(inside / SOCKET)) <= LONGEST_SOCKET_PATH:
            return inside
        return Path("/tmp") / f"anteroom-{os.geteuid()}-{short_hash(self.path)}"

    @property
    def url(self):
        return f"postgres://{SUPERUSER}@/{self.sockets}/{DATABASE}"

    @property
    def origin(self):
        """Where the launcher that runs on this home serves it, or served it last."""
        file = self.path / "run.lock"
        port = file.read_text().strip() if file.exists() else ""
        return f"http://localhost:{port or DEFAULT_PORT}"

    def secret_key(self):
        """Made once, readable by its owner only."""
        file = self.path / "secret-key"
        if not file.exists():
            descriptor, new = tempfile.mkstemp(dir=self.path, prefix="secret-key.")  # 0600 from the first moment
            os.write(descriptor, secrets.token_urlsafe(60).encode())
            os.close(descriptor)
            with suppress(FileExistsError):
                os.link(new, file)
            os.unlink(new)
        return file.read_text()


def short_hash(path):
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]


def home_of_this_checkout():
    """ANTEROOM_HOME; else .anteroom in the checkout; for root, whose PostgreSQL is another user, /var/lib."""
    if os.environ.get("ANTEROOM_HOME"):
        return Home(Path(os.environ["ANTEROOM_HOME"]).expanduser().absolute())
    if os.geteuid() == 0:
        return Home(Path("/var/lib/anteroom") / short_hash(BASE_DIR))
    return Home(BASE_DIR / ".anteroom")


def read_dotenv():
    import environ

    environ.Env.read_env(BASE_DIR / ".env")


# Directories


def make_directory(path, mode, owner=None):
    """Directories that exist already, parents above all, keep the rights they have."""
    if path.exists():
        return
    make_directory(path.parent, 0o755)
    path.mkdir()
    path.chmod(mode)
    if owner:
        os.chown(path, *owner)


def make_home(home):
    """The home itself. Root's stays open to enter, because PostgreSQL runs as another user."""
    owner = owner_of(home.data)
    try:
        make_directory(home.path, 0o755 if owner else 0o700)
    except OSError as error:
        raise CannotStart(
            f"{error.filename} cannot be made ({error.strerror}). Set ANTEROOM_HOME to a directory of yours."
        ) from None
    if owner and not reaches(owner, home.path):
        raise CannotStart(
            f"PostgreSQL does not run as root, and the user it runs as may not enter {home.path}. "
            "Set ANTEROOM_HOME to a directory that every user can reach, or leave it out."
        )
    if owner is None and not os.access(home.path, os.W_OK):
        raise CannotStart(f"{home.path} belongs to somebody else. Set ANTEROOM_HOME to a directory of yours.")
    return owner


def make_socket_directory(home, owner):
    make_directory(home.sockets, 0o700, owner)
    facts = home.sockets.lstat()
    expected = owner[0] if owner else os.geteuid()
    if not home.sockets.is_dir() or home.sockets.is_symlink() or facts.st_uid != expected or facts.st_mode & 0o077:
        raise CannotStart(
            f"{home.sockets} is not a directory that only the owner of the database can enter. Remove it."
        )


@contextmanager
def locked(path, *, shared=False, wait=True):
    """A lock that the kernel drops when its holder dies. Yields the file; None if taken and not waiting."""
    with open(path, "a+") as file:
        try:
            fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield None
            return
        yield file


# The data directory


def make_data(home, programs, owner):
    """A new cluster, moved into place when whole: an interrupted start leaves nothing half made."""
    half = home.path / "data.new"
    shutil.rmtree(half, ignore_errors=True)
    make_directory(half, 0o700, owner)
    words = [
        f"--username={SUPERUSER}",
        "--auth=trust",
        "--encoding=UTF8",
        "--locale=C.UTF-8",
        "-N",
        "-D",
        half,
    ]
    answer = subprocess.run(
        [programs.directory / "initdb", *words],
        **as_owner(owner),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        process_group=0,
        preexec_fn=dies_with_parent(signal.SIGKILL),
    )
    if answer.returncode:
        raise CannotStart(f"PostgreSQL could not make a database in {home.path}:\n{answer.stdout}")
    half.rename(home.data)


def process_on(data):
    """The id of the PostgreSQL that works on `data`, or None. An id alone may long be somebody else's."""
    try:
        number = int((data / "postmaster.pid").read_text().split()[0])
    except (FileNotFoundError, ValueError, IndexError):
        return None
    return number if str(data) in command_line(number) else None


def command_line(number):
    """Empty for a process that has ended."""
    if Path("/proc/self").exists():
        with suppress(FileNotFoundError, ProcessLookupError):
            return Path(f"/proc/{number}/cmdline").read_bytes().decode(errors="replace")
        return ""
    return subprocess.run(["ps", "-ww", "-o", "command=", "-p", str(number)], capture_output=True, text=True).stdout


def sweep(home, patience=60):
    """Waits for a PostgreSQL that lost its launcher to end, then removes what a crash left behind.

    Only for who holds the start lock and knows that nobody uses the database.
    """
    end = time.monotonic() + patience
    while number := process_on(home.data):
        if time.monotonic() > end:
            raise CannotStart(f"another PostgreSQL (process {number}) works on {home.data}. Stop it first.")
        with suppress(ProcessLookupError):
            os.kill(number, signal.SIGINT)
        time.sleep(0.2)
    for leftover in (home.data / "postmaster.pid", home.sockets / SOCKET, home.sockets / f"{SOCKET}.lock"):
        leftover.unlink(missing_ok=True)


# Start and end


def connect(home, database="postgres"):
    import psycopg

    return psycopg.connect(
        host=str(home.sockets), port=5432, user=SUPERUSER, dbname=database, connect_timeout=5, autocommit=True
    )


def answers(home):
    """Whether a server takes connections. A process or a file would not prove it."""
    import psycopg

    try:
        connect(home).close()
    except psycopg.OperationalError:
        return False
    return True


def start(home, *options):
    """Starts PostgreSQL on the home; returns its process once it answers. It ends with the caller's process."""
    owner = make_home(home)
    programs = within_reach(owner, programs_for(home.data), home.path / "programs")
    make_socket_directory(home, owner)
    if not home.data.exists():
        make_data(home, programs, owner)
    sweep(home)
    server = spawn(home, programs, owner, options)
    try:
        wait_until_it_answers(home, server)
        make_database(home)
    except BaseException:
        stop(server)
        raise
    return server


def spawn(home, programs, owner, options):
    """In a process group of its own: Ctrl-C is for who started it, who stops it in order."""
    places = {"listen_addresses": "", "port": "5432", "unix_socket_directories": str(home.sockets)}
    settings = places | {"unix_socket_permissions": "0700", "logging_collector": "off"}
    words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    with open(home.log, "w") as log:
        return subprocess.Popen(
            [programs.directory / "postgres", "-D", home.data, *words, *options],
            **as_owner(owner),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            process_group=0,
            preexec_fn=dies_with_parent(signal.SIGINT),
        )


def wait_until_it_answers(home, server):
    """As long as it lives: after a crash it may have much to replay."""
    while not answers(home):
        if server.poll() is not None:
            raise CannotStart(f"PostgreSQL ended at its start. The end of {home.log}:\n{last_lines(home.log)}")
        time.sleep(0.05)


def last_lines(file, number=8):
    return "\n".join(file.read_text(errors="replace").splitlines()[-number:])


def make_database(home):
    with connect(home) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            connection.execute(f"CREATE DATABASE {DATABASE}")


def stop(process, first=signal.SIGINT, patience=30):
    """Asks, waits, insists. For PostgreSQL SIGINT means: end sessions, write a checkpoint, go."""
    for number in (first, signal.SIGQUIT, signal.SIGKILL):
        if process.poll() is not None:
            return
        process.send_signal(number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(patience)


# For manage.py


@contextmanager
def database_for_command():
    """Gives a `manage.py` command its database: that of DATABASE_URL, the running server, or one of its own.

    On the home of a demo the command is part of the demo: the same key, the same settings.
    """
    read_dotenv()
    if os.environ.get("DATABASE_URL"):
        yield
        return
    home = home_of_this_checkout()
    with ExitStack() as stack:
        try:
            if needs_database(sys.argv):
                stack.enter_context(database_in_use(home))
            key = home.secret_key() if home.path.exists() else secrets.token_urlsafe(60)
        except CannotStart as problem:
            sys.exit(f"Anteroom cannot start: {problem}")
        os.environ |= environment(home, key)
        yield


def needs_database(argv):
    """Whether the command may ask the database anything; `--check` only compares models with migrations."""
    command, *words = argv[1:] or ["help"]
    if {"--help", "-h"} & {command, *words}:
        return False
    if command == "makemigrations" and {"--check", "--dry-run"} & set(words):
        return False
    return command not in NEED_NO_DATABASE or "--database" in words


def environment(home, key):
    """What settings.py reads; a SECRET_KEY or SITE_ORIGIN of the person's own wins."""
    own = {"DATABASE_URL": home.url, "ANTEROOM_HOME": str(home.path)}
    own["SECRET_KEY"] = os.environ.get("SECRET_KEY") or key
    own["SITE_ORIGIN"] = os.environ.get("SITE_ORIGIN") or home.origin
    return own | ({"ANTEROOM_DEMO": "1"} if home.is_demo else {})


@contextmanager
def database_in_use(home):
    """The server of `home` for a while. Who starts it stays until the others who came to use it have gone."""
    make_home(home)
    with ExitStack() as stack:
        with locked(home.path / "start.lock"):
            others = stack.enter_context(locked(home.path / "use.lock", shared=True))
            server = None if answers(home) else start(home)
        try:
            yield
        finally:
            if server:
                with locked(home.path / "start.lock"):
                    fcntl.flock(others, fcntl.LOCK_EX)
                    stop(server)


def lock_to_install():
    """The plain lock where the system has the right PostgreSQL, else the one that brings it along."""
    data = home_of_this_checkout().data
    try:
        found = choose(data, installed(wheel=False))
    except PermissionError:  # a home of root's own; only root starts it
        found = None
    return "requirements.txt" if found else "requirements-embedded.txt"


if __name__ == "__main__" and sys.argv[1:] == ["lock"]:
    print(lock_to_install())
