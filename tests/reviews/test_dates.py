"""Days and moments: one style on every page, the exact second where somebody needs it."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

from django.conf import settings
from django.template import Context, Template

from reviews.templatetags.desk import when

# Templates of readers' pages write the ISO date themselves; the machine's own forms need theirs.
OWN_STYLE = re.compile(r"\|date:\"(?!Y-m-d\"|H:i\")|\|(time|naturaltime|timesince)\b")


def test_a_moment_has_its_second_for_machines_and_on_hover():
    assert when(datetime(2026, 11, 24, 18, 5, 33, 123, tzinfo=UTC)) == (
        '<time datetime="2026-11-24T18:05:33+00:00" title="2026-11-24 18:05:33 UTC">2026-11-24 18:05 UTC</time>'
    )


def test_a_day_is_a_day_and_nothing_is_nothing():
    assert when(date(2026, 11, 24)) == '<time datetime="2026-11-24">2026-11-24</time>'
    assert when(None) == ""


def test_dates_that_no_template_styles_are_in_the_style_of_the_house():
    moment = datetime(2026, 11, 24, 18, 5, tzinfo=UTC)
    shown = Template("{{ at }} / {{ at.date }} / {{ at|date }}").render(Context({"at": moment}))
    assert shown == "2026-11-24 18:05 / 2026-11-24 / 2026-11-24"


def test_no_template_has_a_style_of_its_own():
    templates = Path(settings.BASE_DIR, "templates").rglob("*.html")
    assert [path.name for path in templates if OWN_STYLE.search(path.read_text())] == []
