"""The pages of letters: my own for everybody on the staff, what failed for those who see to it."""

import pytest
from django.utils import timezone

from accounts import roles
from mailroom import sending
from mailroom.models import Letter, Preference, Tick
from tests.conftest import make_person
from tests.mailroom.conftest import write
from tests.reviews.desk import as_, text_of

pytestmark = pytest.mark.django_db
MINE, FAILURES = "/desk/letters/", "/desk/letters/failures/"


@pytest.fixture
def administrator(db):
    return make_person("ada", "Ada", "Administrator", roles.ADMINISTRATOR)


@pytest.fixture
def failed(reviewer):
    letter = write(reviewer, subject="For your review")
    sending.send_letters()
    return letter


def addresses(letter):
    return {
        MINE: "get",
        FAILURES: "get",
        f"{MINE}pace/": "post",
        f"{MINE}{letter.pk}/try-again/": "post",
        f"{MINE}{letter.pk}/let-go/": "post",
    }


def test_a_stranger_learns_nothing(client, stranger, failed):
    nowhere = as_(client, stranger).get("/-/").content
    for address in addresses(failed):
        for method in ("get", "post"):
            answer = getattr(client, method)(address, {"pace": "daily"})
            assert (answer.status_code, answer.content) == (404, nowhere)
    failed.refresh_from_db()
    assert failed.dropped_at is None and not Preference.objects.exists()


def test_who_is_not_signed_in_signs_in_first(client, failed):
    for address, method in addresses(failed).items():
        answer = getattr(client, method)(address)
        back = MINE if method == "post" else address
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/accounts/login/?next={back}")


def test_a_deactivated_person_is_let_in_nowhere(client, chief, failed):
    as_(client, chief)
    chief.is_active = False
    chief.save()
    for address, method in addresses(failed).items():
        assert getattr(client, method)(address).status_code == 302


@pytest.mark.parametrize("method", ["get", "post"])
def test_pages_answer_their_method_only(client, chief, failed, method):
    as_(client, chief)
    for address, right in addresses(failed).items():
        if method != right:
            assert getattr(client, method)(address).status_code == 405


@pytest.mark.parametrize("who", ["editor", "reviewer", "chief", "administrator"])
def test_everybody_on_the_staff_reads_their_own_letters(client, who, request, other_editor):
    person = request.getfixturevalue(who)
    write(person, subject="Naïveté & <b>", text="Voilà,\n<i>that</i> happened.", link="/desk/pattern/STC/")
    write(other_editor, "event/2", subject="Not yours to read")
    said = text_of(as_(client, person).get(MINE))
    assert "Naïveté &amp; &lt;b&gt;" in said and "&lt;i&gt;that&lt;/i&gt; happened." in said
    assert 'href="/desk/pattern/STC/"' in said
    assert "Not yours to read" not in said
    assert ("What could not be sent, to you or others" in said) == (who in ("chief", "administrator"))


def test_without_letters_the_page_says_what_will_stand_there(client, editor):
    said = text_of(as_(client, editor).get(MINE))
    assert "Nobody has written to you yet." in said
    assert "There is no e-mail address in your account" in said


def test_a_letter_says_what_became_of_it(client, rhea, clock):
    now = clock.now
    ended = {"next_try_at": None, "tries": 11, "problem": "It failed."}
    for about, fields in {
        "waits": {},
        "fails": {"problem": "It failed.", "tries": 1},
        "sent": {"next_try_at": None, "sent_at": now},
        "given up": {**ended, "given_up_at": now},
        "dropped": {**ended, "dropped_at": now},
    }.items():
        Letter.objects.filter(pk=write(rhea, about).pk).update(**fields)
    said = text_of(as_(client, rhea).get(MINE))
    time = '<time datetime="2026-11-24T12:00:00+00:00" title="2026-11-24 12:00:00 UTC">2026-11-24 12:00 UTC</time>'
    for words in (
        "Goes out within a minute</span>",
        f"Not sent yet</span> It failed. Tried 1 time, again {time}.",
        f"Sent {time}</span>",
        "Given up after 11 tries</span> It failed.",
        "Not sent</span> It failed.",
    ):
        assert said.count(words) == 1


def test_letters_come_in_pages_the_newest_first(client, rhea, django_assert_num_queries):
    for number in range(41):
        write(rhea, f"event/{number}")
    page, seen = as_(client, rhea).get(MINE), []
    while True:
        seen.append([letter.about for letter in page.context["letters"]])
        older = page.context["older"]
        if older is None:
            break
        assert f'href="?before={older}"' in page.content.decode()
        page = client.get(MINE, {"before": older})
    assert [len(each) for each in seen] == [20, 20, 1]
    assert [about for each in seen for about in each] == [f"event/{number}" for number in reversed(range(41))]


@pytest.mark.parametrize("before", ["x", "0", "-1", "9" * 30, "9" * 5000, "\x00"])
def test_an_absurd_page_is_the_first(client, rhea, before):
    write(rhea)
    page = as_(client, rhea).get(MINE, {"before": before})
    assert page.status_code == 200 and len(page.context["letters"]) == 1


@pytest.mark.parametrize("count", [1, 3])
def test_pages_take_as_many_statements_for_three_as_for_one(client, chief, count, django_assert_num_queries):
    for number in range(count):
        write(chief, f"event/{number}")
        write(make_person(f"p{number}", "P", str(number), roles.EDITOR))
    sending.send_letters()
    as_(client, chief)
    with django_assert_num_queries(6):  # session, user, pace, letters, roles, open reports
        assert len(client.get(MINE).context["letters"]) == count
    with django_assert_num_queries(6):  # session, user, roles, letters, ticks, open reports
        assert len(client.get(FAILURES).context["letters"]) == 2 * count


# One letter a day


def test_a_person_chooses_their_pace(client, rhea, editor):
    write(rhea)
    assert text_of(as_(client, rhea).get(MINE)).count('<option value="at_once" selected>') == 1
    answer = client.post(f"{MINE}pace/", {"pace": "daily"}, follow=True)
    said = text_of(answer)
    assert answer.redirect_chain == [(MINE, 302)]
    assert "From now on: one letter a day." in said and '<option value="daily" selected>' in said
    assert "Comes with your next daily letter" in said
    assert list(Preference.objects.values_list("person__username", "pace")) == [("rhea", "daily")]
    client.post(f"{MINE}pace/", {"pace": "at_once", "person": editor.pk})
    assert list(Preference.objects.values_list("person__username", "pace")) == [("rhea", "at_once")]


@pytest.mark.parametrize("pace", ["", "never", "x" * 1000, "\x00"])
def test_an_unknown_pace_is_refused(client, rhea, pace):
    answer = as_(client, rhea).post(f"{MINE}pace/", {"pace": pace})
    assert answer.status_code == 400 and not Preference.objects.exists()


# What could not be sent


@pytest.mark.parametrize("who", ["editor", "reviewer"])
def test_others_are_told_why_they_do_not_see_failures(client, who, request, failed):
    as_(client, request.getfixturevalue(who))
    for address, method in addresses(failed).items():
        if address != MINE and "pace" not in address:
            answer = getattr(client, method)(address)
            assert answer.status_code == 403
            assert "Only chief editors and administrators see to letters" in text_of(answer)
    failed.refresh_from_db()
    assert failed.tries == 1 and failed.dropped_at is None


@pytest.mark.parametrize("who", ["chief", "administrator"])
def test_failures_are_listed_with_their_cause_but_not_their_text(client, who, request, failed):
    said = text_of(as_(client, request.getfixturevalue(who)).get(FAILURES))
    assert 'For your review <span class="letter-to">to Rhea Reviewer</span>' in said
    assert sending.NO_ADDRESS in said
    assert "Text of event/1" not in said


def test_failed_work_is_shown_with_its_sentence(client, chief, settings):
    Tick.objects.create(name=settings.TICKS[0], ran_at=timezone.now(), error="Nothing can be done today.")
    said = text_of(as_(client, chief).get(FAILURES))
    assert f"<code>{settings.TICKS[0]}</code>: Nothing can be done today." in said
    assert "never went well yet" in said


def test_failures_are_tried_again_or_let_go(client, chief, failed):
    as_(client, chief)
    before = Letter.objects.get().next_try_at
    again = client.post(f"{MINE}{failed.pk}/try-again/", follow=True)
    assert "“For your review” is tried again within a minute." in text_of(again)
    assert Letter.objects.get().next_try_at < before
    gone = client.post(f"{MINE}{failed.pk}/let-go/", follow=True)
    assert "“For your review” is not tried any more." in text_of(gone)
    assert "Every letter has been sent or waits for its time." in text_of(gone)
    late = client.post(f"{MINE}{failed.pk}/try-again/", follow=True)
    assert "needs nothing any more: it was sent or dropped meanwhile" in text_of(late)


@pytest.mark.parametrize("pk", ["0", "99", "9" * 30])
def test_no_letter_is_no_page(client, chief, pk):
    assert as_(client, chief).post(f"{MINE}{pk}/try-again/").status_code == 404


# The line on the queue page


def test_the_queue_tells_a_chief_editor_what_failed(client, chief, failed, settings):
    Tick.objects.create(name=settings.TICKS[0], ran_at=timezone.now(), error="No.")
    said = text_of(as_(client, chief).get("/desk/"))
    assert "1 letter could not be sent. 1 thing that fell due failed." in said
    assert f'href="{FAILURES}"' in said


def test_the_queue_tells_nobody_else(client, editor, failed):
    assert FAILURES not in text_of(as_(client, editor).get("/desk/"))


def test_the_queue_says_nothing_while_all_is_well(client, chief):
    write(chief)
    assert FAILURES not in text_of(as_(client, chief).get("/desk/"))
