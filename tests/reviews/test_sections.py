"""Sign-offs of one section: they cover what they were given for, and lapse with nothing else."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts import roles
from reviews import cases, rules, workflow
from reviews.models import SignOff
from tests.conftest import make_person
from tests.factories import approve, make_draft, make_source, pattern_document
from tests.reviews.desk import ITEM, as_, page, shown, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def legal(db):
    return make_person("lena", "Lena", "Légal", roles.LEGAL_REVIEWER)


@pytest.fixture
def clauses_rule(chief, legal, reviewer):
    rules.change("pattern", people=1, legal=["clauses"], by=chief, note="Clauses need counsel")


def sign(submission, by, section="all"):
    named = {"digest": submission.digest, "base_edition": submission.base_edition}
    return workflow.sign_off(submission, **named, by=by, section=section)


def again(submission, editor, **fields):
    """The submission taken back, its text changed, and put up again."""
    make_draft(pattern_document(**fields), editor, note="Changed")
    return workflow.replace(submission, by=editor, note="Put up again")


def standing(submission):
    return [(row.name, row.section) for row in cases.case_of(submission).given]


def test_clauses_by_counsel_and_the_whole_by_a_reviewer_publish(clauses_rule, submission, legal, reviewer):
    assert sign(submission, legal, "clauses") is None
    edition = sign(submission, reviewer)
    assert edition.digest == submission.digest
    assert edition.reviewed_by == "Lena Légal, Rhea Reviewer"


def test_editing_another_section_leaves_the_sign_off_of_the_clauses(clauses_rule, editor, legal, submission):
    sign(submission, legal, "clauses")
    newer = again(submission, editor, in_brief="Said otherwise [@smith-2026].")
    assert newer.digest != submission.digest
    assert standing(newer) == [("Lena Légal", "clauses")]


def test_sign_offs_count_for_nothing_once_another_edition_is_published(
    clauses_rule, editor, legal, reviewer, submission
):
    sign(submission, legal, "clauses")
    sign(submission, reviewer)  # both: published
    clause = {"code": "STC-C1", "title": "A clause", "text": "Its new text.", "negotiate": "Its limits."}
    make_draft(pattern_document(clauses=[clause]), editor, note="Changed")
    newer = workflow.submit("pattern", "STC", by=editor, note="Clause reworded")
    assert standing(newer) == []  # another edition was published: all of it counts for nothing


def test_one_character_in_the_clauses_lapses_the_sign_off_and_back_again_it_stands(
    clauses_rule, editor, legal, submission
):
    sign(submission, legal, "clauses")
    clause = {"code": "STC-C1", "title": "A clause", "text": "Its text!", "negotiate": "Its limits."}
    newer = again(submission, editor, clauses=[clause])
    assert standing(newer) == []
    assert standing(again(newer, editor)) == [("Lena Légal", "clauses")]


def test_a_corrected_source_of_a_section_lapses_it(clauses_rule, editor, legal, draft):
    clause = {"code": "STC-C1", "title": "A clause", "text": "Its text [@smith-2026].", "negotiate": ""}
    make_draft(pattern_document(clauses=[clause]), editor)
    submission = workflow.submit("pattern", "STC", by=editor, note="Cites in the clauses")
    sign(submission, legal, "clauses")
    make_source(editor, title="Another title")
    newer = workflow.replace(submission, by=editor, note="Source corrected")
    assert standing(newer) == []


def test_a_whole_approval_lapses_with_any_character(settings, editor, reviewer, other_reviewer, submission):
    settings.SIGN_OFFS_NEEDED = 2
    sign(submission, reviewer)
    newer = again(submission, editor, subtitle="A subtitle!")
    assert standing(newer) == []
    assert standing(again(newer, editor)) == [("Rhea Reviewer", "all")]


def test_a_reviewer_does_not_sign_a_section_for_counsel(clauses_rule, submission, reviewer):
    with pytest.raises(PermissionDenied, match="does not ask you for this section"):
        sign(submission, reviewer, "clauses")
    with pytest.raises(PermissionDenied):
        sign(submission, reviewer, "nonsense")


def test_counsel_signs_no_section_that_no_rule_asks_for(submission, legal):
    with pytest.raises(PermissionDenied, match="does not ask you for this section"):
        sign(submission, legal, "clauses")
    assert sign(submission, legal)


def test_counsel_may_sign_the_whole_after_the_clauses_but_not_the_clauses_after_the_whole(
    settings, chief, reviewer, submission, legal
):
    rules.change("pattern", people=2, legal=["clauses"], by=chief, note="Two, and counsel")
    sign(submission, legal, "clauses")
    assert sign(submission, legal) is None  # still one person
    with pytest.raises(workflow.NotAllowed, match="already"):
        sign(submission, legal, "clauses")
    assert standing(submission) == [("Lena Légal", "clauses"), ("Lena Légal", "all")]
    assert sign(submission, reviewer)


def test_a_legal_reviewer_signs_as_one_though_chief_as_well(clauses_rule, submission, reviewer):
    both = make_person("bo", "Bo", "Both", roles.CHIEF_EDITOR, roles.LEGAL_REVIEWER)
    sign(submission, both, "clauses")
    assert SignOff.objects.get().role == "Legal reviewer"
    assert sign(submission, reviewer)


def test_the_page_offers_what_the_rule_asks_of_this_person(clauses_rule, client, submission, legal, reviewer):
    told = text_of(as_(client, legal).get(page(submission)))
    assert "Sign off the example clauses</button>" in told and "Sign off and publish</button>" in told
    assert "I have read the example clauses of this text of STC" in told
    assert "Still open: a reviewer for the whole text; a legal reviewer for the example clauses." in told
    answer = client.post(page(submission, "sign-off/"), shown(submission, section="clauses"), follow=True)
    assert "Your sign-off of Pattern STC is recorded. Still open: a reviewer for the whole text." in text_of(answer)
    told = text_of(as_(client, reviewer).get(page(submission)))
    assert "Sign off and publish</button>" in told and "Lena Légal (clauses only)" in told


def test_the_item_page_says_which_approval_lapsed(settings, client, editor, reviewer, submission):
    settings.SIGN_OFFS_NEEDED = 2
    assert "Sign-offs since" not in text_of(as_(client, editor).get(ITEM))
    approve(submission, reviewer)
    told = text_of(client.get(ITEM))
    assert "Rhea Reviewer, Reviewer: the whole text" in told and "Stands</span>" in told
    make_draft(pattern_document(subtitle="A subtitle!"), editor, note="One character")
    told = text_of(client.get(ITEM))
    assert "Lapsed</span>" in told and "Stands</span>" not in told
    make_draft(pattern_document(), editor, note="And back")
    assert "Stands</span>" in text_of(client.get(ITEM))


def test_the_newer_text_replaces_the_one_in_review(client, editor, submission):
    make_draft(pattern_document(subtitle="Newer"), editor, note="Newer")
    assert "Have the newer text reviewed instead" in text_of(as_(client, editor).get(ITEM))
    refused = client.post(page(submission, "replace/"), {"note": ""})
    assert refused.status_code == 409 and "Say in a change note" in text_of(refused)
    submission.refresh_from_db()
    assert submission.state == "open"
    assert client.post(page(submission, "replace/"), {"note": "The newer one"}).status_code == 302
    submission.refresh_from_db()
    assert submission.state == "withdrawn"
    newest = workflow.Submission.objects.of("pattern", "STC").first()
    assert (newest.state, newest.note, newest.read()["subtitle"]) == ("open", "The newer one", "Newer")


def test_nobody_else_replaces_a_submission(client, other_editor, editor, submission):
    make_draft(pattern_document(subtitle="Newer"), editor, note="Newer")
    assert as_(client, other_editor).post(page(submission, "replace/"), {"note": "Mine"}).status_code == 403
    assert "Have the newer text reviewed instead" not in text_of(client.get(ITEM))
