"""The queue: whose turn it is, why and since when."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import roles
from reviews import absences, assignments, workflow
from reviews.models import Assignment
from tests.conftest import make_person
from tests.factories import (
    approve,
    make_draft,
    make_family,
    make_source,
    make_submission,
    partnership_document,
    pattern_document,
)
from tests.reviews.desk import as_, text_of

pytestmark = pytest.mark.django_db


def queue_of(client, person):
    return as_(client, person).get("/desk/").context["queue"]


def mine(client, person):
    """What the person's queue says is their turn: the step, the item and why."""
    return [(line.step, line.item.draft.code, " ".join(line.whys)) for line in queue_of(client, person).mine]


def others(client, person):
    """What waits for others: the item, whose turn it is, and why it is not the reader's."""
    lines = queue_of(client, person).others
    return [(line.item.draft.code, [turn.whose for turn in line.turns], line.note) for line in lines]


def today():
    return timezone.now().date()


# Reviewing

UNTAKEN = "Nobody has taken this review."


def test_queue_of_a_reviewer_has_what_they_may_take_oldest_first(client, editor, reviewer, submission):
    make_submission(pattern_document("ABC"), editor)
    assert mine(client, reviewer) == [("Review", "STC", UNTAKEN), ("Review", "ABC", UNTAKEN)]
    page = text_of(client.get("/desk/"))
    assert "Take it" in page and "Choose a reviewer" not in page


def test_queue_of_who_is_asked_says_by_whom_and_until_when(client, submission, reviewer, other_reviewer, chief):
    row = assignments.assign(submission, reviewer, by=chief)
    assert mine(client, reviewer) == [("Review", "STC", "Cleo Chief asks you to review it.")]
    page = text_of(client.get("/desk/"))
    assert f'<time datetime="{row.due:%Y-%m-%d}">' in page and "Overdue" not in page and "Take it" not in page
    assert mine(client, other_reviewer) == []
    assert others(client, other_reviewer) == [("STC", ["Rhea Reviewer"], "")]


def test_queue_says_the_word_overdue(client, submission, reviewer, chief):
    assignments.assign(submission, reviewer, by=chief)
    Assignment.objects.update(due=today() - timedelta(days=1))
    assert ">Overdue</strong>" in text_of(as_(client, reviewer).get("/desk/"))
    page = text_of(as_(client, chief).get("/desk/"))
    assert "Of the reviews of everybody, <strong>1</strong> is overdue." in page
    assert ">Overdue</strong>" in page and "Choose a reviewer" in page


def test_queue_says_what_a_reviewer_wrote_and_may_not_sign(client, chief, other_reviewer, submission):
    made = make_submission(pattern_document("ABC"), chief)
    assignments.assign(made, other_reviewer, by=chief)
    assert others(client, chief) == [
        ("ABC", ["Rolf Reviewer"], "You wrote part of it, so somebody else signs it off.")
    ]


def test_a_contributor_never_has_the_review_as_turn(client, chief, editor, submission):
    make_submission(pattern_document("ABC"), chief)
    steps = {code: step for step, code, _ in mine(client, chief)}
    assert steps == {"STC": "Find a reviewer for", "ABC": "Find a reviewer for"}
    lines = {line.item.draft.code: line for line in queue_of(client, chief).mine}
    assert (lines["STC"].may_claim, lines["ABC"].may_claim) == (True, False)
    assert mine(client, editor) == []


def test_queue_keeps_apart_what_waits_for_a_second_signature(client, settings, submission, reviewer):
    settings.SIGN_OFFS_NEEDED = 2
    approve(submission, reviewer)
    assert mine(client, reviewer) == []
    assert others(client, reviewer) == [("STC", ["Any reviewer"], "You signed it off.")]


def test_a_lapsed_approval_is_the_reviewers_turn_again(client, settings, submission, editor, reviewer):
    settings.SIGN_OFFS_NEEDED = 2
    approve(submission, reviewer)
    workflow.withdraw(submission, by=editor)
    make_draft(pattern_document(title="Another text"), editor)
    workflow.submit("pattern", "STC", by=editor, note="Again")
    why = "The text changed after you signed it off, so your approval lapsed."
    assert mine(client, reviewer) == [("Review", "STC", why)]


def test_queue_of_who_stands_in_says_for_whom(client, submission, reviewer, other_reviewer, chief):
    assignments.assign(submission, reviewer, by=chief)
    absences.go_away(reviewer, first_day=today(), last_day=today(), delegate=other_reviewer, by=reviewer)
    why = f"For Rhea Reviewer, who is away until {today():%Y-%m-%d}."
    assert mine(client, other_reviewer) == [("Review", "STC", why)]
    assert "You are away" not in text_of(client.get("/desk/"))
    assert len(mine(client, reviewer)) == 1
    assert "You are away" in text_of(client.get("/desk/"))


# Handing out


def test_queue_of_a_chief_editor_hands_out_by_a_form_on_each_line(client, submission, editor, reviewer, chief):
    assert mine(client, chief) == [("Find a reviewer for", "STC", UNTAKEN)]
    line = queue_of(client, chief).mine[0]
    assert [(person.name, known) for person, known in line.candidates] == [("Cleo Chief", ""), ("Rhea Reviewer", "")]
    address = f"/desk/submissions/{submission.pk}/reviewers/assign/"
    page = text_of(client.get("/desk/"))
    assert f'action="{address}"' in page and "<strong>1</strong> lacks a reviewer" in page
    answer = client.post(address, {"person": reviewer.pk, "back": "queue"})
    assert (answer.status_code, answer["Location"]) == (302, "/desk/")
    assert "Rhea Reviewer is asked to review Pattern STC by" in text_of(client.get("/desk/"))
    assert mine(client, chief) == []
    assert others(client, chief) == [("STC", ["Rhea Reviewer"], "")]


def test_queue_tells_a_chief_editor_who_declined_and_why(client, submission, reviewer, other_reviewer, chief):
    assignments.assign(submission, reviewer, by=chief)
    assignments.decline(submission, by=reviewer, reason="L’été, je suis absente")
    assert mine(client, chief) == [("Find a reviewer for", "STC", f"Rhea Reviewer declined. {UNTAKEN}")]
    page = text_of(client.get("/desk/"))
    assert "L’été, je suis absente" in page and "Rhea Reviewer (declined)" in page
    assert mine(client, reviewer) == []
    assert others(client, reviewer) == [("STC", ["Any reviewer", "A chief editor"], "")]
    assert mine(client, other_reviewer) == [("Review", "STC", UNTAKEN)]


def test_candidates_are_told_of_by_what_they_have_and_when_they_are_away(
    client, editor, reviewer, other_reviewer, chief, submission
):
    assignments.assign(make_submission(pattern_document("ABC"), editor), reviewer, by=chief)
    absences.go_away(other_reviewer, first_day=today(), last_day=today(), by=other_reviewer)
    line = queue_of(client, chief).mine[0]
    assert {person.name: known for person, known in line.candidates} == {
        "Cleo Chief": "",
        "Rhea Reviewer": "1 in hand",
        "Rolf Reviewer": f"away until {today():%Y-%m-%d}",
    }


def test_somebody_deactivated_is_hidden_and_falls_to_the_chief_editor(client, submission, reviewer, chief):
    assignments.assign(submission, reviewer, by=chief)
    reviewer.is_active = False
    reviewer.save()
    [(_, _, why)] = mine(client, chief)
    assert why.startswith("Rhea Reviewer was asked, but the account is deactivated.")
    assert [person.name for person, _ in queue_of(client, chief).mine[0].candidates] == ["Cleo Chief"]


def test_with_no_reviewer_left_the_chief_editor_is_told(client, draft, chief):
    make_submission(pattern_document("ABC"), chief)
    assert "No other reviewer is free to sign it." in text_of(as_(client, chief).get("/desk/"))


# Writing


def test_queue_of_an_editor_has_their_changes_and_what_blocks(client, editor, other_editor, draft):
    make_draft(pattern_document("ABC", moves=2), editor)
    make_draft(pattern_document("XYZ"), other_editor)
    why = "You changed it and have not submitted it."
    assert mine(client, editor) == [("Submit", "STC", why), ("Mend", "ABC", why)]
    page = text_of(client.get("/desk/"))
    assert "1 thing to mend first" in page and "Ready to submit" in page
    assert 'href="/desk/pattern/ABC/#blocks"' in page and 'href="/desk/pattern/STC/#submit"' in page


def test_queue_tells_the_editor_why_a_text_came_back(client, editor, other_editor, reviewer, chief, submission):
    workflow.request_changes(submission, by=reviewer, reason="Move 2 is vague")
    assert mine(client, editor) == [("Answer", "STC", "Rhea Reviewer requested changes.")]
    assert "Move 2 is vague" in text_of(client.get("/desk/"))
    assert mine(client, other_editor) == []
    assert others(client, other_editor) == []
    assert others(client, reviewer) == [("STC", ["Edda Editor"], "")]
    assert others(client, chief) == [("STC", ["Edda Editor"], "")]


def test_queue_of_an_editor_has_what_is_in_review(client, editor, other_editor, submission):
    assert others(client, editor) == [("STC", ["Any reviewer"], "")]
    assert others(client, other_editor) == []
    make_draft(pattern_document(title="Newer"), editor)
    assert others(client, editor) == [("STC", ["Any reviewer"], "The draft has changed since it was submitted.")]


def test_queue_forgets_whose_part_is_published(client, editor, other_editor, reviewer, submission):
    approve(submission, reviewer)
    make_draft(pattern_document(title="Changed by Otto"), other_editor)
    assert mine(client, editor) == []
    assert [step for step, _, _ in mine(client, other_editor)] == ["Submit"]


def test_who_helped_and_was_not_submitted_has_changes_of_their_own(
    client, editor, other_editor, reviewer, submission
):
    workflow.request_changes(submission, by=reviewer, reason="Move 2 is vague")
    make_draft(pattern_document(title="Changed by Otto"), other_editor)
    assert [step for step, _, _ in mine(client, other_editor)] == ["Submit"]
    assert [step for step, _, _ in mine(client, editor)] == ["Answer"]


# Everybody


def test_queue_of_who_edits_and_reviews_has_both(client, editor, submission):
    both = make_person("bea", "Béa", "Double", roles.EDITOR, roles.REVIEWER)
    make_draft(pattern_document("ABC"), both)
    assert {code: step for step, code, _ in mine(client, both)} == {"STC": "Review", "ABC": "Submit"}


def test_a_superuser_hands_out_and_an_administrator_has_no_desk(client, submission, django_user_model):
    root = django_user_model.objects.create_superuser("root", password="x")
    assert mine(client, root) == [("Find a reviewer for", "STC", UNTAKEN)]
    assert as_(client, make_person("ada", "Ada", "Min", roles.ADMINISTRATOR)).get("/desk/").status_code == 404


def test_queue_is_narrowed_by_words_and_kind(client, editor, draft):
    make_draft(pattern_document("ABC", title="Capital létters"), editor)
    make_draft(partnership_document(), editor)
    as_(client, editor)

    def listed(**query):
        return [item.draft.code for item in client.get("/desk/", query).context["queue"].listed]

    assert listed() == ["ABC", "stargate", "STC"]
    assert listed(q="capital letters") == ["ABC"]
    assert listed(q="stc") == ["STC"]
    assert listed(kind="partnership") == ["stargate"]
    assert listed(q="%") == []
    narrowed = client.get("/desk/", {"q": "nothing like it"})
    assert "No item has this" in text_of(narrowed) and len(narrowed.context["queue"].mine) == 3
    assert client.get("/desk/", {"q": "a\0b", "kind": "pear"}).status_code == 200


def test_empty_queue_says_what_will_stand_there(client, chief, editor, reviewer):
    page = text_of(as_(client, chief).get("/desk/"))
    assert "Nothing waits for you." in page
    assert "When an editor submits a text that you did not write" in page
    assert "Everything you wrote is submitted or published." in page
    assert "There are no patterns or partnerships yet." in page
    assert "Everything you wrote" not in text_of(as_(client, reviewer).get("/desk/"))
    assert "When an editor submits" not in text_of(as_(client, editor).get("/desk/"))


@pytest.mark.parametrize("count", [1, 3, pytest.param(40, marks=pytest.mark.drill)])
def test_queue_takes_as_many_statements_for_many_items_as_for_one(
    client, count, editor, other_editor, reviewer, other_reviewer, chief, django_assert_num_queries
):
    make_source(editor)
    make_family(editor)
    absences.go_away(other_reviewer, first_day=today(), last_day=today(), delegate=chief, by=chief)
    for number in range(count):
        make_draft(pattern_document(f"D{number}"), chief)
        make_submission(pattern_document(f"S{number}"), editor)
        make_submission(pattern_document(f"C{number}"), chief)
        asked = make_submission(pattern_document(f"A{number}"), editor)
        assignments.assign(asked, reviewer, by=chief)
        assignments.assign(asked, other_reviewer, by=chief)
        back = make_submission(pattern_document(f"B{number}"), chief)
        workflow.request_changes(back, by=reviewer, reason="Because")
        make_draft(partnership_document(f"p{number}", pattern="D0"), chief)
    as_(client, chief)
    with django_assert_num_queries(26):
        queue = client.get("/desk/").context["queue"]
    assert (len(queue.mine), len(queue.listed)) == (6 * count, min(6 * count, 100))
    assert queue.unlisted == max(0, 6 * count - 100)


def copies(row, count, **fields):
    """Save `count` copies of `row`, each with a code of its own."""
    model = type(row)
    names = [field.attname for field in model._meta.fields if field.attname not in ("id", "code", *fields)]
    same = {name: getattr(row, name) for name in names}
    model.objects.bulk_create([model(code=f"X{n}", **same, **fields) for n in range(count)])


def test_queue_is_quick_with_three_hundred_drafts_and_a_hundred_in_review(client, draft, submission, chief, editor):
    copies(draft, 300)
    copies(submission, 100)
    as_(client, chief).get("/desk/")
    began = time.process_time()
    queue = client.get("/desk/").context["queue"]
    assert time.process_time() - began < 1
    assert (len(queue.mine), queue.untaken, len(queue.listed), queue.unlisted) == (101, 101, 100, 201)
