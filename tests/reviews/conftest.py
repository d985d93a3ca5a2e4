"""One pattern on its way through the desk."""

import pytest

from reviews import workflow
from tests.factories import make_draft, make_source, pattern_document


@pytest.fixture
def draft(editor):
    make_source(editor)
    return make_draft(pattern_document(), editor)


@pytest.fixture
def submission(draft, editor):
    return workflow.submit("pattern", "STC", by=editor, note="The first text of STC")
