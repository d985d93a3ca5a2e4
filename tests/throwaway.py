"""Pytest plugin: one throw-away PostgreSQL for the whole run and all its workers.

Loaded by `-p tests.throwaway`, because the settings read the environment before any conftest.py is. It never
touches another database: whatever DATABASE_URL says is replaced.
"""

import fcntl
import os
import secrets
import shutil
import tempfile
import time
from pathlib import Path

import pytest

from anteroom import cluster
from anteroom.postgres import CannotStart

PREFIX = "anteroom-test-"
FAST = {  # nothing here must survive a power cut
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "300",
}
IS_WORKER = "PYTEST_XDIST_WORKER" in os.environ
running = {}

if not IS_WORKER:
    home = cluster.Home(Path(tempfile.gettempdir()).resolve() / f"{PREFIX}{secrets.token_hex(4)}")
    os.environ |= {
        "DATABASE_URL": home.url,
        "ANTEROOM_HOME": str(home.path),
        "ANTEROOM_TESTING": "1",
        "SECRET_KEY": "only-for-tests-" + "x" * 50,
    }
    os.environ.pop("ANTEROOM_DEMO", None)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session):
    """In the main process, before xdist starts its workers."""
    if IS_WORKER or session.config.option.collectonly:
        return
    sweep()
    try:
        cluster.make_home(home)
        (home.path / "static").mkdir()  # whitenoise warns where there is none
        running["lock"] = open(home.path / "alive.lock", "w")  # noqa: SIM115 held until the run ends
        fcntl.flock(running["lock"], fcntl.LOCK_EX)
        options = [word for name, value in FAST.items() for word in ("-c", f"{name}={value}")]
        running["server"] = cluster.start(home, *options)
    except CannotStart as problem:
        pytest.exit(f"The tests cannot start: {problem}", returncode=3)


def pytest_unconfigure(config):
    if "server" in running:
        cluster.stop(running.pop("server"))
    if "lock" in running:
        running.pop("lock").close()
        remove(home)


def remove(home):
    shutil.rmtree(home.path, ignore_errors=True)
    shutil.rmtree(home.sockets, ignore_errors=True)


def sweep():
    """Directories that killed runs left behind: old enough, and nobody holds their lock."""
    for path in Path(tempfile.gettempdir()).resolve().glob(f"{PREFIX}*"):
        lock = path / "alive.lock"
        try:
            if path.stat().st_uid != os.geteuid() or time.time() - lock.stat().st_mtime < 60:
                continue
            with cluster.locked(lock, wait=False) as free:
                if free:
                    remove(cluster.Home(path))
        except OSError:
            continue
