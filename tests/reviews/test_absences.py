"""Going away: whose days, who stands in, and what the database refuses."""

import re
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import roles
from mailroom.models import Letter
from reviews import absences, assignments, permissions, workflow
from reviews.models import Absence, Event
from reviews.refusals import NotAllowed
from tests.conftest import make_person
from tests.factories import make_draft, make_submission, pattern_document
from tests.forms_of_page import find_form, send
from tests.reviews.desk import as_, text_of
from tests.stories.people import all_at_once

pytestmark = pytest.mark.django_db


def in_days(count):
    return timezone.now().date() + timedelta(days=count)


def go(person, first=1, last=5, by=None, **fields):
    return absences.go_away(person, first_day=in_days(first), last_day=in_days(last), by=by or person, **fields)


def test_going_away_names_who_stands_in(reviewer, other_reviewer):
    absence = go(reviewer, delegate=other_reviewer, note="Congé d’été")
    assert (absence.person, absence.delegate, absence.note) == (reviewer, other_reviewer, "Congé d’été")
    letter = Letter.objects.get()
    days = f"{in_days(1):%Y-%m-%d} to {in_days(5):%Y-%m-%d}"
    assert (letter.person, letter.link) == (other_reviewer, "/desk/")
    assert letter.subject == "You stand in for Rhea Reviewer"
    assert letter.text.startswith(f"Rhea Reviewer is away from {days}. Congé d’été")
    assert not Event.objects.exists()


def test_what_waits_for_who_goes_today_is_passed_on(submission, editor, reviewer, other_reviewer, chief):
    make_submission(pattern_document("ABC"), editor)
    assignments.assign(submission, reviewer, by=chief)
    go(reviewer, first=0, delegate=other_reviewer)
    event = Event.objects.get(what="delegated")
    assert (event.submission, event.name, event.other) == (submission.pk, "Rhea Reviewer", "Rolf Reviewer")
    assert event.reason.startswith("Rhea Reviewer is away from ")
    assert not Letter.objects.filter(about__startswith="absence/").exists()


def test_what_the_delegate_may_not_sign_is_not_passed_on(draft, editor, reviewer, chief):
    make_draft(pattern_document(subtitle="By the chief"), chief)
    submission = workflow.submit("pattern", "STC", by=editor, note="Both wrote")
    assignments.assign(submission, reviewer, by=chief)
    go(reviewer, first=0, delegate=chief)
    assert not Event.objects.filter(what="delegated").exists()


def test_a_chief_editor_writes_no_letter_to_themselves(reviewer, chief):
    go(reviewer, delegate=chief, by=chief)
    assert not Letter.objects.exists()


def test_going_away_with_nobody_standing_in_tells_nobody(reviewer):
    assert go(reviewer, first=0).delegate is None
    assert not Event.objects.exists() and not Letter.objects.exists()


def test_one_says_only_of_oneself_and_a_chief_editor_of_all(reviewer, other_reviewer, editor, chief, stranger):
    for person in (editor, other_reviewer, stranger):
        with pytest.raises(PermissionDenied, match="for others a chief editor does"):
            go(reviewer, by=person)
    with pytest.raises(PermissionDenied):
        go(stranger)
    absence = go(reviewer, by=chief)
    with pytest.raises(PermissionDenied, match="You end your own absence"):
        absences.come_back(absence, by=other_reviewer)
    absences.come_back(absence, by=reviewer)
    assert not Absence.objects.exists()


def test_days_that_cannot_be_are_refused(reviewer):
    for first, last, sentence in [(5, 4, "must not be before"), (-9, -1, "These days are over")]:
        with pytest.raises(NotAllowed, match=sentence):
            go(reviewer, first, last)
    go(reviewer, -3, 0)
    with pytest.raises(NotAllowed, match=r"Rhea Reviewer is away from .* already"):
        go(reviewer, 0, 2)
    go(reviewer, 1, 1)


def test_who_stands_in_can_do_the_work(reviewer, other_reviewer, editor, other_editor, chief, stranger):
    for person, delegate, sentence in [
        (reviewer, reviewer, "Somebody else must stand in"),
        (reviewer, editor, "Edda Editor is no reviewer and cannot stand in for one"),
        (editor, reviewer, "Rhea Reviewer is no editor and cannot stand in for one"),
        (reviewer, stranger, "Sam Stranger is no reviewer"),
    ]:
        with pytest.raises(NotAllowed, match=sentence):
            go(person, delegate=delegate)
    assert go(editor, delegate=other_editor).delegate == other_editor
    assert go(chief, delegate=reviewer).delegate == reviewer


def test_a_note_has_an_end(reviewer):
    with pytest.raises(NotAllowed, match="2,001 characters"):
        go(reviewer, note="x" * 2_001)


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"last_day": date(2030, 1, 1)}, "an_absence_ends_after_it_begins"),
        ({"delegate": True}, "nobody_stands_in_for_themselves"),
        ({"first_day": date(2029, 12, 31), "last_day": date(2030, 3, 1)}, "a_person_is_away_once_at_a_time"),
    ],
)
def test_the_database_refuses_what_cannot_be(reviewer, other_reviewer, fields, name):
    days = {"first_day": date(2030, 1, 2), "last_day": date(2030, 1, 3)}
    if name == "a_person_is_away_once_at_a_time":
        Absence.objects.create(person=reviewer, **days)
        Absence.objects.create(person=other_reviewer, **days)
    if "delegate" in fields:
        fields = {"delegate": reviewer}
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Absence.objects.create(person=reviewer, **{**days, **fields})


@pytest.mark.django_db(transaction=True)
def test_two_absences_at_once_are_one(reviewer, chief):
    answers = all_at_once(*[lambda: go(reviewer, by=chief)] * 4)
    assert sum(isinstance(answer, NotAllowed) for answer in answers) == 3
    assert Absence.objects.count() == 1


# The page


def post(client, **fields):
    days = {"first_day": in_days(1).isoformat(), "last_day": in_days(5).isoformat()}
    return client.post("/desk/away/add/", {**days, **fields})


def test_page_takes_an_absence_and_ends_it(client, reviewer, other_reviewer):
    as_(client, reviewer)
    assert "Nobody you know of is away." in text_of(client.get("/desk/away/"))
    assert post(client, delegate=other_reviewer.pk).status_code == 302
    page = text_of(client.get("/desk/away/"))
    assert "Rolf Reviewer stands in." in page and "End it" in page
    theirs = text_of(as_(client, other_reviewer).get("/desk/away/"))
    assert "Rhea Reviewer" in theirs and "End it" not in theirs
    absence = Absence.objects.get()
    assert client.post(f"/desk/away/{absence.pk}/end/").status_code == 403
    as_(client, reviewer)
    assert client.post(f"/desk/away/{absence.pk}/end/").status_code == 302
    assert client.post(f"/desk/away/{absence.pk}/end/").status_code == 404
    assert not Absence.objects.exists()


def test_page_hides_other_peoples_absences(client, reviewer, editor, chief):
    absence = go(reviewer)
    as_(client, editor)
    assert "Rhea Reviewer" not in text_of(client.get("/desk/away/")).partition("Say when")[0]
    assert client.post(f"/desk/away/{absence.pk}/end/").status_code == 404
    assert "Rhea Reviewer" in text_of(as_(client, chief).get("/desk/away/")).partition("Say when")[0]
    assert client.post(f"/desk/away/{absence.pk}/end/").status_code == 302


def test_page_refuses_and_keeps_what_was_typed(client, reviewer, editor):
    answer = post(as_(client, reviewer), delegate=editor.pk, note="À bientôt")
    assert answer.status_code == 409
    assert "Edda Editor is no reviewer" in text_of(answer) and "À bientôt" in text_of(answer)
    assert post(client, first_day="0000-99-99").status_code == 409
    assert post(client, delegate="999999999999999999999").status_code == 409
    assert post(client, first_day="9999-12-31", last_day="9999-12-31").status_code == 302


def test_page_takes_somebody_elses_absence_from_a_chief_editor_only(client, reviewer, editor, chief):
    assert post(as_(client, editor), person=reviewer.pk).status_code == 403
    assert post(as_(client, chief), person=reviewer.pk).status_code == 302
    assert Absence.objects.get().person == reviewer


def test_page_is_closed_to_who_has_no_desk(client, stranger):
    assert as_(client, stranger).get("/desk/away/").status_code == 404
    assert post(client).status_code == 404
    assert as_(client, stranger).get("/desk/away/add/").status_code == 404


def test_page_of_a_get_on_a_verb_is_refused(client, reviewer):
    assert as_(client, reviewer).get("/desk/away/add/").status_code == 405


def offered(answer, name="delegate"):
    """The names in a list of the page, the empty choice left out; None where there is no list."""
    found = re.search(rf'<select name="{name}".*?</select>', text_of(answer), re.DOTALL)
    return found and re.findall(r'<option value="\d+"[^>]*>(.*?)</option>', found[0])


def test_page_offers_who_can_stand_in_and_nobody_else(
    client, reviewer, other_reviewer, editor, other_editor, chief, stranger
):
    expected = {
        reviewer: ["Cleo Chief", "Rolf Reviewer"],
        editor: ["Cleo Chief", "Otto Editor"],
        chief: ["Rhea Reviewer", "Rolf Reviewer"],
    }
    for person, names in expected.items():
        assert offered(as_(client, person).get("/desk/away/")) == names
    for person, names in expected.items():
        page = client.get("/desk/away/", {"person": person.pk})
        assert offered(page) == names
        heading = "Say when you are away" if person == chief else f"Say when {person.name} is away"
        assert heading in text_of(page)
    everybody = permissions.desk_people()
    for person in everybody:
        for delegate in absences.stand_ins(person, everybody):
            assert absences.why_not_delegate(person, delegate) == ""


def test_page_says_that_nobody_can_stand_in(client, editor, reviewer):
    for person, work in ((editor, "an editor"), (reviewer, "a reviewer")):
        page = as_(client, person).get("/desk/away/")
        assert offered(page) is None
        assert f"Nobody can stand in: nobody else here is {work}." in text_of(page)
    assert post(client).status_code == 302


def test_page_asks_of_whom_a_chief_editor_alone(client, reviewer, other_reviewer, editor, chief):
    page = as_(client, reviewer).get("/desk/away/", {"person": editor.pk})
    assert offered(page, "person") is None and "Say when you are away" in text_of(page)
    page = as_(client, chief).get("/desk/away/", {"person": reviewer.pk})
    assert offered(page, "person") == ["Edda Editor", "Rhea Reviewer", "Rolf Reviewer"]
    form = find_form(page, having="first_day")
    day = in_days(1).isoformat()
    answer = send(client, page, form, first_day=day, last_day=day, delegate=str(other_reviewer.pk))
    assert answer.status_code == 302
    assert (Absence.objects.get().person, Absence.objects.get().delegate) == (reviewer, other_reviewer)
    again = send(client, page, form, first_day=day, last_day=day)
    assert again.status_code == 409 and "Say when Rhea Reviewer is away" in text_of(again)
    for wrong in ("", "x", "999999", "9" * 400, "\0"):
        assert "Say when you are away" in text_of(client.get("/desk/away/", {"person": wrong}))


def test_page_takes_as_many_statements_for_three_as_for_one(client, reviewer, chief, django_assert_num_queries):
    client.force_login(chief)
    client.get("/desk/away/")
    with CaptureQueriesContext(connection) as for_one:
        client.get("/desk/away/")
    for name in ("ada", "bea"):
        make_person(name, name.title(), "Reviewer", roles.REVIEWER)
    with django_assert_num_queries(len(for_one)):
        assert len(offered(client.get("/desk/away/"))) == 3
