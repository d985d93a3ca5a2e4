"""The review page warns of what was corrected after a text was submitted."""

import pytest

from history import saving
from history.models import Draft
from reviews import corrections, workflow
from reviews.gates import submissions_for_review
from reviews.models import Correction
from reviews.outdated import outdated_in
from tests.factories import approve, make_edition, make_source, make_submission, pattern_document
from tests.reviews.desk import as_, page, shown, text_of
from tests.reviews.test_corrections import TITLE, correct_source, rename_family

pytestmark = pytest.mark.django_db


def outdated(submission):
    found = submissions_for_review().get(pk=submission.pk)
    return [(one.what, one.correction.by) for one in outdated_in(found, found.read())]


def test_what_was_corrected_since_is_told_with_who_why_and_what_to_do(client, submission, other_editor, reviewer):
    assert outdated(submission) == []
    assert "was corrected after" not in text_of(as_(client, reviewer).get(page(submission)))
    correct_source(other_editor, title=TITLE)
    corrections.open_due()
    assert outdated(submission) == [("Source smith-2026", "Otto Editor")]
    told = text_of(client.get(page(submission)))
    assert "<strong>Source smith-2026 was corrected after this was submitted</strong>, by Otto Editor, " in told
    assert "Le titre exact <a" in told and Correction.objects.get().get_absolute_url() in told
    assert 'read <a href="#warnings">the warning at the top</a>' in told
    assert TITLE not in told


def test_it_blocks_nothing(client, submission, other_editor, reviewer):
    correct_source(other_editor, title=TITLE)
    assert as_(client, reviewer).post(page(submission, "sign-off/"), shown(submission)).status_code == 302
    submission.refresh_from_db()
    assert submission.state == "published" and outdated(submission) == []


def test_a_renamed_family_is_told_too(submission, editor):
    rename_family(editor, "Souveraineté")
    assert outdated(submission) == [("The name of the family sovereign", "Edda Editor")]


def test_only_the_newest_correction_is_told_and_none_that_was_taken_back(submission, editor, other_editor):
    correct_source(editor, title="Almost right")
    correct_source(other_editor, title=TITLE)
    assert outdated(submission) == [("Source smith-2026", "Otto Editor")]
    saving.restore("source", "smith-2026", 1, by=editor, note="It was right", shown=3)
    assert outdated(submission) == []


def test_what_the_text_does_not_cite_or_has_already_is_not_told(submission, editor):
    make_source(editor, key="jones-2025")
    correct_source(editor, "jones-2025", title="Autre titre")
    assert outdated(submission) == []
    correct_source(editor, title=TITLE)
    assert outdated(workflow.replace(submission, by=editor, note="With the new record")) == []


def test_documents_of_sources_that_the_text_does_not_cite_are_never_read(
    submission, editor, django_assert_num_queries
):
    for n in range(3):
        make_source(editor, f"key-{n}", note="x" * 100_000)
        correct_source(editor, f"key-{n}", title="Autre titre")
    found = submissions_for_review().get(pk=submission.pk)
    assert [set(row) for row in found.corrected_since] == [{"pk", "kind", "code"}] * 3
    document = found.read()
    with django_assert_num_queries(0):
        assert outdated_in(found, document) == []


def test_an_overtaken_correction_says_that_alone(client, submission, editor, reviewer):
    approve(submission, reviewer)
    correct_source(editor, title="Almost right")
    corrections.open_due()
    up = Correction.objects.get()
    first = workflow.Submission.objects.open().get(correction=up.pk)
    correct_source(editor, title=TITLE)
    told = text_of(as_(client, reviewer).get(page(first)))
    assert "This was corrected once more" in told and "was corrected after this was submitted" not in told


def test_it_is_told_on_the_page_that_comes_back_after_a_refusal(client, submission, editor, reviewer):
    correct_source(editor, title=TITLE)
    answer = as_(client, reviewer).post(page(submission, "request-changes/"), {"reason": ""})
    assert answer.status_code == 409 and "was corrected after this was submitted" in text_of(answer)


@pytest.mark.parametrize("count", [1, 3])
def test_the_warning_takes_one_statement(client, editor, reviewer, count, django_assert_num_queries):
    keys = [f"source-{n}" for n in range(count)]
    for key in ("smith-2026", *keys):
        make_source(editor, key)
    make_edition(pattern_document(), editor, reviewer)
    cited = " ".join(f"[@{key}]" for key in keys)
    up = make_submission({**Draft.objects.get(code="STC").read(), "in_brief": f"Newer {cited} [@smith-2026]"}, editor)
    for key in keys:
        correct_source(editor, key, title=f"New {key}")
    as_(client, reviewer)
    with django_assert_num_queries(12):
        told = text_of(client.get(page(up)))
    assert told.count("was corrected after this was submitted") == count
