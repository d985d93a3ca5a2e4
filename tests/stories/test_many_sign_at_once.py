"""Two hundred reviewers press the same button at the same moment, twenty times over: one edition each time."""

from functools import partial

import pytest

from accounts import roles
from library import ledger
from library.models import Edition, LedgerEntry
from reviews.models import Event, SignOff
from tests.conftest import make_person
from tests.factories import make_source, make_submission, pattern_document
from tests.stories.people import all_at_once, signed_in
from tests.stories.test_signed_at_once import sign

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.drill]
PEOPLE, ROUNDS = 200, 20


@pytest.mark.parametrize("needed", [1, 3])
def test_two_hundred_sign_offs_at_once_are_one_edition(editor, settings, needed):
    settings.SIGN_OFFS_NEEDED = needed
    make_source(editor)
    clients = [signed_in(make_person(f"r{n}", "Reviewer", str(n), roles.REVIEWER)) for n in range(PEOPLE)]
    for number in range(1, ROUNDS // 2 + 1):
        submission = make_submission(pattern_document(title=f"Text {number}"), editor)
        answers = all_at_once(*[partial(sign, client, submission) for client in clients])
        assert sorted(set(answers)) == [302, 409] and answers.count(302) == needed, answers
        assert Edition.objects.count() == LedgerEntry.objects.count() == number
        assert SignOff.objects.filter(digest=submission.digest).count() == needed
        assert Event.objects.filter(submission=submission.pk, what="published").count() == 1
    assert ledger.verify() == []
