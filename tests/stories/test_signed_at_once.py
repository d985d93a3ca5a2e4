"""Sign-offs that meet: different items at once lose nothing, one submission gives one edition."""

import re
from contextlib import ExitStack
from unittest import mock

import pytest
from django.test import Client
from django.urls import reverse

from accounts import roles
from library import ledger, publication
from library.models import Edition, LedgerEntry
from reviews.models import Event, SignOff, Submission
from tests.conftest import make_person
from tests.factories import make_edition, make_source, make_submission, partnership_document, pattern_document
from tests.stories.people import all_at_once, signed_in

pytestmark = pytest.mark.django_db(transaction=True)
ITEMS, PEOPLE = 40, 8


def sign(client, submission):
    """POST what the review page's form holds."""
    shown = {"digest": submission.digest, "base_edition": submission.base_edition}
    return client.post(reverse("desk:sign-off", args=[submission.pk]), shown).status_code


@pytest.fixture
def pattern(editor, reviewer):
    make_source(editor)
    return make_edition(pattern_document(), editor, reviewer)


@pytest.fixture
def submissions(pattern, editor):
    return [make_submission(partnership_document(f"deal-{n:02d}"), editor) for n in range(ITEMS)]


def sign_all_at_once(submissions):
    """Eight reviewers sign five different items each, all at the same time."""
    people = [make_person(f"r{n}", "Reviewer", str(n), roles.REVIEWER) for n in range(PEOPLE)]
    shares = [submissions[n::PEOPLE] for n in range(PEOPLE)]

    def sign_share(person, share):
        client = signed_in(person)
        return lambda: [sign(client, submission) for submission in share]

    answers = all_at_once(*[sign_share(*pair) for pair in zip(people, shares, strict=True)])
    return [status for answer in answers for status in (answer if isinstance(answer, list) else [answer])]


def listed_on_the_pattern_page():
    page = Client().get("/patterns/pattern-stc/").content.decode()
    return set(re.findall(r'href="/partnerships/(deal-\d\d)/', page))


@pytest.mark.drill
def test_forty_items_signed_at_once_are_forty_editions(submissions):
    assert sign_all_at_once(submissions) == [302] * ITEMS
    assert Edition.objects.filter(kind="partnership").count() == ITEMS
    assert LedgerEntry.objects.count() == ITEMS + 1
    assert ledger.verify() == []
    assert listed_on_the_pattern_page() == {f"deal-{n:02d}" for n in range(ITEMS)}


@pytest.mark.drill
def test_the_story_fails_when_the_library_is_not_locked(submissions):
    """Planted fault: publication locks nothing. Either an act fails or the record is not whole."""
    with ExitStack() as planted:
        for module in ("reviews.workflow", "library.ledger"):
            planted.enter_context(mock.patch(f"{module}.lock_library", lambda: None))
        statuses = sign_all_at_once(submissions)
    whole = listed_on_the_pattern_page() == {f"deal-{n:02d}" for n in range(ITEMS)}
    assert not (statuses == [302] * ITEMS and whole and ledger.verify() == [])


@pytest.mark.drill
def test_fifty_sign_offs_of_one_submission_give_one_edition(pattern, editor):
    submission = make_submission(partnership_document(), editor)
    people = [make_person(f"r{n}", "Reviewer", str(n), roles.REVIEWER) for n in range(50)]
    clients = [signed_in(person) for person in people]
    statuses = all_at_once(*[lambda client=client: sign(client, submission) for client in clients])
    assert sorted(statuses) == [302] + [409] * 49
    assert Edition.objects.filter(kind="partnership").count() == 1
    assert SignOff.objects.filter(code="stargate").count() == 1
    assert Submission.objects.get(pk=submission.pk).state == Submission.State.PUBLISHED
    assert list(Event.objects.filter(code="stargate").values_list("what", flat=True)) == [
        "submitted",
        "signed_off",
        "published",
    ]
    assert ledger.verify() == []


def test_a_publication_that_breaks_leaves_nothing(pattern, editor, reviewer):
    submission = make_submission(partnership_document(), editor)
    with mock.patch.object(publication.pages, "redraw", side_effect=RuntimeError("the page cannot be drawn")):
        assert sign(signed_in(reviewer), submission) == 500
    assert not Edition.objects.filter(kind="partnership").exists()
    assert not SignOff.objects.filter(code="stargate").exists()
    assert Submission.objects.get(pk=submission.pk).state == Submission.State.OPEN
    assert ledger.verify() == []
