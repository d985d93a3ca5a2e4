"""A demo fills itself, once, and only itself."""

import stat

import pytest
from django.core.management import CommandError, call_command

from accounts import roles
from accounts.models import User
from exchange import demo, signing
from history import timeline
from history.models import Draft
from library import ledger
from library.models import Edition
from reviews import workflow
from tests.exchange.small_corpus import PARTNERSHIP_FILE, PATTERN_FILE, edited, write_corpus
from tests.factories import make_draft

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def demo_home(settings, tmp_path, monkeypatch):
    settings.DEMO = True
    settings.HOME = tmp_path / "home"
    settings.BASE_DIR = tmp_path
    monkeypatch.delenv("ANTEROOM_DEMO_PASSWORD", raising=False)
    return settings.HOME


@pytest.fixture
def corpus(tmp_path):
    return write_corpus(tmp_path / "corpus")


def editions():
    return list(Edition.objects.values_list("code", flat=True))


def test_a_demo_gets_people_and_a_published_library(corpus, capsys):
    call_command("seed_demo")
    assert editions() == ["STC", "stargate"]
    assert timeline.verify() == [] and ledger.verify() == []
    held = {user.username: user.role for user in User.objects.all()}
    assert held == {person.username: person.role for person in demo.PEOPLE}
    assert set(held.values()) == set(roles.ROLES)
    assert "published: 2, live already: 0, drafts: 0" in capsys.readouterr().out


def test_writers_and_signers_are_different_people(corpus):
    call_command("seed_demo")
    first, second = Edition.objects.all()
    assert (first.reviewed_by, second.reviewed_by) == ("Ruth Ashgrove", "Idris Penhallow")
    assert Draft.objects.get(code="STC").changed_by == "Marit Oosterveld"


def test_seeding_twice_changes_nothing(corpus, capsys):
    call_command("seed_demo")
    before = list(Draft.objects.values()), list(User.objects.values()), editions()
    call_command("seed_demo")
    assert (list(Draft.objects.values()), list(User.objects.values()), editions()) == before
    assert "published: 0, live already: 2" in capsys.readouterr().out


def test_an_interrupted_seed_is_taken_up_again(corpus, monkeypatch):
    real = workflow.submit

    def killed(kind, code, **options):
        if code == "stargate":
            raise KeyboardInterrupt
        return real(kind, code, **options)

    monkeypatch.setattr(workflow, "submit", killed)
    with pytest.raises(KeyboardInterrupt):
        call_command("seed_demo")
    assert editions() == ["STC"]
    monkeypatch.setattr(workflow, "submit", real)
    call_command("seed_demo")
    assert editions() == ["STC", "stargate"]
    assert Draft.objects.get(code="STC").version == 1


def test_what_is_not_ready_stays_a_draft_with_its_reasons(tmp_path, capsys):
    write_corpus(tmp_path / "corpus", **edited(PARTNERSHIP_FILE, "confidence: primary_source", "confidence: rumored"))
    call_command("seed_demo")
    assert editions() == ["STC"]
    said = capsys.readouterr().out
    assert "partnership stargate stays a draft:" in said
    assert "A rumored partnership is never published" in said
    assert Draft.objects.filter(code="stargate").exists()


def test_what_somebody_put_up_for_review_is_left_to_them(corpus, capsys):
    call_command("seed_demo")
    editor = User.objects.get(username="editor")
    make_draft({**Draft.objects.get(code="STC").read(), "title": "Mine"}, editor)
    workflow.submit("pattern", "STC", by=editor, note="Mine")
    signed = signing.sign_off_all([("pattern", "STC")], editor=editor, reviewers=[editor], note="x")
    assert signed.refused == {"pattern STC": ["STC is already in review; withdraw that submission first."]}


def test_more_sign_offs_come_from_more_reviewers(corpus, settings, capsys):
    settings.SIGN_OFFS_NEEDED = 2
    call_command("seed_demo")
    assert Edition.objects.first().reviewed_by == "Ruth Ashgrove, Idris Penhallow"
    settings.SIGN_OFFS_NEEDED = 3
    write_corpus(corpus, **edited(PATTERN_FILE, "A subtitle", "Another"))
    call_command("import_corpus", str(corpus), "--sign-off")
    assert "More sign-offs are needed than there are demo reviewers." in capsys.readouterr().out
    assert editions() == ["STC", "stargate"]


def test_a_changed_corpus_is_signed_off_again(corpus):
    call_command("seed_demo")
    write_corpus(corpus, **edited(PATTERN_FILE, "A subtitle", "Another"))
    call_command("import_corpus", str(corpus), "--sign-off")
    assert editions() == ["STC", "stargate", "STC"]


def test_a_trial_run_signs_nothing_off(corpus):
    with pytest.raises(CommandError, match="give one of the two"):
        call_command("import_corpus", str(corpus), "--sign-off", "--dry-run")


def test_signing_off_needs_the_demo_people(corpus, editor):
    with pytest.raises(CommandError, match="seed_demo"):
        call_command("import_corpus", str(corpus), "--sign-off")


def test_somebodys_library_is_never_touched(corpus, stranger):
    with pytest.raises(CommandError, match=r"accounts that are no demo accounts \(sam\)"):
        call_command("seed_demo")
    assert User.objects.count() == 1 and not Draft.objects.exists()


def test_only_a_demo_is_seeded(settings, corpus):
    settings.DEMO = False
    for words in ([], ["--logins"]):
        with pytest.raises(CommandError, match="this fills a demo"):
            call_command("seed_demo", *words)
    assert not User.objects.exists()


# The password


def test_a_password_is_made_once_for_its_owner_only(corpus, demo_home, client):
    call_command("seed_demo")
    file = demo_home / "demo-password"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    made = file.read_text()
    assert demo.password() == made and len(made) == 19
    assert all(client.login(username=person.username, password=made) for person in demo.PEOPLE)


def test_a_given_password_wins_and_may_change(corpus, demo_home, client, monkeypatch):
    call_command("seed_demo")
    monkeypatch.setenv("ANTEROOM_DEMO_PASSWORD", "given from outside")
    call_command("seed_demo")
    assert client.login(username="chief", password="given from outside")


def test_the_logins_are_printed(corpus, capsys, monkeypatch):
    monkeypatch.setenv("ANTEROOM_DEMO_PASSWORD", "given from outside")
    call_command("seed_demo", "--logins")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Demo logins, all with the password given from outside"
    assert lines[1] == "  editor     Editor          Marit Oosterveld"
    assert len(lines) == 1 + len(demo.PEOPLE)
    assert not User.objects.exists()
