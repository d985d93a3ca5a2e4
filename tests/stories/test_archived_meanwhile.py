"""Archiving meets submitting, saving and citing: whoever is first is whole, the other hears a sentence."""

from unittest import mock

import pytest

from history import archive as shelf
from history import timeline
from history.models import Archived, Draft
from reviews import archive, workflow
from reviews.models import Event, Submission
from tests.factories import make_draft, make_source, partnership_document, pattern_document
from tests.stories.people import all_at_once, in_turns

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.drill]


@pytest.fixture
def draft(editor):
    make_source(editor)
    return make_draft(pattern_document(), editor)


def set_aside(by, kind="pattern", code="STC"):
    return archive.archive(kind, code, by=by, reason="Because")


def submit(by):
    return workflow.submit("pattern", "STC", by=by, note="For review")


def paused(target, pause):
    """Let the act stand still before the last thing it does: telling."""
    told = archive.events.tell

    def tell(*args, **named):
        pause()
        return told(*args, **named)

    return mock.patch(target, tell)


def test_a_submission_waits_for_archiving_and_is_refused(draft, editor, other_editor):
    def first(pause):
        with paused("reviews.archive.events.tell", pause):
            return set_aside(editor)

    made, refused = in_turns(first, lambda: submit(other_editor))
    assert isinstance(made, Archived)
    assert isinstance(refused, workflow.NotAllowed) and "was archived by Edda Editor" in str(refused)
    assert not Submission.objects.exists()


def test_archiving_waits_for_a_submission_and_is_refused(draft, editor, chief):
    def first(pause):
        told = workflow.events.tell_of

        def tell_of(*args, **named):
            pause()
            return told(*args, **named)

        with mock.patch("reviews.workflow.events.tell_of", tell_of):
            return submit(editor)

    made, refused = in_turns(first, lambda: set_aside(chief))
    assert isinstance(made, Submission)
    assert isinstance(refused, workflow.NotAllowed) and "STC is in review" in str(refused)
    assert not Archived.objects.exists()


def test_a_save_waits_for_archiving_and_is_refused(draft, editor, other_editor):
    def first(pause):
        with paused("reviews.archive.events.tell", pause):
            return set_aside(editor)

    _, refused = in_turns(first, lambda: make_draft(pattern_document(title="Late"), other_editor))
    assert isinstance(refused, shelf.IsArchived)
    assert Draft.objects.get(code="STC").title == "Pattern STC"


def test_archiving_a_source_waits_for_who_begins_to_cite_it(draft, editor):
    make_source(editor, "lone-2026")
    document = partnership_document(summary="Cites it [@lone-2026].")

    def first(pause):
        kept = timeline.record

        def record(*args, **named):
            pause()
            return kept(*args, **named)

        with mock.patch("history.timeline.record", record):
            return timeline.save("partnership", "stargate", document, by=editor, note="Cites it")

    made, refused = in_turns(first, lambda: set_aside(editor, "source", "lone-2026"))
    assert isinstance(made, Draft)
    assert isinstance(refused, workflow.NotAllowed) and "stargate still needs it" in str(refused)


def test_one_of_many_who_archive_at_once_does(draft, editor, chief):
    results = all_at_once(*[lambda by=by: set_aside(by) for by in (editor, chief) * 4])
    assert sum(isinstance(result, Archived) for result in results) == 1
    assert sum(isinstance(result, workflow.NotAllowed) for result in results) == 7
    assert Event.objects.filter(what="archived").count() == Archived.objects.count() == 1


def test_archiving_and_submitting_at_once_never_do_both(draft, editor, chief):
    for _ in range(10):
        all_at_once(lambda: set_aside(chief), lambda: submit(editor))
        is_archived, in_review = Archived.objects.exists(), Submission.objects.open().exists()
        assert is_archived != in_review
        if is_archived:
            archive.recover("pattern", "STC", by=chief, reason="Again")
        else:
            workflow.withdraw(Submission.objects.open().get(), by=editor)
