"""Every page of the starter corpus with a past: valid HTML, no dead link, none that leaves its day or its edition."""

import pytest

from library.models import LedgerEntry
from tests.library.crawling import as_of, crawl, dead, editions_leaving, leaving
from tests.library.factories import act, publish_again
from tests.library.reading import READING, get, library
from tests.library.starter import publish_starter_corpus
from tests.library.test_withheld import withhold
from tests.library.validity import faults

pytestmark = pytest.mark.django_db
TODAY, PAST = "2026-03-01", "2026-01-31"
CHECKLIST = "/check/sovereign-trade-capacity/checklist/?edition=2026.01&STC-K1=visible&STC-K3=unknown"


@pytest.mark.parametrize(
    ("fault", "body"),
    [
        ("id 'a' 2 times", '<p id="a"></p><p id="a"></p>'),
        ("<div > inside <ul>", "<ul><div></div></ul>"),
        ("h3 follows h1", "<h3>Deep</h3>"),
        ('<label for="q"> names no element: q', '<label for="q">Word</label>'),
        ("line 1: unexpected-end-tag", "<p><div></div></p>"),
        ("line 1: unexpected-end-tag", "<b><i></b></i>"),
        ('<button > inside <a href="x">', '<a href="x"><button>Go</button></a>'),
        ('<a href="x"> has no text', '<a href="x"></a>'),
        ("<p> says an attribute twice: [('lang', 'de'), ('lang', 'fr')]", '<p lang="de" lang="fr"></p>'),
        ('<img src="x"> has no alternative text', '<img src="x">'),
        ('<a href="#"> leads nowhere', '<a href="#">Top</a>'),
        ("2 h1", "<h1>Again</h1>"),
    ],
)
def test_the_check_names_a_fault(fault, body):
    page = '<!doctype html><html lang="en"><head><title>T</title></head><body><h1>T</h1>%s</body></html>'
    assert faults(page % "<p>Sound.</p>") == []
    assert fault in faults(page % body)


def test_the_pages_of_a_small_library_are_valid(client):
    library()
    for address in (*READING, *(f"{one}?as-of={PAST}" for one in READING)):
        assert faults(get(client, address).content) == [], address


def _corpus_with_a_past():
    """The starter corpus; afterwards editions, an act of every kind, and something withheld."""
    published = publish_starter_corpus()
    patterns = [one for one in published if "kill_list" in one]
    partnerships = [one for one in published if "exhibits" in one]
    first, second, third = patterns[:3]
    for month in ("02-05", "02-06", "02-07"):
        publish_again(first, f"2026-{month}", subtitle=f"Said anew on {month}.")
        publish_again(partnerships[0], f"2026-{month}", status_note=f"Said anew on {month}.")
    publish_again(second, "2026-02-08", slug="another-address", kill_list=second["kill_list"][1:])
    act(LedgerEntry.Act.REAFFIRMATION, first, "2026-02-09", edition="2026.02.3")
    act(LedgerEntry.Act.RETIREMENT, third, "2026-02-10")
    withhold(partnerships[1]["code"], day="2026-02-11")


@pytest.mark.drill
def test_every_page_of_the_corpus_is_valid_and_its_links_lead_where_they_should(client):
    _corpus_with_a_past()
    now = crawl(client, ["/", f"{CHECKLIST}&as-of={TODAY}"], TODAY)
    past = crawl(client, [f"/?as-of={PAST}", f"{CHECKLIST}&as-of={PAST}"], TODAY, lambda to: as_of(to) == PAST)
    visits = now | past
    pages = {address: visit for address, visit in visits.items() if visit.is_page}
    assert len(pages) > 300
    assert [*dead(visits)] == []
    assert [*leaving(visits)] == []
    assert [*editions_leaving(visits)] == []
    assert [f"{address}: {fault}" for address, visit in pages.items() for fault in faults(visit.answer.content)] == []
