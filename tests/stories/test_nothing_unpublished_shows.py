"""What readers see comes from editions alone: no draft, no submission, and nothing that editors do to either."""

import copy
import re

import pytest
from django.db import connection
from django.test import Client

from history.models import Draft
from library.documents import ROW_KEYS
from library.models import Edition, LedgerEntry
from tests.factories import (
    make_draft,
    make_edition,
    make_source,
    make_submission,
    partnership_document,
    pattern_document,
)

pytestmark = pytest.mark.django_db
MARKER = "xyzzymarker"
# Identity and choices hold no free text, so no marker fits into them.
FIXED = {"format", "kind", "code", "slug", "grounding", "status", "confidence", "score", "bibliography", "edition"}
FIXED |= {"pattern", "pattern_slug", "family", "date", "announced"}
TOKEN = re.compile(rb'name="token" value="[^"]+"')  # of a form, another one each time that it is drawn


@pytest.fixture
def published(editor, reviewer):
    make_source(editor)
    make_edition(pattern_document(), editor, reviewer)
    return make_edition(partnership_document(), editor, reviewer)


def public_addresses():
    """Every public page: what the pages themselves link to, from the home page on, and the editions' bytes."""
    client, seen, waiting = Client(), {}, ["/", "/robots.txt", "/sitemap.xml", "/nowhere/"]
    while waiting:
        address = waiting.pop()
        if address in seen:
            continue
        answer = client.get(address)
        seen[address] = TOKEN.sub(b"", answer.getvalue())
        links = re.findall(rb'(?:href|src)="(/[^"#]*)', answer.content) if "html" in answer["Content-Type"] else []
        waiting += [link.decode() for link in links if not link.startswith((b"/static/", b"/desk/", b"/admin/"))]
    return seen


def fields_of(document):
    """The path of every free text of the document, rows and nested rows included."""

    def walk(part, path):
        for name, value in part.items():
            if name in FIXED:
                continue
            if isinstance(value, list) and name in ROW_KEYS:
                for index, row in enumerate(value):
                    yield from walk(row, (*path, name, index))
            elif isinstance(value, (str, list)):
                yield (*path, name)

    return list(walk(document, ()))


def marked(document, path):
    document = copy.deepcopy(document)
    part = document
    for step in path[:-1]:
        part = part[step]
    old = part[path[-1]]
    part[path[-1]] = [*old, MARKER] if isinstance(old, list) else f"{old} {MARKER}"
    return document


def pages_with_marker():
    return sorted(address for address, body in public_addresses().items() if MARKER.encode() in body)


@pytest.mark.drill
def test_a_marker_in_any_draft_field_shows_nowhere(published, editor):
    before = public_addresses()
    assert len(before) > 15
    drafts = [
        (draft, path)
        for draft in Draft.objects.filter(kind__in=["pattern", "partnership"])
        for path in fields_of(draft.read())
    ]
    assert len(drafts) > 50
    for draft, path in drafts:
        make_draft(marked(draft.read(), path), editor)
        assert MARKER in Draft.objects.get(pk=draft.pk).document, path
        assert pages_with_marker() == [], path
    assert public_addresses() == before


def test_a_submission_and_a_corrected_source_show_nowhere(published, editor):
    before = public_addresses()
    make_source(editor, title=MARKER, note=MARKER)
    make_submission({**Draft.objects.get(kind="pattern").read(), "title": MARKER}, editor, note=MARKER)
    assert public_addresses() == before


def test_published_it_shows(published, editor, reviewer):
    """The control: the same crawl finds the marker once somebody has signed it off."""
    make_edition(
        {**Draft.objects.get(kind="pattern").read(), "in_brief": f"{MARKER} [@smith-2026]."}, editor, reviewer
    )
    assert "/patterns/pattern-stc/" in pages_with_marker()


def test_with_the_working_tables_emptied_every_page_has_the_same_bytes(published):
    before = public_addresses()
    empty_working_tables()
    assert public_addresses() == before


def test_the_record_alone_gives_the_same_pages_again(published):
    from library import publication

    before = public_addresses()
    empty_working_tables()
    publication.rebuild()
    assert public_addresses() == before


def empty_working_tables():
    kept = {Edition._meta.db_table, LedgerEntry._meta.db_table, "library_standing", "library_exhibited"}
    kept |= {"library_cited", "library_extract", "library_passage", "library_word", "library_page"}
    kept |= {"django_migrations", "django_content_type"}
    tables = [name for name in connection.introspection.table_names() if name not in kept]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"TRUNCATE {', '.join(tables)} CASCADE")


def main_of(address):
    page = Client().get(address).content.decode()
    return page.split("<main", 1)[1].split("</main>")[0]


def test_past_pages_keep_their_main_content(published, editor, reviewer):
    pattern = Edition.objects.get(kind="pattern")
    addresses = [f"/patterns/pattern-stc/{pattern.number}/", f"/partnerships/stargate/{published.number}/"]
    before = [main_of(address) for address in addresses]
    publish_three_more(editor, reviewer)
    assert [main_of(address) for address in addresses] == before
    assert "A second title" in main_of("/patterns/pattern-stc/")


def publish_three_more(editor, reviewer):
    make_edition({**Draft.objects.get(kind="pattern").read(), "title": "A second title"}, editor, reviewer)
    make_edition({**Draft.objects.get(kind="partnership").read(), "name": "A second name"}, editor, reviewer)
    make_edition(partnership_document("another-deal"), editor, reviewer)


def test_a_page_as_of_a_past_date_keeps_its_main_content(editor, reviewer, monkeypatch):
    from datetime import UTC, datetime

    from django.utils import timezone

    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 3, 5, 12, tzinfo=UTC))
    make_source(editor)
    make_edition(pattern_document(), editor, reviewer)
    make_edition(partnership_document(), editor, reviewer)
    monkeypatch.undo()
    addresses = [f"{path}?as-of=2026-03-31" for path in ("/patterns/pattern-stc/", "/partnerships/stargate/")]
    before = [main_of(address) for address in addresses]
    publish_three_more(editor, reviewer)
    assert [main_of(address) for address in addresses] == before
    assert "A second title" not in before[0] and "Pattern STC" in before[0]
