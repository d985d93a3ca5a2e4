"""Readers find what they look for in the starter corpus, and each result opens at a place that exists."""

import re
from pathlib import Path

import pytest
import yaml
from django.db import transaction
from django.test import Client

from library.models import Page, Passage
from tests.library.html import read
from tests.library.starter import publish_starter_corpus

pytestmark = [pytest.mark.django_db, pytest.mark.drill]
QUERIES = yaml.safe_load((Path(__file__).parent / "search_queries.yaml").read_text())
FIRST, SHARE = 3, 0.95


@pytest.fixture(scope="module", autouse=True)
def corpus(django_db_setup, django_db_blocker):
    """Published once for all tests of this module, and taken back with it."""
    with django_db_blocker.unblock(), transaction.atomic():
        publish_starter_corpus()
        yield
        transaction.set_rollback(True)


def first_places(q):
    """The first entries as their code, and as code and anchor of each of their sections shown."""
    page = read(Client().get("/search/", {"q": q})).one("main")
    codes = dict(Page.objects.values_list("slug", "code"))
    entries = []
    for hit in list(page.all("li", class_="hit"))[:FIRST]:
        hrefs = [link.attributes["href"] for link in hit.all("a") if link.parent.tag in ("h3", "h4")]
        code = codes[hrefs[0].split("/")[2]]
        entries += [code, *(f"{code}#{href.partition('#')[2]}" for href in hrefs[1:])]
    return entries


def test_the_expected_entry_is_among_the_first_three():
    missed = {one["q"]: first_places(one["q"]) for one in QUERIES if one["expects"] not in first_places(one["q"])}
    for q, found in missed.items():
        print(f"missed: {q} gives {found[:8]}")
    assert len(QUERIES) >= 60
    assert 1 - len(missed) / len(QUERIES) >= SHARE


def test_every_passage_opens_at_a_place_of_its_page():
    for page in Page.objects.all():
        ids = set(re.findall(r'id="([^"]+)"', page.fragment))
        anchors = set(Passage.objects.filter(standing__code=page.code).values_list("anchor", flat=True))
        assert anchors - ids == {""}, page.code
