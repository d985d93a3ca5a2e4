"""Which two texts a reviewer compares: with the live edition, since their last review, any two."""

import pytest

from reviews import cases, comments, texts, workflow
from reviews.models import Submission
from tests.factories import approve, make_submission, pattern_document
from tests.reviews.desk import as_, page, shown, text_of

pytestmark = pytest.mark.django_db

ELSE = "You are reading another comparison than the one that is signed."


@pytest.fixture
def edition(submission, other_reviewer):
    return approve(submission, other_reviewer)


@pytest.fixture
def sent_back(edition, editor, reviewer):
    second = make_submission(pattern_document(title="Second title", subtitle="Second line"), editor)
    return workflow.request_changes(second, by=reviewer, reason="Not yet")


@pytest.fixture
def third(sent_back, editor):
    return make_submission(pattern_document(title="Second title", subtitle="Third line"), editor)


def places_of(answer):
    return [passage.shown.place for passage in answer.context["passages"]]


def test_the_live_edition_is_compared_with_unless_asked(client, edition, third, reviewer):
    answer = as_(client, reviewer).get(page(third))
    assert places_of(answer) == [("title",), ("subtitle",)]
    assert answer.context["comparison"].preset == "live" and ELSE not in text_of(answer)


def test_since_my_last_review(client, edition, third, reviewer):
    answer = as_(client, reviewer).get(page(third), {"since": "mine"})
    told = text_of(answer)
    assert places_of(answer) == [("subtitle",)]
    assert ELSE in told and f"2 changes against edition {edition.number}." in told
    assert f"2 changes against edition {edition.number}, digest" in told  # what is signed is the same
    assert "What changed from the submission of" in told


@pytest.mark.parametrize("how", ["comment", "sign"])
def test_commenting_and_signing_are_reviews_too(client, settings, edition, editor, reviewer, how):
    settings.SIGN_OFFS_NEEDED = 2
    second = make_submission(pattern_document(title="Second title"), editor)
    if how == "sign":
        approve(second, reviewer)
    else:
        about = {"text": "Hm", "texts": [second.read()], "submission": second}
        comments.comment("pattern", "STC", by=reviewer, **about)
    workflow.withdraw(second, by=editor)
    third = make_submission(pattern_document(title="Second title", subtitle="Third line"), editor)
    assert places_of(as_(client, reviewer).get(page(third), {"since": "mine"})) == [("subtitle",)]


def test_without_an_earlier_review_a_sentence_says_so(client, submission, third, reviewer, other_editor):
    answer = as_(client, other_editor).get(page(third), {"since": "mine"})
    assert texts.NO_REVIEW in text_of(answer) and "Shown instead: the comparison with edition" in text_of(answer)
    assert places_of(answer) == [("title",), ("subtitle",)] and ELSE not in text_of(answer)
    about = {"text": "Hm", "texts": [third.read()], "submission": third}
    comments.comment("pattern", "STC", by=other_editor, **about)
    assert texts.NO_REVIEW in text_of(client.get(page(third), {"since": "mine"}))  # not with itself
    first = as_(client, reviewer).get(page(submission), {"since": "mine"})
    assert "Shown instead: the whole text." in text_of(first)


def test_any_two_texts(client, edition, sent_back, third, reviewer):
    asked = {"old": f"submission-{sent_back.pk}", "new": f"submission-{third.pk}"}
    answer = as_(client, reviewer).get(page(third), asked)
    assert places_of(answer) == [("subtitle",)] and ELSE in text_of(answer)
    choices = answer.context["comparison"].choices
    first = Submission.objects.order_by("pk").first()
    names = {f"submission-{pk}" for pk in (first.pk, sent_back.pk, third.pk)} | {f"edition-{edition.number}"}
    assert {text.name for text in choices} == names and choices[0].name == f"submission-{third.pk}"
    assert [text.name for text in choices if text.document] == [f"submission-{pk}" for pk in (third.pk, sent_back.pk)]
    same = client.get(page(third), {"old": f"edition-{edition.number}"})
    assert places_of(same) == [("title",), ("subtitle",)] and ELSE not in text_of(same)
    backwards = client.get(page(third), {"old": f"submission-{third.pk}", "new": f"edition-{edition.number}"})
    assert places_of(backwards) == [("title",), ("subtitle",)] and ELSE in text_of(backwards)


def test_any_text_is_read_whole(client, edition, third, reviewer):
    answer = as_(client, reviewer).get(page(third), {"old": "nothing"})
    told = text_of(answer)
    assert "What it found." in told and "Third line" in told and ELSE in told
    same = client.get(page(third), {"old": f"edition-{edition.number}", "new": f"edition-{edition.number}"})
    assert places_of(same) == [] and "say the same" in text_of(same)


@pytest.mark.parametrize(
    "asked",
    [{"old": "x"}, {"new": "edition-2020.01"}, {"old": "a\0"}, {"new": "nothing"}, {"old": "submission-9" * 9}],
)
def test_texts_that_are_not_of_the_item_are_not_compared(client, edition, third, reviewer, asked):
    answer = as_(client, reviewer).get(page(third), asked)
    assert answer.status_code == 200 and texts.NO_TEXT in text_of(answer)
    assert places_of(answer) == [("title",), ("subtitle",)]


def test_the_form_signs_the_submission_whatever_is_compared(client, edition, third, reviewer):
    asked = {"since": "mine"}
    signing = as_(client, reviewer).get(page(third), asked).context["signings"][0]
    assert signing.form.initial == shown(third, section="all")
    client.post(page(third, "sign-off/"), signing.form.initial)
    assert cases.live_edition("pattern", "STC").digest == third.digest


@pytest.mark.parametrize(
    ("asked", "statements"), [({}, 11), ({"since": "mine"}, 10), ({"old": "nothing"}, 10), ({"new": "x"}, 10)]
)
def test_every_comparison_takes_at_most_twelve_statements(
    client, third, reviewer, asked, statements, django_assert_num_queries
):
    as_(client, reviewer)
    with django_assert_num_queries(statements):
        client.get(page(third), asked)


@pytest.mark.parametrize("end", ["withdraw", "publish"])
def test_closed_submissions_take_no_more(client, third, editor, reviewer, end, django_assert_num_queries):
    if end == "withdraw":
        workflow.withdraw(third, by=editor)
    else:
        approve(third, reviewer)
    as_(client, reviewer)
    with django_assert_num_queries(8 if end == "withdraw" else 10):
        told = text_of(client.get(page(third)))
    assert ("Withdrawn" if end == "withdraw" else "signed off by Rhea Reviewer") in told
