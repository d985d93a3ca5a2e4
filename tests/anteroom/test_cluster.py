"""The home of a library and the PostgreSQL that serves it."""

import os
from pathlib import Path

import pytest

from anteroom import cluster, postgres
from anteroom.cluster import SOCKET, Home, needs_database
from anteroom.postgres import CannotStart, Programs
from tests.anteroom.launched import gone, manage, new_home

FIFTEEN, EIGHTEEN = Programs(Path("/fifteen"), "15.4"), Programs(Path("/eighteen"), "18beta1")
THIRTEEN = Programs(Path("/thirteen"), "13.9")


@pytest.fixture
def home():
    with new_home() as made:
        yield made


def test_socket_path_is_short_and_plain_for_any_home():
    assert Home(Path("/srv/anteroom")).sockets == Path("/srv/anteroom/socket")
    for odd in ("/srv/" + "long/" * 30, "/srv/with space", "/srv/with,comma", "/srv/plus+sign", "/srv/ärger"):
        sockets = Home(Path(odd)).sockets
        assert sockets.parent == Path("/tmp")
        assert len(os.fsencode(sockets / SOCKET)) < 100
    assert Home(Path("/srv/with space")).sockets != Home(Path("/srv/with,comma")).sockets


def test_secret_key_is_made_once_and_private(home):
    key = home.secret_key()
    assert len(key) >= 50
    assert home.secret_key() == key
    assert (home.path / "secret-key").stat().st_mode & 0o777 == 0o600
    assert [file.name for file in home.path.glob("secret-key*")] == ["secret-key"]


@pytest.mark.parametrize(
    ("words", "needs"),
    [
        ("", False),
        ("help", False),
        ("migrate --help", False),
        ("check --deploy", False),
        ("check --database default", True),
        ("makemigrations --check", False),
        ("makemigrations", True),
        ("import_corpus check", True),
    ],
)
def test_needs_database(words, needs):
    assert needs_database(["manage.py", *words.split()]) == needs


def test_new_library_takes_first_new_enough(tmp_path):
    assert postgres.choose(tmp_path, [THIRTEEN, FIFTEEN, EIGHTEEN]) == FIFTEEN
    assert postgres.choose(tmp_path, [THIRTEEN]) is None


def test_existing_library_keeps_its_major(tmp_path):
    (tmp_path / "PG_VERSION").write_text("18\n")
    assert postgres.choose(tmp_path, [FIFTEEN, EIGHTEEN]) == EIGHTEEN
    assert postgres.choose(tmp_path, [FIFTEEN]) is None


def test_no_postgresql_at_all_is_a_sentence_with_the_way_out(tmp_path, monkeypatch):
    monkeypatch.setattr(postgres, "installed", list)
    with pytest.raises(CannotStart, match="none is installed here"):
        postgres.programs_for(tmp_path)


def test_wheel_serves_where_the_system_has_none(home, monkeypatch):
    monkeypatch.setattr(postgres, "system_directories", list)
    server = cluster.start(home)
    try:
        with cluster.connect(home, cluster.DATABASE) as connection:
            version = connection.execute("SHOW server_version").fetchone()[0]
            listens = connection.execute("SHOW listen_addresses").fetchone()[0]
    finally:
        cluster.stop(server)
    assert version.split(".")[0] == "16"
    assert listens == ""
    assert home.sockets.stat().st_mode & 0o777 == 0o700
    assert gone(home.path, patience=0)


def test_socket_directory_of_somebody_else_is_refused(home):
    home.sockets.mkdir(mode=0o777)
    home.sockets.chmod(0o777)
    with pytest.raises(CannotStart, match="is not a directory that only the owner of the database can enter"):
        cluster.start(home)


def test_command_that_needs_no_database_starts_none(home):
    answer = manage(home, "check")
    assert answer.returncode == 0, answer.stderr
    assert not home.data.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only for root is PostgreSQL another user")
def test_private_home_of_root_is_refused_and_keeps_its_rights(tmp_path):
    tmp_path.chmod(0o700)
    with pytest.raises(CannotStart, match="may not enter"):
        cluster.make_home(Home(tmp_path / "home"))
    assert tmp_path.stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="only for root is PostgreSQL another user")
def test_wheel_in_a_private_checkout_is_copied_for_its_user(home, tmp_path, monkeypatch):
    owner, wheel = postgres.owner_of(home.data), next(postgres.wheel_directories())
    monkeypatch.setattr(postgres, "reaches", lambda owner, path: False)
    copied = postgres.within_reach(owner, postgres.programs_in(wheel), home.path / "programs")
    monkeypatch.undo()
    assert copied.directory.is_relative_to(home.path)
    assert postgres.programs_in(copied.directory) == copied
    assert postgres.reaches(owner, copied.directory / "initdb")
