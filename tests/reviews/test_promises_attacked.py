"""Ways in which somebody tried to break the promises of the desk, each closed."""

import pytest
from django.test import Client

from accounts import roles
from history import saving
from history.models import Draft
from library.models import Edition, LedgerEntry
from mailroom.models import Letter
from reviews import acts, archive, cases, comments, rules, schedules, sharing, workflow
from reviews.models import Event, SignOff
from tests.conftest import make_person
from tests.factories import (
    approve,
    make_draft,
    make_edition,
    make_family,
    make_source,
    make_submission,
    pattern_document,
)
from tests.stories.people import in_turns

pytestmark = pytest.mark.django_db
GROUND = "It names a private person."


@pytest.fixture
def legal(db):
    return make_person("leo", "Leo", "Legal", roles.LEGAL_REVIEWER)


@pytest.fixture
def admin(db):
    return make_person("ada", "Ada", "Admin", roles.ADMINISTRATOR)


def sign(submission, by, section="all"):
    named = {"digest": submission.digest, "base_edition": submission.base_edition}
    return workflow.sign_off(submission, **named, by=by, section=section)


def withhold(edition, chief, admin):
    live = acts.live(edition.kind, edition.code).standing
    stands = {"digest": live.edition.digest, "position": live.from_position}
    proposed = acts.propose_withholding(
        edition.kind, edition.code, **stands, editions=[edition.number], by=chief, ground=GROUND
    )
    return acts.confirm_withholding(proposed, **stands, typed_code=proposed.code, by=admin)


def test_a_section_nobody_asks_for_any_more_makes_nobody_one_of_two(
    draft, editor, chief, legal, reviewer, other_reviewer
):
    rules.change("pattern", people=1, legal=["clauses"], by=chief, note="Counsel reads clauses")
    first = workflow.submit("pattern", "STC", by=editor, note="First")
    sign(first, legal, "clauses")
    workflow.withdraw(first, by=editor)
    rules.change("pattern", people=2, legal=[], by=chief, note="Two read the whole")
    make_draft(pattern_document(title="All new words"), editor)
    second = workflow.submit("pattern", "STC", by=editor, note="Second")
    assert sign(second, reviewer) is None
    assert not Edition.objects.exists()
    assert sign(second, other_reviewer).reviewed_by == "Rhea Reviewer, Rolf Reviewer"


def opened(secret):
    return Client().get(f"/desk/shared/{secret}/").status_code


def test_a_link_that_withholding_closed_stays_closed(submission, editor, reviewer, chief, admin):
    draft = Draft.objects.get(code="STC")
    _, secret = sharing.share("pattern", "STC", by=editor, purpose="Counsel", days=7, shown=draft.version)
    edition = approve(submission, reviewer)
    assert opened(secret) == 200
    withhold(edition, chief, admin)
    assert opened(secret) == 404
    make_edition(pattern_document(title="A clean text"), editor, reviewer)
    assert opened(secret) == 404


def test_no_link_is_made_to_the_bytes_of_a_withheld_edition(submission, editor, reviewer, chief, admin):
    first = approve(submission, reviewer)
    make_edition(pattern_document(title="Second"), editor, reviewer)
    withhold(first, chief, admin)
    back = make_draft(pattern_document(), editor, note="The first text again")
    with pytest.raises(workflow.NotAllowed, match="the very text of a withheld edition"):
        sharing.share("pattern", "STC", by=editor, purpose="Counsel", days=7, shown=back.version)


@pytest.mark.parametrize("down", ["withheld", "retired"])
def test_a_sign_off_from_before_brings_nothing_back(
    settings, submission, editor, reviewer, other_reviewer, chief, admin, down
):
    first = approve(submission, reviewer)
    settings.SIGN_OFFS_NEEDED = 2
    second = make_submission(pattern_document(title="Second"), editor)
    sign(second, reviewer)
    if down == "withheld":
        withhold(first, chief, admin)
    else:
        acts.retire("pattern", "STC", digest=first.digest, position=first.position, by=chief, reason=GROUND)
    LedgerEntry.objects.get(act__in=["withholding", "retirement"])
    assert sign(second, other_reviewer) is None
    assert cases.case_of(second).missing == ["one more person"]
    assert [case.given for case in cases.cases_of([second])] == [cases.case_of(second).given]
    assert sign(second, reviewer), "whoever signed before may sign again, knowing what happened"


def test_who_named_the_family_does_not_sign_it(draft, editor, chief):
    make_family(chief, name="A name in public")
    submission = workflow.submit("pattern", "STC", by=editor, note="With its family")
    assert {person["name"] for person in submission.contributors} == {"Edda Editor", "Cleo Chief"}


def test_who_named_a_family_that_readers_know_may_sign_another_pattern_of_it(submission, editor, reviewer, chief):
    approve(submission, reviewer)
    make_source(editor, "other-2026")
    other = make_submission(pattern_document("XYZ"), editor)
    assert [person["name"] for person in other.contributors] == ["Edda Editor"]


def test_a_reviewer_who_left_does_not_publish_at_a_set_moment(settings, submission, reviewer, other_reviewer, chief):
    schedules.schedule(submission, due_at=schedules.timezone.now() + schedules.LONGEST_AHEAD / 2, by=chief)
    assert sign(submission, reviewer) is None
    reviewer.groups.clear()
    with pytest.raises(workflow.NotAllowed, match="Rhea Reviewer, who signed this off, reviews no longer"):
        workflow.publish_signed(submission, by=chief)
    assert not Edition.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("verb", ["withdraw", "request_changes"])
def test_nothing_is_signed_on_what_was_taken_back_meanwhile(
    settings, submission, editor, reviewer, verb, monkeypatch
):
    settings.SIGN_OFFS_NEEDED = 2
    move = workflow._move

    def take_back(pause):
        def slowly(*arguments):
            moved = move(*arguments)
            pause()
            return moved

        monkeypatch.setattr(workflow, "_move", slowly)
        if verb == "withdraw":
            return workflow.withdraw(submission, by=editor)
        return workflow.request_changes(submission, by=reviewer, reason="Please reword")

    other = make_person("rolf", "Rolf", "Reviewer", roles.REVIEWER)
    taken, signed = in_turns(take_back, lambda: sign(submission, other))
    assert taken.state in ("withdrawn", "changes_requested") and isinstance(signed, workflow.Stale)
    assert not SignOff.objects.exists()


def test_a_comment_from_the_item_page_reaches_who_wrote_the_text(client, draft, editor, reviewer):
    client.force_login(reviewer)
    client.post("/desk/pattern/STC/comment/", {"text": "This is wrong.", "is_blocking": "on", "place": "[]"})
    [comment] = comments.open_blocking("pattern", "STC")
    assert comment.is_blocking
    assert [letter.person for letter in Letter.objects.filter(subject="Comment on Pattern STC")] == [editor]


def test_what_is_blocked_is_not_reaffirmed(submission, reviewer, other_reviewer):
    edition = approve(submission, reviewer)
    comments.comment("pattern", "STC", by=reviewer, text="No longer true.", texts=[edition.read()], is_blocking=True)
    with pytest.raises(workflow.NotAllowed, match="A comment blocks this text"):
        acts.reaffirm("pattern", "STC", digest=edition.digest, position=edition.position, by=other_reviewer)


def test_a_source_of_what_stands_or_is_in_review_is_not_archived(submission, editor, reviewer, chief):
    make_draft({**pattern_document(), **without_citations()}, editor, note="No sources any more")
    assert archive.used_by("source", "smith-2026") == ["STC"]  # in review
    approve(submission, reviewer)
    assert archive.used_by("source", "smith-2026") == ["STC"]  # public
    with pytest.raises(workflow.NotAllowed, match="STC still needs it"):
        archive.archive("source", "smith-2026", by=chief, reason="Nobody cites it")


def without_citations():
    rows = {"precedents": [], "anchors": [], "kill_list": [], "sub_variants": []}
    return {**rows, "in_brief": "What it is.", "structure": "How it is built."}


@pytest.mark.parametrize("blank", ["\u2800" * 20, "a" * 20, ". . . . . . . . . . ."])
def test_a_reason_that_says_nothing_is_none(submission, chief, blank):
    named = {"digest": submission.digest, "base_edition": submission.base_edition}
    with pytest.raises(workflow.NotAllowed, match="Use 20 characters or more"):
        workflow.override(submission, **named, reason=blank, by=chief)


def test_no_letter_names_what_is_withheld(submission, editor, reviewer, chief, admin):
    withhold(approve(submission, reviewer), chief, admin)
    about = Event.objects.filter(what__in=["withholding_proposed", "withheld"]).values_list("pk", flat=True)
    told = Letter.objects.filter(about__in=[f"event/{pk}" for pk in about])
    assert told.count() >= 3
    assert [letter for letter in told if "Pattern STC" in letter.subject + letter.text] == []


def test_the_same_new_row_saved_twice_is_one(editor):
    make_source(editor)
    draft = make_draft(pattern_document(), editor)
    base, new = saving.Base.of(draft), {"code": "", "name": "Neue Form", "description": "Text."}
    mine = {**draft.read(), "sub_variants": [*draft.read()["sub_variants"], new]}
    for _ in range(2):
        saving.save("pattern", "STC", mine, base, by=editor, note="Pressed twice")
    now = Draft.objects.get(code="STC").read()
    assert [row["name"] for row in now["sub_variants"]] == ["First form", "Neue Form"]
