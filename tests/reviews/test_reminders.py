"""Reminders around the review-by date: the right day, the right people, once each."""

from datetime import timedelta

import pytest

from accounts import roles
from mailroom.models import Letter
from reviews.reminders import remind
from tests.conftest import make_person
from tests.factories import make_edition, make_source, pattern_document
from tests.library.factories import on
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
        with on((standing().review_by + timedelta(days=14)).isoformat()), django_assert_num_queries(8):
            remind()


def test_reminding_is_called_by_the_tick(settings):
    assert "reviews.reminders.remind" in settings.TICKS
