"""An editor's text while a correction of the item is in review: it takes the correction in, and keeps its turns."""

import pytest
from django.utils import timezone

from history.models import Draft
from library import documents
from reviews import assignments, comments, corrections, workflow
from reviews.asked import review_of
from reviews.models import Correction, Event, LeftOut, Submission
from reviews.queue import queue_of
from reviews.staff import Staff
from reviews.state import items
from tests.factories import approve, make_draft, make_edition, make_source, make_submission, pattern_document
from tests.reviews.desk import ITEM, as_, text_of
from tests.reviews.test_corrections import TITLE, correct_source, opened
from tests.reviews.test_left_out import by_itself

pytestmark = pytest.mark.django_db


def today():
    return timezone.now().date()


@pytest.fixture
def sent_back(editor, other_editor, reviewer):
    """The editor's newer text of a live pattern was sent back while a correction waited for it."""
    make_source(editor)
    make_edition(pattern_document(), editor, reviewer)
    up = make_submission({**Draft.objects.get(code="STC").read(), "title": "Newer"}, editor)
    correct_source(other_editor, title=TITLE)
    assert opened() == {}
    return workflow.request_changes(up, by=reviewer, reason="Mend the title")


@pytest.fixture
def correction(sent_back):
    """The correction's submission, which the next tick opened."""
    return by_itself()["STC"]


def mended(by, title="Mended"):
    make_draft({**Draft.objects.get(code="STC").read(), "title": title}, by)
    return workflow.submit("pattern", "STC", by=by, note="Mended as asked")


def mine(person):
    return [(line.step, line.item.draft.code, line.whys, line.href) for line in queue_of(person, today()).mine]


# The correction is taken in.


def test_the_text_that_was_sent_back_goes_up_whole(correction, editor):
    again = mended(editor)
    correction.refresh_from_db()
    assert correction.state == "withdrawn"
    withdrawn = Event.objects.get(submission=correction.pk, what="withdrawn")
    assert (withdrawn.name, withdrawn.reason) == ("Edda Editor", "Taken into the text that was submitted")
    assert (again.title, again.read()["bibliography"][0]["title"]) == ("Mended", TITLE)
    assert {person["name"] for person in again.contributors} == {"Edda Editor", "Otto Editor"}


def test_published_the_text_ends_the_correction(correction, editor, reviewer):
    approve(mended(editor), reviewer)
    assert by_itself() == {} and not LeftOut.objects.exists()


def test_the_correction_comes_again_when_the_text_is_not_published(correction, editor, reviewer):
    workflow.request_changes(mended(editor), by=reviewer, reason="Not yet")
    again = by_itself()["STC"]
    assert again.correction == correction.correction and bytes(again.document) == bytes(correction.document)
    mended(editor, "Mended twice")
    assert Submission.objects.open().get().title == "Mended twice" and LeftOut.objects.count() == 1


def test_it_is_taken_in_whoever_opened_it_and_signed_in_part(
    correction, editor, other_editor, reviewer, other_reviewer, settings
):
    settings.SIGN_OFFS_NEEDED = 2
    workflow.withdraw(correction, by=other_editor)
    [opened_by_hand] = corrections.open_rest(Correction.objects.get(), by=editor)
    assert approve(opened_by_hand, reviewer) is None
    again = mended(editor)
    assert approve(again, other_reviewer) is None  # the sign-off of the correction counts for nothing here
    assert approve(again, reviewer) is not None


def test_replacing_takes_it_in_as_well(correction, editor):
    assert workflow.replace(correction, by=editor, note="Whole").title == "Newer"


def test_a_text_without_the_correction_is_refused(correction, editor):
    """Every save brings the corrected record along; only something else could have left the old one."""
    before = Submission.objects.filter(change_class="revision").first().read()["bibliography"]
    body = documents.canonical_bytes({**Draft.objects.get(code="STC").read(), "bibliography": before})
    Draft.objects.filter(code="STC").update(document=body.decode(), digest=documents.digest_bytes(body))
    with pytest.raises(workflow.NotAllowed, match="lacks the correction"):
        workflow.submit("pattern", "STC", by=editor, note="Without it")
    assert Submission.objects.open().get() == correction


def test_the_correction_itself_is_not_submitted_once_more(correction, editor):
    make_draft(correction.read(), editor)
    with pytest.raises(workflow.NotAllowed, match="Nothing differs from the correction"):
        workflow.submit("pattern", "STC", by=editor, note="The same")
    assert Submission.objects.open().get() == correction


def test_what_refuses_the_text_keeps_the_correction(correction, editor):
    make_draft({**Draft.objects.get(code="STC").read(), "subtitle": ""}, editor)
    with pytest.raises(workflow.NotReady):
        workflow.submit("pattern", "STC", by=editor, note="Not ready")
    assert Submission.objects.open().get() == correction


# Turns and words.


def test_the_editors_turn_stays_before_beside_and_after_the_correction(sent_back, editor, other_editor, reviewer):
    turn = [("Answer", "STC", ["Rhea Reviewer requested changes."], ITEM)]
    assert mine(editor) == turn
    up = by_itself()["STC"]
    assert mine(editor) == turn and mine(other_editor) == []
    assert [step for step, *_ in mine(reviewer)] == ["Review"]
    approve(up, reviewer)
    assert mine(editor) == turn
    assert items(Draft.objects.filter(code="STC"), today())[0].state.words == ["Verified", "Changes requested"]


def test_a_correction_that_is_sent_back_is_answered_beside_the_text(correction, editor, other_editor, reviewer):
    workflow.request_changes(correction, by=reviewer, reason="The old title was right")
    for person in (editor, other_editor):
        assert [step for step, *_ in mine(person)] == ["Answer"]
    [line] = queue_of(other_editor, today()).mine
    assert line.quote == "The old title was right"
    [line] = queue_of(editor, today()).mine
    assert line.quote == "Mend the title"


def test_a_withdrawn_text_stays_its_writers_to_submit(sent_back, editor, other_editor):
    workflow.withdraw(mended(editor), by=editor, reason="A typo")
    correction = by_itself()["STC"]
    assert mine(editor) == [
        ("Submit", "STC", ["You changed it and have not submitted it."], f"{ITEM}#submit"),
    ]
    workflow.withdraw(correction, by=other_editor)
    assert [step for step, *_ in mine(editor)] == ["Submit"]


def test_comments_on_the_text_wait_for_its_writers_and_on_the_correction_for_theirs(
    sent_back, editor, other_editor, reviewer
):
    def say(submission, text):
        texts = [submission.read()]
        comments.comment("pattern", "STC", by=reviewer, text=text, texts=texts, submission=submission)

    say(sent_back, "Why this title?")
    up = by_itself()["STC"]
    say(up, "Whose title is this?")
    assert [line.quote for line in queue_of(other_editor, today()).mine] == ["Whose title is this?"]
    workflow.withdraw(up, by=other_editor)
    assert {turn.quote for line in queue_of(editor, today()).mine for turn in line.turns} == {
        "Why this title?",
        "Whose title is this?",
        "Mend the title",
    }


def test_the_page_says_the_editors_way(client, correction, editor, reviewer):
    told = text_of(as_(client, editor).get(ITEM))
    assert "Mend the title" in told and "Changes requested" in told
    assert '<a href="#submit">submit it</a>, and the correction is taken into your text.' in told
    assert "If this text is not published, the correction opens again by itself." in told
    answer = client.post(f"{ITEM}submit/", {"note": "Whole"}, follow=True)
    assert "is in review now." in text_of(answer) and Submission.objects.open().get().note == "Whole"
    workflow.request_changes(Submission.objects.open().get(), by=reviewer, reason="Again")
    by_itself()
    assert "When an editor submits it, the correction is taken into that text." in text_of(
        as_(client, reviewer).get(ITEM)
    )


def test_a_draft_that_says_what_the_correction_says_has_nothing_to_submit(client, editor, other_editor, reviewer):
    make_source(editor)
    make_edition(pattern_document(), editor, reviewer)
    correct_source(other_editor, title=TITLE)
    assert set(opened()) == {"STC"}
    assert mine(other_editor) == [] and mine(editor) == []
    told = text_of(as_(client, editor).get(ITEM))
    assert "The draft says more than this correction" not in told and 'id="submit"' not in told


# Who was asked.


def asked(submission):
    return [one.person for one in review_of(submission, Staff(today())).asked]


def test_who_was_asked_is_asked_still_after_corrections_alone(sent_back, editor, other_reviewer, reviewer, chief):
    up = mended(editor)
    assignments.assign(up, other_reviewer, by=chief)
    workflow.withdraw(up, by=editor)
    approve(by_itself()["STC"], reviewer)
    correct_source(editor, title="Encore")
    approve(opened()["STC"], other_reviewer)
    again = mended(editor, "Once more")
    assert again.base_edition != up.base_edition and asked(again) == [other_reviewer]
    assignments.unassign(again, other_reviewer, by=chief)
    assert asked(again) == []


def test_a_new_text_that_was_published_ends_it(sent_back, editor, other_reviewer, reviewer, chief):
    up = mended(editor)
    assignments.assign(up, other_reviewer, by=chief)
    approve(up, reviewer)
    assert asked(mended(editor, "Later")) == []
