"""Evidence in the admin: read by a few, written by nobody."""

import pytest

from accounts import roles
from history.models import Draft
from reviews import workflow
from reviews.models import Event, SignOff, Submission
from tests.conftest import make_person
from tests.factories import (
    approve,
)
from tests.reviews.desk import as_

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("role", "status"), [(roles.CHIEF_EDITOR, 200), (roles.ADMINISTRATOR, 200), (roles.EDITOR, 403)]
)
@pytest.mark.parametrize("model", ["submission", "signoff"])
def test_evidence_is_read_by_who_answers_for_the_library(client, role, status, model, reviewer, submission):
    approve(submission, reviewer)
    as_(client, make_person("pat", "Pat", "Person", role))
    assert client.get(f"/admin/reviews/{model}/").status_code == status


@pytest.mark.parametrize(
    ("role", "status"), [(roles.CHIEF_EDITOR, 302), (roles.ADMINISTRATOR, 302), (roles.EDITOR, 403)]
)
def test_the_list_of_events_is_the_audit(client, role, status, submission):
    as_(client, make_person("pat", "Pat", "Person", role))
    answer = client.get("/admin/reviews/event/")
    assert (answer.status_code, answer.get("Location")) == (status, "/desk/audit/" if status == 302 else None)
    assert ('href="/desk/audit/"' in client.get("/admin/").content.decode()) == (status == 302)


@pytest.mark.parametrize("model", [Submission, SignOff, Event])
def test_evidence_is_not_written_in_the_admin(admin_client, model, reviewer, submission):
    approve(submission, reviewer)
    base = f"/admin/reviews/{model._meta.model_name}/"
    pk = model.objects.first().pk
    assert admin_client.get(f"{base}{pk}/change/").status_code == 200
    assert admin_client.get(f"{base}add/").status_code == 403
    assert admin_client.get(f"{base}{pk}/delete/").status_code == 403
    assert admin_client.post(f"{base}{pk}/change/", {"state": "withdrawn"}).status_code == 403


def test_nothing_of_a_draft_is_lost_by_a_review(client, editor, reviewer, submission):
    before = Draft.objects.get(code="STC").digest
    workflow.request_changes(submission, by=reviewer, reason="Because")
    assert Draft.objects.get(code="STC").digest == before
