"""Comments that wait for a word, and corrections of many texts, as turns in the queue."""

import pytest

from history import saving
from history.models import Draft
from reviews import comments, corrections, workflow
from reviews.models import Submission
from tests.factories import (
    approve,
    make_draft,
    make_edition,
    make_submission,
    partnership_document,
    pattern_document,
)
from tests.reviews.desk import as_, page, text_of

pytestmark = pytest.mark.django_db
QUEUE = "/desk/"


def mine(client, person):
    queue = as_(client, person).get(QUEUE).context["queue"]
    return [(line.step, line.item.draft.code, line.whys, line.href) for line in queue.mine]


def say(submission, by, text="Why so?", **more):
    return comments.comment(
        "pattern", "STC", by=by, text=text, texts=[submission.read()], submission=submission, **more
    )


def test_a_comment_waits_for_who_wrote_the_text(client, submission, editor, other_editor, reviewer):
    say(submission, reviewer, is_blocking=True)
    assert mine(client, editor) == [
        (
            "Answer comments on",
            "STC",
            ["Rhea Reviewer commented. It blocks the text."],
            "/desk/pattern/STC/#comments",
        )
    ]
    assert mine(client, other_editor) == []


def test_a_comment_that_is_open_after_publication_waits_for_its_answer(
    client, submission, editor, reviewer, other_reviewer, chief
):
    say(submission, reviewer)
    say(submission, reviewer, text="And why here?")
    approve(submission, reviewer)
    assert [step for step, *_ in mine(client, editor)] == ["Answer comments on"]
    others = {}
    for person in (reviewer, other_reviewer, chief):
        queue = as_(client, person).get(QUEUE).context["queue"]
        others[person.username] = [[turn.whose for turn in line.turns] for line in queue.others]
    assert others == {"rhea": [["Edda Editor"]], "rolf": [], "cleo": [["Edda Editor"]]}


def test_an_answer_waits_for_who_began(client, submission, editor, reviewer, other_reviewer):
    thread = say(submission, reviewer)
    comments.reply(thread, by=editor, text="Because of the licence.")
    assert mine(client, editor) == []
    [(step, code, whys, href)] = mine(client, reviewer)
    assert href == f"/desk/submissions/{submission.pk}/"  # where the answer is read beside the text, and decided on
    assert (step, code) == ("Answer comments on", "STC") and "Edda Editor answered your comment." in whys
    assert all("answered" not in why for line in mine(client, other_reviewer) for why in line[2])


def test_a_resolved_comment_waits_for_nobody(client, submission, editor, reviewer):
    thread = say(submission, reviewer)
    comments.resolve(thread, by=reviewer)
    assert mine(client, editor) == []


def test_own_notes_wait_for_nobody(client, submission, editor):
    say(submission, editor, text="To myself")
    assert mine(client, editor) == []


@pytest.fixture
def corrected(submission, editor, reviewer):
    """Two published texts cite a source that is corrected."""
    approve(submission, reviewer)
    make_edition(partnership_document(), editor, reviewer)
    source = Draft.objects.get(kind="source")
    newer = {**source.read(), "title": "Titre corrigé"}
    saving.save("source", source.code, newer, saving.Base.of(source), by=editor, note="As printed")
    corrections.open_due()


def test_a_correction_of_many_texts_is_one_line(client, corrected, reviewer):
    queue = as_(client, reviewer).get(QUEUE).context["queue"]
    assert queue.mine == [] and [(one.correction.code, one.count) for one in queue.gathered] == [("smith-2026", 2)]
    told = text_of(client.get(QUEUE))
    assert (
        "It changes 2 published texts; one page signs them all." in told and 'My turn <span class="count">2<' in told
    )
    assert "Nothing waits for you" not in told


def test_a_text_that_is_left_of_a_correction_stands_by_itself(client, corrected, reviewer, other_reviewer):
    first = workflow.Submission.objects.open().order_by("pk").first()
    approve(first, other_reviewer)
    queue = as_(client, reviewer).get(QUEUE).context["queue"]
    assert queue.gathered == [] and len(queue.mine) == 1
    assert client.get(page(queue.mine[0].item.latest)).status_code == 200


# What a correction changed, in the queue of who made it


def correct(by, key="smith-2026", **fields):
    source = Draft.objects.get(code=key)
    saving.save(source.kind, key, {**source.read(), **fields}, saving.Base.of(source), by=by, note="As printed")
    corrections.open_due()


def withdraw_all(editor):
    for up in Submission.objects.open():
        workflow.withdraw(up, by=editor)


CORRECTED = (
    "You corrected smith-2026, which it cites; the live edition still says it as it was, and nothing is in review."
)


def test_a_correction_taken_back_is_told_as_what_it_is(client, submission, reviewer, other_editor, chief):
    approve(submission, reviewer)
    correct(other_editor, title="Titre corrigé")
    assert mine(client, other_editor) == []
    withdraw_all(chief)
    assert mine(client, other_editor) == [("Submit", "STC", [CORRECTED], "/desk/pattern/STC/#submit")]


def test_a_renamed_family_is_told_as_what_it_is(client, submission, reviewer, other_editor, chief):
    approve(submission, reviewer)
    correct(other_editor, "sovereign", name="Souveraineté")
    withdraw_all(chief)
    [(_, _, [why], _)] = mine(client, other_editor)
    assert why == "You renamed its family; the live edition still says it as it was, and nothing is in review."


def test_a_published_correction_is_nobodys_turn_though_the_draft_says_more(
    client, submission, editor, other_editor, reviewer
):
    approve(submission, reviewer)
    make_draft({**Draft.objects.get(code="STC").read(), "in_brief": "Pending [@smith-2026]."}, editor)
    correct(other_editor, title="Titre corrigé")
    approve(Submission.objects.open().get(), reviewer)
    assert mine(client, other_editor) == []
    assert [(code, whys) for _, code, whys, _ in mine(client, editor)] == [
        ("STC", ["You changed it and have not submitted it."])
    ]


def test_drafts_and_retired_items_that_cite_it_are_not_the_correctors_turn(
    client, submission, editor, other_editor, reviewer
):
    workflow.withdraw(submission, by=editor)
    correct(other_editor, title="Titre corrigé")
    assert mine(client, other_editor) == []


def test_who_wrote_in_it_too_changed_it(client, submission, reviewer, other_editor, chief):
    approve(submission, reviewer)
    make_draft({**Draft.objects.get(code="STC").read(), "in_brief": "Mine [@smith-2026]."}, other_editor)
    correct(other_editor, title="Titre corrigé")
    withdraw_all(chief)
    [(_, _, whys, _)] = mine(client, other_editor)
    assert whys == ["You changed it and have not submitted it."]


@pytest.mark.parametrize("count", [1, 3])
def test_corrected_texts_take_as_many_statements_as_one(
    client, submission, editor, reviewer, chief, count, django_assert_num_queries
):
    approve(submission, reviewer)
    for n in range(count - 1):
        approve(make_submission(pattern_document(f"D{n}"), editor), reviewer)
    correct(chief, title="Titre corrigé")
    withdraw_all(chief)
    as_(client, chief)
    with django_assert_num_queries(21):
        assert len(client.get(QUEUE).context["queue"].mine) == count
