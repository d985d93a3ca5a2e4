"""The demo's mail server, a folder."""

import email
import stat

import pytest
from django.core.mail import EmailMessage

from mailroom import folder


@pytest.fixture
def kept(settings, tmp_path):
    settings.EMAIL_FILE_PATH = tmp_path / "home" / "letters"
    return settings.EMAIL_FILE_PATH


def send(name="letter-1.ab@testserver", text="Grüße"):
    message = EmailMessage("Größe", text, to=["rhea@example.org"], headers={"Message-ID": f"<{name}>"})
    return folder.EmailBackend().send_messages([message])


def test_a_message_is_a_file_for_its_owner_only(kept):
    assert send() == 1
    (file,) = kept.iterdir()
    assert file.name == "letter-1.ab.eml"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600 and stat.S_IMODE(kept.stat().st_mode) == 0o700
    read = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert (read["Subject"], read["To"], read.get_content()) == ("Größe", "rhea@example.org", "Grüße")


def test_a_message_is_kept_once(kept):
    send(text="first")
    before = (kept / "letter-1.ab.eml").stat()
    send(text="second")
    (file,) = kept.iterdir()
    assert (file.stat().st_ino, file.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_what_a_killed_run_left_is_written_over(kept):
    kept.mkdir(parents=True)
    (kept / ".letter-1.ab.new").write_text("half")
    send()
    assert [file.name for file in kept.iterdir()] == ["letter-1.ab.eml"]


def test_a_name_leads_out_of_no_folder(kept):
    send(name="../../etc/passwd@x")
    assert [file.name for file in kept.iterdir()] == [".._.._etc_passwd.eml"]
