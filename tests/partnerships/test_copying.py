"""Starting a partnership from another: what both may share is there, and nobody's words lose their author."""

import pytest
from django.urls import reverse

from history import timeline
from history.models import Draft
from partnerships.composition import bind
from reviews import permissions, workflow
from tests.factories import make_draft, make_edition, make_source, partnership_document, pattern_document
from tests.forms_of_page import find_form, send

pytestmark = pytest.mark.django_db

COPY = reverse("admin:partnership-copy", args=["stargate"])


@pytest.fixture
def original(editor, reviewer):
    make_source(editor)
    make_edition(pattern_document(), editor, reviewer)
    return make_draft(bind(partnership_document(aliases=["The Gate"])), editor)


def started(client, by, **typed):
    client.force_login(by)
    page = client.get(COPY)
    values = {"code": "new-deal", "slug": "new-deal", "name": "New deal", **typed}
    return send(client, page, find_form(page, having="code"), follow=True, **values)


def made():
    return Draft.objects.get(code="new-deal")


def text_of(response):
    return " ".join(response.content.decode().split())


def test_parties_sources_and_patterns_are_there_and_the_rest_is_open(client, original, other_editor):
    assert "new-deal has its first version, started from stargate." in text_of(started(client, other_editor))
    old, new = original.read(), made().read()
    assert {name: new[name] for name in ("parties", "sources", "confidence")} == {
        name: old[name] for name in ("parties", "sources", "confidence")
    }
    assert new["exhibits"] == [{**old["exhibits"][0], "note": "", "scores": []}]
    assert (new["name"], new["slug"], new["summary"], new["aliases"], new["status"]) == (
        "New deal",
        "new-deal",
        "",
        [],
        "unknown",
    )
    [first] = timeline.versions(made())
    assert (first.by, first.note) == (
        "Otto Editor",
        "Started from stargate, version 1, without its scores and evidence",
    )


def test_scores_come_along_when_they_are_asked_for(client, original, other_editor):
    started(client, other_editor, with_scores="on")
    assert made().read()["exhibits"] == original.read()["exhibits"]
    assert "with its scores" in timeline.versions(made())[0].note
    assert timeline.verify() == []


def test_who_wrote_the_original_cannot_sign_the_copy_off(client, original, editor, other_editor, chief):
    """Their words stand in it."""
    make_draft({**original.read(), "summary": "By the chief."}, chief)
    started(client, other_editor, with_scores="on")
    new = {**made().read(), "summary": "What was said [@smith-2026]."}
    make_draft(new, other_editor)
    submission = workflow.submit("partnership", "new-deal", by=other_editor, note="For review")
    assert {person["name"] for person in submission.contributors} == {"Otto Editor", "Edda Editor", "Cleo Chief"}
    assert not permissions.may_sign_off(chief, submission)


@pytest.mark.parametrize(
    "typed, sentence",
    [
        ({"code": "stargate"}, "There is already a partnership stargate"),
        ({"code": "STC"}, "The code STC already belongs to the pattern STC."),
        ({"slug": "stargate"}, "The address “stargate” belongs to stargate"),
        ({"name": ""}, "This field is required."),
        ({"code": "a b"}, "Use letters, digits, dots and hyphens"),
    ],
)
def test_what_is_taken_is_refused_with_everything_typed(client, original, other_editor, typed, sentence):
    response = started(client, other_editor, **typed)
    assert sentence in text_of(response)
    assert find_form(response, having="code").values()["slug"] == [typed.get("slug", "new-deal")]
    assert Draft.objects.filter(kind="partnership").count() == 1


def test_a_code_taken_a_moment_ago_is_told(client, original, other_editor, monkeypatch):
    monkeypatch.setattr("partnerships.admin.PartnershipAdmin.identity_checks", lambda self, typed: [])
    assert "There is already a partnership stargate" in text_of(started(client, other_editor, code="stargate"))


def test_the_way_there_is_the_editors(client, original, editor, reviewer, stranger):
    page = reverse("admin:partnership-edit", args=["stargate"])
    for person, has in ((editor, True), (reviewer, False)):
        client.force_login(person)
        assert (COPY in client.get(page, follow=True).content.decode()) == has
    assert client.get(COPY).status_code == client.post(COPY, {"code": "x"}).status_code == 403
    client.force_login(stranger)
    assert client.get(COPY).status_code == 302
    client.force_login(editor)
    assert client.get(reverse("admin:partnership-copy", args=["nowhere"])).status_code == 404
