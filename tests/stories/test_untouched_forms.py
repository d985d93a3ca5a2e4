"""Every form of the starter corpus saved as it was opened: no new version, the same digest."""

from pathlib import Path

import pytest
from django.urls import reverse

from exchange.loading import load
from history import fields
from history.models import Draft
from reviews import workflow
from tests.factories import approve
from tests.forms_of_page import find_form, send

pytestmark = pytest.mark.django_db

CORPUS = Path(__file__).resolve().parents[2] / "corpus"


def forms_of(draft):
    """The addresses of every form of one item."""
    yield reverse(f"admin:{draft.kind}-edit", args=[draft.code])
    for exhibit in draft.read().get("exhibits", []):
        yield reverse("admin:partnership-part", args=[draft.code, exhibit["pattern"]])


def save_untouched(client, address):
    page = client.get(address, follow=True)
    response = send(client, page, find_form(page, having="base_digest"), change__note="Nothing")
    assert response.status_code == 302, f"{address}: {response.status_code}"


def save_all_untouched(client, drafts):
    before = {(draft.kind, draft.code): (draft.version, draft.digest) for draft in drafts}
    for draft in drafts:
        for address in forms_of(draft):
            save_untouched(client, address)
    after = Draft.objects.filter(pk__in=[draft.pk for draft in drafts])
    assert {(draft.kind, draft.code): (draft.version, draft.digest) for draft in after} == before


@pytest.mark.drill
def test_no_form_of_the_corpus_changes_anything(client, editor, reviewer):
    load(CORPUS, by=editor)
    client.force_login(editor)
    assert Draft.objects.count() > 100
    save_all_untouched(client, list(Draft.objects.exclude(kind="source")))
    save_all_untouched(client, list(Draft.objects.filter(kind="source")[:20]))
    # Once the patterns are published, scores could be tied to their wording; opening a form is no reason to.
    for pattern in Draft.objects.filter(kind="pattern"):
        approve(workflow.submit("pattern", pattern.code, by=editor, note="First"), reviewer)
    save_all_untouched(client, list(Draft.objects.filter(kind="partnership")))


@pytest.mark.drill
def test_no_form_of_any_source_changes_anything(client, editor):
    load(CORPUS, by=editor)
    client.force_login(editor)
    save_all_untouched(client, list(Draft.objects.filter(kind="source")))


@pytest.mark.drill
def test_the_story_fails_when_a_browsers_line_ends_come_in(client, editor, monkeypatch):
    """Planted fault: the text of a form is taken as the browser sends it."""
    load(CORPUS, by=editor)
    client.force_login(editor)
    monkeypatch.setattr(fields.CleanField, "clean_with", staticmethod(lambda text: text))
    with pytest.raises(AssertionError):
        save_all_untouched(client, list(Draft.objects.filter(kind="pattern", code="STC")))
