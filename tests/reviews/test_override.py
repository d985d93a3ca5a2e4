"""The chief editor's override: reasoned, told, public, and never past what was shown."""

import pytest
from django.core.exceptions import PermissionDenied

from library import ledger
from library.models import Edition, LedgerEntry
from reviews import comments, workflow
from reviews.models import Event, SignOff
from tests.factories import approve, make_draft, pattern_document
from tests.reviews.desk import as_, page, shown, text_of

pytestmark = pytest.mark.django_db
REASON = "The court’s deadline is tonight."


def override(submission, by, reason=REASON, **changed):
    named = {"digest": submission.digest, "base_edition": submission.base_edition, **changed}
    return workflow.override(submission, **named, reason=reason, by=by)


@pytest.fixture
def own(chief, draft):
    """A text that the chief editor wrote in."""
    make_draft(pattern_document(subtitle="The chief’s words"), chief, note="Mine")
    return workflow.submit("pattern", "STC", by=chief, note="My own text")


def test_an_override_publishes_a_chief_editors_own_text(own, chief):
    with pytest.raises(PermissionDenied, match="You contributed"):
        approve(own, chief)
    edition = override(own, chief)
    assert bytes(edition.document) == bytes(own.document)
    entry = LedgerEntry.objects.get().read()
    assert [(p["name"], p["role"], p["section"], p["override_reason"]) for p in entry["people"]] == [
        ("Cleo Chief", "Chief editor", "all", REASON)
    ]
    assert list(Event.objects.values_list("what", "reason"))[-2:] == [
        ("overridden", REASON),
        ("published", "My own text"),
    ]
    assert ledger.verify() == []


def test_an_override_keeps_the_sign_offs_that_were_given(settings, submission, reviewer, chief):
    settings.SIGN_OFFS_NEEDED = 3
    approve(submission, reviewer)
    assert override(submission, chief).reviewed_by == "Rhea Reviewer, Cleo Chief"


def test_an_override_by_who_signed_already(settings, submission, chief):
    settings.SIGN_OFFS_NEEDED = 2
    assert approve(submission, chief) is None
    assert override(submission, chief).reviewed_by == "Cleo Chief"
    assert SignOff.objects.count() == 2


def test_an_override_stands_on_the_public_page_and_in_the_ledger(client, own, chief):
    edition = override(own, chief)
    for address in (f"/patterns/{edition.slug}/", f"/patterns/{edition.slug}/history/", "/ledger/"):
        told = text_of(client.get(address))
        assert "Override:" in told and "The court’s deadline is tonight." in told, address


@pytest.mark.parametrize("reason", ["", " \n", "too short", "x" * 2001])
def test_an_override_needs_a_written_reason(client, own, chief, reason):
    with pytest.raises(workflow.NotAllowed):
        override(own, chief, reason=reason)
    answer = as_(client, chief).post(page(own, "override/"), shown(own, reason=reason))
    assert answer.status_code == 409 and reason.strip() in answer.content.decode()
    assert not SignOff.objects.exists() and not Edition.objects.exists()


@pytest.mark.parametrize("who", ["editor", "reviewer", "other_reviewer"])
def test_only_a_chief_editor_overrides(client, request, own, who):
    person = request.getfixturevalue(who)
    with pytest.raises(PermissionDenied):
        override(own, person)
    assert "override" not in text_of(as_(client, person).get(page(own))).casefold()
    assert client.post(page(own, "override/"), shown(own, reason=REASON)).status_code == 403
    person.is_superuser = True
    with pytest.raises(PermissionDenied):
        override(own, person)


@pytest.mark.parametrize("forged", [{"digest": "0" * 64}, {"base_edition": "2020.01"}])
def test_an_override_binds_to_what_was_shown(client, own, chief, forged):
    answer = as_(client, chief).post(page(own, "override/"), shown(own, reason=REASON, **forged))
    assert answer.status_code == 409 and "Nothing was recorded" in text_of(answer)
    assert not SignOff.objects.exists()


def test_an_override_waits_for_what_blocks_the_text(own, chief, reviewer):
    made = comments.comment(
        "pattern", "STC", by=reviewer, text="Wrong.", texts=[own.read()], is_blocking=True, submission=own
    )
    with pytest.raises(workflow.NotAllowed, match="1 comment blocks this text"):
        override(own, chief)
    comments.resolve(made, by=reviewer)
    assert override(own, chief)


def test_a_closed_submission_is_not_overridden(own, chief):
    workflow.withdraw(own, by=chief)
    with pytest.raises(workflow.Stale):
        override(own, chief)


def test_the_page_overrides(client, own, chief):
    assert "Override and publish</button>" in text_of(as_(client, chief).get(page(own)))
    answer = client.post(page(own, "override/"), shown(own, reason=REASON), follow=True)
    assert "is published as" in text_of(answer)
    assert client.post(page(own, "override/"), shown(own, reason=REASON)).status_code == 409
