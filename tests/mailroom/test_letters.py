"""Letters as rows: one per person and event, in the transaction of what they tell."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from mailroom import letters, sending
from mailroom.models import Digest, Letter, Preference
from tests.mailroom.conftest import write

pytestmark = pytest.mark.django_db


def test_a_letter_is_written_once_per_person_and_event(rhea, edda):
    for _ in range(2):
        letters.write_to([rhea.pk, edda.pk], about="event/1", subject="S", text="T", link="/desk/")
    write(rhea, "event/2")
    assert list(Letter.objects.values_list("person__username", "about")) == [
        ("rhea", "event/1"),
        ("edda", "event/1"),
        ("rhea", "event/2"),
    ]


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_is_never_told(rhea, mailoutbox):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        write(rhea)
        raise ZeroDivisionError
    sending.send_letters()
    assert mailoutbox == [] and not Letter.objects.exists()


def test_a_subject_is_one_line_of_a_length_that_is_read(rhea):
    assert write(rhea, "a", subject="Écrit\r\nBcc: all@example.org").subject == "Écrit Bcc: all@example.org"
    assert write(rhea, "b", subject="x" * 151).subject == "x" * 149 + "…"


def test_a_letter_takes_ten_megabytes(rhea, mailoutbox):
    line = "é" * 99 + "\n"
    write(rhea, text=line * 100_000)
    sending.send_letters()
    assert mailoutbox[0].body.count(line) == 100_000


def test_a_letter_not_yet_tried_is_taken_back(rhea, edda):
    write(rhea, "event/1")
    write(edda, "event/1")
    sending.send_letters()  # nobody can be told that it was sent
    write(rhea, "event/2")
    letters.take_back(["event/1", "event/2"])
    assert list(Letter.objects.values_list("about", flat=True)) == ["event/1", "event/1"]


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("a_letter_ends_in_one_way", {"sent_at": True, "dropped_at": True, "next_try_at": None, "problem": "x"}),
        ("a_letter_ends_in_one_way", {"sent_at": True, "given_up_at": True, "next_try_at": None, "problem": "x"}),
        ("a_letter_ends_in_one_way", {"dropped_at": True, "given_up_at": True, "next_try_at": None, "problem": "x"}),
        ("a_letter_is_tried_while_it_waits", {"sent_at": True}),
        ("a_letter_is_tried_while_it_waits", {"next_try_at": None}),
        ("a_letter_not_sent_says_why", {"given_up_at": True, "next_try_at": None, "tries": 1}),
        ("a_letter_not_sent_says_why", {"dropped_at": True, "next_try_at": None}),
        ("a_letter_is_tried_before_it_is_given_up", {"given_up_at": True, "next_try_at": None, "problem": "x"}),
    ],
)
def test_the_database_holds_what_becomes_of_a_letter(rhea, name, fields):
    letter, now = write(rhea), timezone.now()
    values = {field: now if value is True else value for field, value in fields.items()}
    with pytest.raises(IntegrityError, match=name):
        Letter.objects.filter(pk=letter.pk).update(tries=values.pop("tries", 0), **values)


def test_the_database_holds_one_digest_a_day_and_known_paces(rhea):
    now = timezone.now()
    Digest.objects.create(person=rhea, day=now.date(), made_at=now)
    with pytest.raises(IntegrityError, match="one_digest_per_person_and_day"), transaction.atomic():
        Digest.objects.create(person=rhea, day=now.date(), made_at=now)
    with pytest.raises(IntegrityError, match="pace_of_letters_is_known"), transaction.atomic():
        Preference.objects.create(person=rhea, pace="never")


# Seeing to what failed


@pytest.fixture
def failed(reviewer):
    letter = write(reviewer)
    sending.send_letters()
    letter.refresh_from_db()
    assert letter.problem == sending.NO_ADDRESS
    return letter


def test_a_chief_editor_has_it_tried_again(failed, chief, mailoutbox):
    failed.person.email = "rhea@example.org"
    failed.person.save()
    assert letters.try_again(failed, by=chief)
    sending.send_letters()
    assert [message.to for message in mailoutbox] == [["rhea@example.org"]]
    assert not letters.try_again(failed, by=chief)
    assert not letters.let_go(failed, by=chief)


def test_a_chief_editor_lets_it_go(failed, chief, clock, mailoutbox):
    assert letters.let_go(failed, by=chief)
    failed.refresh_from_db()
    assert (failed.problem, failed.next_try_at) == ("Let go by Cleo Chief.", None)
    clock.forward(days=2)
    sending.send_letters()
    assert mailoutbox == [] and not Letter.objects.failing().exists()


@pytest.mark.parametrize("verb", [letters.try_again, letters.let_go])
@pytest.mark.parametrize("who", ["editor", "reviewer", "stranger"])
def test_nobody_else_sees_to_it(failed, verb, who, request):
    with pytest.raises(PermissionDenied, match="Only chief editors and administrators"):
        verb(failed, by=request.getfixturevalue(who))
    failed.refresh_from_db()
    assert failed.tries == 1 and failed.dropped_at is None
