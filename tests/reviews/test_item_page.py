"""An item’s page and submitting from it: works, refuses, loses nothing."""

import pytest

from reviews import workflow
from reviews.models import Submission
from tests.factories import (
    approve,
    make_draft,
    make_edition,
    make_source,
    make_submission,
    pattern_document,
)
from tests.reviews.desk import ITEM, as_, text_of

pytestmark = pytest.mark.django_db


# Item


def test_item_says_where_it_stands_and_leads_to_its_form(client, editor, draft):
    answer = as_(client, editor).get(ITEM)
    told = text_of(answer)
    assert answer.context["item"].state.words == ["Draft"]
    assert answer.context["edit_url"] in told and "/admin/patterns/pattern/" in answer.context["edit_url"]
    assert "Readers see nothing of this yet." in told
    assert "Submit for review" in told
    assert "First draft" in told


def test_item_of_a_reviewer_has_neither_form_nor_submit(client, reviewer, draft):
    answer = as_(client, reviewer).get(ITEM)
    assert answer.status_code == 200
    assert answer.context["edit_url"] == ""
    assert "Submit for review" not in text_of(answer) and "/change/" not in text_of(answer)


def test_item_lists_what_blocks_with_its_field(client, editor, reviewer):
    make_source(editor)
    document = pattern_document(subtitle="")
    document["kill_list"][0] |= {"mitigation": "", "grounding": "inferred"}
    make_draft(document, editor)
    answer = as_(client, editor).get(ITEM)
    form = answer.context["edit_url"]
    assert [href for _, href in answer.context["blockers"]] == [
        f"{form}#field-subtitle",
        f"{form}#field-STC-K1-mitigation",
    ]
    assert "STC-K1 needs a mitigation." in text_of(answer)
    assert [href for _, href in answer.context["warnings"]] == [f"{form}#field-STC-K1-mechanism"]
    assert "Submit for review" not in text_of(answer)
    assert [href for _, href in as_(client, reviewer).get(ITEM).context["blockers"]] == ["", ""]


def test_item_tells_its_submissions_with_outcome_and_reason(client, editor, reviewer, submission):
    workflow.request_changes(submission, by=reviewer, reason="Move 2 is vague")
    second = make_submission(pattern_document(title="Second"), editor, note="Clearer")
    workflow.withdraw(second, by=editor, reason="A typo")
    edition = make_edition(pattern_document(title="Third"), editor, reviewer)
    told = text_of(as_(client, editor).get(ITEM))
    for words in ("Move 2 is vague", "Changes requested", "A typo", "Withdrawn", "Clearer"):
        assert words in told
    assert f'<a href="/patterns/pattern-stc/{edition.number}/">edition {edition.number}</a>' in told
    assert "Public page" in told and "Verified" in told


def test_item_ties_each_publication_to_its_edition(client, editor, reviewer, submission):
    first = approve(submission, reviewer)
    second = make_edition(pattern_document(title="Second"), editor, reviewer)
    third = make_edition(pattern_document(), editor, reviewer)
    past = as_(client, editor).get(ITEM).context["submissions"]
    assert [row.edition for row in past] == [third, second, first]


def test_item_takes_as_many_statements_for_three_submissions_as_for_one(
    client, editor, reviewer, submission, django_assert_num_queries
):
    approve(submission, reviewer)
    as_(client, editor)
    with django_assert_num_queries(27):
        client.get(ITEM)
    make_edition(pattern_document(title="Second"), editor, reviewer)
    make_edition(pattern_document(title="Third"), editor, reviewer)
    with django_assert_num_queries(27):
        client.get(ITEM)


# Submit


def test_submitting_freezes_the_draft(client, editor, draft):
    answer = as_(client, editor).post(f"{ITEM}submit/", {"note": "The first text\r\n"}, follow=True)
    assert answer.redirect_chain == [(ITEM, 302)]
    assert "is in review now." in text_of(answer)
    submission = Submission.objects.get()
    assert (submission.digest, submission.note) == (draft.digest, "The first text")


def test_submitting_without_a_note_says_so_at_the_note(client, editor, draft):
    answer = as_(client, editor).post(f"{ITEM}submit/", {"note": " "})
    assert answer.status_code == 409
    told = text_of(answer)
    assert 'id="id_submitform_note_error"' in told and 'href="#id_submitform_note"' in told
    assert 'aria-describedby="id_submitform_note_helptext id_submitform_note_error"' in told
    assert not Submission.objects.exists()


@pytest.mark.parametrize("bad", ["turned \u202e round", "null \0"])
def test_a_note_that_no_document_may_hold_is_refused_and_kept(client, editor, draft, bad):
    answer = as_(client, editor).post(f"{ITEM}submit/", {"note": bad})
    assert answer.status_code == 409
    assert answer.context["form"].errors["note"]
    assert not Submission.objects.exists()


def test_what_blocks_refuses_and_keeps_the_note(client, editor):
    make_source(editor)
    make_draft(pattern_document(moves=2), editor)
    answer = as_(client, editor).post(f"{ITEM}submit/", {"note": "My long note"})
    assert answer.status_code == 409
    told = text_of(answer)
    assert "1 thing must be mended before review." in told
    assert "My long note</textarea>" in told
    assert "A pattern needs at least three kill-list moves." in told


def test_a_second_submission_is_refused_in_words(client, editor, submission):
    make_draft(pattern_document(title="Other"), editor)
    answer = as_(client, editor).post(f"{ITEM}submit/", {"note": "Again"})
    assert answer.status_code == 409
    assert "already in review" in text_of(answer) and "Again</textarea>" in text_of(answer)


def test_reviewers_do_not_submit(client, reviewer, draft):
    answer = as_(client, reviewer).post(f"{ITEM}submit/", {"note": "Mine"})
    assert answer.status_code == 403
    assert "Only editors submit drafts." in text_of(answer)
    assert not Submission.objects.exists()
