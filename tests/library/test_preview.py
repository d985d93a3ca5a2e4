"""The picture beside a shared link: its size, its bytes, what it tells, and that no title breaks it."""

import struct

import pytest

from library import preview, typesetting
from tests.library.factories import pattern, publish, publish_again
from tests.library.reading import PATTERN, get
from tests.library.test_withheld import retire, withhold

pytestmark = pytest.mark.django_db
PICTURE = PATTERN + "2026.01/preview.png"
HOSTILE = {
    "long": "Long title of a deal that goes on " * 40,
    "unbroken": "W" * 3000,
    "code": '#import "x": * $x$ *b* _i_ @ref <label> \\u{0} `raw` // not a comment',
    "other scripts": "主权贸易能力 العربية עברית Ελληνικά Русский हिन्दी 😀",
    "marks": "a" + "\u0301" * 500,
    "nothing": "",
}


def size_of(png):
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    return struct.unpack(">II", png[16:24])


@pytest.mark.parametrize("title", HOSTILE.values(), ids=HOSTILE)
def test_no_title_breaks_the_picture(title):
    told = preview.of_item(
        {"title": title, "subtitle": title, "code": title, "number": "2026.01"}, title, "retired", title
    )
    assert size_of(preview.png(told)) == (1200, 630)


def test_the_same_is_drawn_with_the_same_bytes():
    told = preview.of_library("One", "Two")
    first = preview.png(told)
    typesetting._pictured.cache_clear()
    assert preview.png(told) == first
    assert preview.png(preview.of_library("One", "Three")) != first
    assert preview.state(told) == preview.state(dict(told)) != preview.state(preview.of_library("One", "Three"))


def test_long_titles_are_cut_and_set_smaller():
    short, long = (preview.of_library(title, "")["title"] for title in ("Short", "word " * 200))
    assert short == "Short" and len(long) <= 100 and long.endswith("…")
    sizes = [preview.of_library("x" * many, "")["size"] for many in (1, 25, 60, 99, 500)]
    assert sizes == sorted(sizes, reverse=True) and len(set(sizes)) == 4


def told(client, monkeypatch, address, day="2026-03-01"):
    """What the picture at `address` tells."""
    kept = []
    monkeypatch.setattr(preview, "png", lambda told: kept.append(told) or b"")
    assert get(client, address, day).status_code == 200
    monkeypatch.undo()
    return kept[0]


def test_it_tells_how_the_edition_stands(client, monkeypatch):
    publish(pattern())
    own = told(client, monkeypatch, PICTURE)
    assert (own["title"], own["shelf"], own["facts"]) == (
        "Pattern STC",
        "Patterns / Sovereign",
        ["STC", "Edition 2026.01"],
    )
    assert (own["status"], own["status_word"]) == ("verified", "Verified")
    assert told(client, monkeypatch, PICTURE, "2027-02-01")["status_word"] == "Review overdue"
    publish_again(pattern(), "2026-02-05", title="Renamed")
    assert told(client, monkeypatch, PICTURE)["status_word"] == "Replaced by 2026.02"
    assert told(client, monkeypatch, PATTERN + "2026.02/preview.png")["status_word"] == "Verified"
    retire(pattern(), "2026-02-10", "")
    assert told(client, monkeypatch, PATTERN + "2026.02/preview.png")["status_word"] == "Retired"


def test_what_replaced_it_is_not_named_when_it_is_withheld(client, monkeypatch):
    publish(pattern())
    publish_again(pattern(), "2026-02-05", title="Secret")
    withhold("STC", "2026.02")
    assert told(client, monkeypatch, PICTURE)["status_word"] == ""
    assert get(client, PATTERN + "2026.02/preview.png").status_code == 451


def test_who_comes_when_many_are_drawn_is_told_to_wait(client, monkeypatch):
    def refuse(*_):
        raise typesetting.Busy("many")

    monkeypatch.setattr(typesetting, "compile_png", refuse)
    answer = get(client, "/preview.png")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert answer.content == b"Many pictures are being drawn. Try again in a minute.\n"


def test_it_is_asked_for_again_only_when_it_differs(client, monkeypatch, django_assert_num_queries):
    publish(pattern())
    first = get(client, PICTURE)
    assert (first.headers["Content-Type"], size_of(first.content)) == ("image/png", (1200, 630))
    assert first.headers["Cache-Control"] == "public, max-age=0, s-maxage=60, must-revalidate"
    monkeypatch.setattr(preview, "png", None)
    with django_assert_num_queries(2):
        again = get(client, PICTURE, **{"if-none-match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_old_addresses_lead_to_it_and_others_do_not_exist(client):
    publish(pattern())
    publish_again(pattern(), "2026-02-05", slug="renamed")
    moved = get(client, PATTERN + "2026.02/preview.png")
    assert (moved.status_code, moved.headers["Location"]) == (301, "/patterns/renamed/2026.02/preview.png")
    assert get(client, PATTERN + "2031.01/preview.png").status_code == 404
    assert size_of(get(client, "/preview.png").content) == (1200, 630)
