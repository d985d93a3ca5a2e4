"""Reminders around the review-by date: the right day, the right people, once each."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import example, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from accounts import roles
from library import ledger, publication
from mailroom.models import Letter, Preference
from reviews.reminders import remind
from tests.conftest import make_person
from tests.factories import make_edition, make_source, pattern_document
from tests.library.factories import on, person
from tests.reviews.acting import reaffirm, retire, standing

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition(editor, reviewer, chief):
    make_source(editor)
    return make_edition(pattern_document(), editor, reviewer)


def letters_after(days):
    """Let the clock stand at that many days after the review-by date, remind, and return the newest letters."""
    before = set(Letter.objects.values_list("pk", flat=True))
    with on((standing().review_by + timedelta(days=days)).isoformat()):
        remind()
    return list(Letter.objects.exclude(pk__in=before).order_by("person__username"))


def names(letters):
    return [letter.person.username for letter in letters]


def test_reminders_come_on_their_days_once_each(edition):
    assert letters_after(-31) == []
    seen = []
    for days in (-30, -29, -8, -7, -6, 0, 1, 2, 13, 14, 15, 39):
        letters = letters_after(days)
        assert letters_after(days) == []
        if letters:
            seen.append(days)
            assert names(letters) == ["cleo", "edda", "rhea"]
    assert seen == [-30, -7, 1, 14]


def test_a_letter_says_what_is_due_and_what_to_do(edition):
    day = standing().review_by
    letter = letters_after(-30)[0]
    assert letter.about == f"review-by/pattern/STC/{edition.number}/1/-30"
    assert (letter.subject, letter.link) == (f"Review due by {day}: Pattern STC", "/desk/pattern/STC/")
    assert f"It is to be looked at again by {day}, in 30 days." in letter.text
    assert "A second reviewer can reaffirm it as it stands" in letter.text
    late = letters_after(1)[0]
    assert late.subject == "Review overdue: Pattern STC"
    assert f"by {day}, 1 day ago, and reads “Review overdue” since." in late.text


@pytest.mark.parametrize(("back", "due"), [(-8, "-30"), (0, "-7"), (5, "+1"), (300, "+14")])
def test_a_machine_that_was_off_sends_the_one_that_is_due(edition, back, due):
    letters = letters_after(back)
    assert {letter.about.rpartition("/")[2] for letter in letters} == {due}
    assert names(letters) == ["cleo", "edda", "rhea"]


def test_the_review_by_date_itself_says_today(edition):
    assert "today." in letters_after(0)[0].text


def test_reaffirming_begins_anew_and_tells_the_new_reviewer(edition, other_reviewer):
    letters_after(14)
    with on((standing().review_by + timedelta(days=15)).isoformat()):
        reaffirm(other_reviewer)
    assert letters_after(-31) == []
    letters = letters_after(-30)
    assert names(letters) == ["cleo", "edda", "rolf"]
    assert letters[0].about == f"review-by/pattern/STC/{edition.number}/2/-30"


def test_what_is_retired_or_replaced_is_reminded_of_no_more(edition, editor, reviewer, chief):
    day = standing().review_by
    make_edition(pattern_document(title="Second"), editor, reviewer)
    retire(chief)
    with on((day + timedelta(days=1)).isoformat()):
        remind()
    assert not Letter.objects.exclude(about__startswith="event/").exists()


def test_who_left_gets_no_letter_and_nobody_is_told_twice_later(edition, editor, chief):
    editor.is_active = False
    editor.save()
    assert names(letters_after(-7)) == ["cleo", "rhea"]
    make_person("nina", "Nina", "New", roles.CHIEF_EDITOR)
    assert letters_after(-6) == []
    assert names(letters_after(1)) == ["cleo", "nina", "rhea"]


def test_a_short_interval_reminds_of_no_day_before_the_review(settings, edition, editor, reviewer):
    settings.REVIEW_EVERY_DAYS = 10
    make_edition(pattern_document(title="Second"), editor, reviewer)
    assert letters_after(-10) == []
    assert {letter.about.rpartition("/")[2] for letter in letters_after(-7)} == {"-7"}


def test_ticking_takes_the_same_statements_for_one_as_for_three(edition, editor, reviewer, django_assert_num_queries):
    for codes in ([], ["AAA", "BBB"]):
        for code in codes:
            make_edition(pattern_document(code), editor, reviewer)
        letters_after(14)
        with on((standing().review_by + timedelta(days=14)).isoformat()), django_assert_num_queries(9):
            remind()


def test_a_reminder_that_waits_for_the_morning_is_taken_back_once_it_is_overtaken(edition, chief, other_reviewer):
    """Whoever gets one letter a day is not called for what was reaffirmed in the evening."""
    Preference.objects.create(person=chief, pace=Preference.Pace.DAILY)
    due = letters_after(-7)
    day = (standing().review_by - timedelta(days=7)).isoformat()
    assert len(due) == 3
    Letter.objects.exclude(person=chief).update(sent_at=timezone.now(), next_try_at=None)
    with on(day, hour=18):
        remind()
        assert Letter.objects.filter(pk__in=[letter.pk for letter in due]).count() == 3
        reaffirm(other_reviewer)
        remind()
    left = Letter.objects.filter(pk__in=[letter.pk for letter in due])
    assert sorted(letter.person.username for letter in left) == ["edda", "rhea"]


# Whenever the machine ticks

STEPS = ("tick", "tick", "tick", "reaffirmation", "retirement", "withholding", "publication")
# A week of days off, then some step; reviews are due 40 days after the last.
WALKS = st.lists(st.tuples(st.integers(0, 20), st.sampled_from(STEPS)), min_size=1, max_size=8)


def happens(step, editor, reviewer):
    """Let the step happen now, unless what stands does not allow it."""
    now = standing()
    if step == "publication":
        make_edition(pattern_document(title=f"After {now.number}"), editor, reviewer)
    elif step != "tick" and now.state == "verified":
        with transaction.atomic():
            ledger.lock_library()
            if step == "withholding":
                publication.withhold([now.edition], [person()], "Because")
            else:
                publication.record_act(step, now.edition, [person()], "Because")


def due_now(today):
    """Independently of the code: which reminder of which review is due, as the end of a letter's key."""
    now = standing()
    passed = [days for days in (-30, -7, 1, 14) if (today - now.review_by).days >= days]
    return {f"{now.from_position}/{passed[-1]:+d}"} if passed and now.state == "verified" else set()


def walk(steps, editor, reviewer):
    """Walk through the days and compare after every tick what was told, and to how many, with what should be."""
    today, told = standing().reviewed_on, set()
    for gap, step in steps:
        today += timedelta(days=gap)
        with on(today.isoformat()):
            happens(step, editor, reviewer)
            if step == "tick":
                remind()
                Letter.objects.update(sent_at=timezone.now(), next_try_at=None)
                told |= due_now(today)
        letters = Letter.objects.filter(about__startswith="review-by/").values_list("about", "person")
        assert {"/".join(about.split("/")[-2:]) for about, _ in letters} == told
        assert len(letters) == 3 * len(told)  # chief, editor and reviewer, each once


@pytest.mark.parametrize("number", [10, pytest.param(200, marks=pytest.mark.drill)])
def test_whenever_it_ticks_each_reminder_comes_once_and_none_for_what_is_settled(
    number, settings, editor, reviewer, chief
):
    settings.REVIEW_EVERY_DAYS = 40
    make_source(editor)
    make_edition(pattern_document(), editor, reviewer)

    @given(WALKS)
    @examples(max_examples=number)
    @example([(0, "tick"), (10, "tick"), (0, "tick"), (23, "tick"), (8, "tick"), (13, "tick"), (20, "tick")])
    @example([(20, "tick"), (20, "reaffirmation"), (0, "tick"), (11, "tick"), (20, "retirement"), (20, "tick")])
    @example([(10, "withholding"), (1, "tick"), (1, "publication"), (20, "tick"), (20, "tick"), (20, "tick")])
    def walks(steps):
        with transaction.atomic():
            walk(steps, editor, reviewer)
            transaction.set_rollback(True)

    walks()


def test_reminding_is_called_by_the_tick(settings):
    assert "reviews.reminders.remind" in settings.TICKS
