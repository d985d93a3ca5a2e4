"""Letters over SMTP, to a server of our own."""

import re
from email import message_from_bytes
from email.policy import default

import pytest

from mailroom import sending
from mailroom.models import Letter
from tests.mailroom.conftest import write
from tests.mailroom.mail_server import mail_server

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings):
    with mail_server(settings) as serving:
        yield serving


def test_a_letter_arrives_whole(server, rhea):
    letter = write(rhea, subject="Échange “à terme”", text="Voilà.\n.\n> Because.\n.dot")
    sending.send_letters()
    sending.send_letters()
    (taken,) = server.taken
    message = message_from_bytes(re.sub(rb"^\.\.", b".", taken, flags=re.MULTILINE), policy=default)
    assert message["Subject"] == "Échange “à terme”"
    assert message["Message-ID"] == f"<{letter.key}@testserver>"
    lines = message.get_content().splitlines()
    assert lines[:6] == ["Voilà.", ".", "> Because.", ".dot", "", "http://testserver/desk/"]


def test_a_refused_address_is_told_in_the_servers_words(server, rhea):
    rhea.email = "nobody@example.org"
    rhea.save()
    write(rhea)
    sending.send_letters()
    assert Letter.objects.get().problem == "The mail server refuses this person’s address: 550 no such person"


def test_a_server_that_is_gone_is_told(server, rhea, settings):
    server.shutdown()
    server.server_close()
    write(rhea)
    sending.send_letters()
    assert Letter.objects.get().problem == "The mail server does not answer."


def test_what_a_server_took_unheard_comes_again_under_the_same_name(server, rhea, clock):
    """What SMTP cannot promise: it took the letter and we do not know it. See docs/decisions/0010."""
    server.breaks_off = True
    write(rhea)
    sending.send_letters()
    assert "It could not be sent: Connection unexpectedly closed" in Letter.objects.get().problem
    server.breaks_off = False
    clock.forward(minutes=1)
    sending.send_letters()
    assert len(server.taken) == 2 and Letter.objects.get().sent_at
    assert len({message_from_bytes(taken)["Message-ID"] for taken in server.taken}) == 1
