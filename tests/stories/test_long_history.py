"""A long life costs no more to look at: 300 versions of 60 rows, every page of the desk in at most 12 statements."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reviews import workflow
from tests.factories import make_draft, make_edition, make_source, pattern_document

pytestmark = [pytest.mark.django_db, pytest.mark.drill]
VERSIONS, ROWS, MOST = 300, 60, 12


def document(version):
    """60 moves; every version rewords another one and lets a row change places."""
    text = pattern_document(moves=ROWS)
    moves = text["kill_list"]
    moves[version % ROWS]["mitigation"] = f"What version {version} says instead."
    moves.append(moves.pop(version % 7))
    return text


@pytest.fixture
def long_lived(editor, reviewer):
    make_source(editor)
    make_edition(document(0), editor, reviewer)
    for version in range(1, VERSIONS):
        make_draft(document(version), editor, note=f"Change {version}")
    return workflow.submit("pattern", "STC", by=editor, note="After a long time")


def test_every_page_of_a_long_history_takes_few_statements(client, long_lived, reviewer):
    client.force_login(reviewer)
    addresses = {
        "timeline": "/desk/history/pattern/STC/",
        "oldest page of it": "/desk/history/pattern/STC/?page=12",
        "comparison": f"/desk/history/pattern/STC/compare/?old=2&new={VERSIONS}",
        "version": f"/desk/history/pattern/STC/{VERSIONS // 2}/",
        "review": f"/desk/submissions/{long_lived.pk}/",
    }
    taken = {}
    for name, address in addresses.items():
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get(address).status_code == 200, name
        taken[name] = len(asked)
    assert max(taken.values()) <= MOST, taken
