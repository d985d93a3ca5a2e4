"""The typesetter takes data as text, refuses with a sentence, and sets the same bytes again."""

import io
import threading
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from pypdf import PdfReader

from anteroom import launcher
from library import typesetting

CREATED = datetime(2026, 6, 29, 12, tzinfo=UTC)
TEMPLATE = """#let data = json(bytes(sys.inputs.data))
#set document(title: data.title)
#set text(lang: "en", hyphenate: false)
#title()
#data.text"""
HOSTILE = '#eval("1+1") $x^2$ @source *bold* _it_ \\ // /* <label> `raw` = no heading #include "/etc/passwd"'


@pytest.fixture
def template(tmp_path):
    path = tmp_path / "page.typ"
    path.write_text(TEMPLATE)
    return path


def text_of(pdf):
    pages = PdfReader(io.BytesIO(pdf)).pages
    return "\n".join(page.extract_text() for page in pages).replace("\u200b", "")


def test_data_are_text_and_never_markup(template):
    pdf = typesetting.compile_pdf(template, {"title": "Title", "text": HOSTILE}, CREATED)
    assert "".join(HOSTILE.split()) in "".join(text_of(pdf).split())


def test_same_data_and_moment_give_the_same_bytes(template):
    data = {"title": "Title", "text": "Text"}
    first = typesetting.compile_pdf(template, data, CREATED)
    typesetting._compiled.cache_clear()
    assert typesetting.compile_pdf(template, dict(reversed(data.items())), CREATED) == first
    assert PdfReader(io.BytesIO(first)).metadata.creation_date == CREATED


def test_what_cannot_be_set_says_where(template):
    with pytest.raises(typesetting.NotSet, match=r"page\.typ:5"):
        typesetting.compile_pdf(template, {"title": "Title"}, CREATED)
    with pytest.raises(typesetting.NotSet, match="could not be displayed"):
        typesetting.compile_pdf(template, {"title": "Title", "text": "東"}, CREATED)


def test_no_template_reads_beside_its_folder(template):
    template.write_text('#set document(title: "x")\n#read("../outside")')
    (template.parent.parent / "outside").write_text("secret")
    with pytest.raises(typesetting.NotSet):
        typesetting.compile_pdf(template, {}, CREATED)


@contextmanager
def queue_full(template):
    """As many as may wait are waiting."""
    with typesetting._one_at_a_time:
        waiting = [
            threading.Thread(target=typesetting.compile_pdf, args=(template, {"title": "T", "text": str(n)}, CREATED))
            for n in range(typesetting.LONGEST_QUEUE)
        ]
        for thread in waiting:
            thread.start()
        for _ in range(200):
            if not typesetting._queue._value:
                break
            threading.Event().wait(0.01)
        yield
    for thread in waiting:
        thread.join()


def test_who_comes_when_many_wait_is_sent_away(template):
    late = {"title": "T", "text": "late"}
    with queue_full(template):
        for ask in (
            lambda: typesetting.compile_pdf(template, late, CREATED),
            lambda: typesetting.compile_png(template, late, 72),
            lambda: typesetting.legible("\u0b95 is met for the first time"),
        ):
            with pytest.raises(typesetting.Busy):
                ask()
    assert typesetting.compile_pdf(template, late, CREATED)


def test_who_waits_for_the_typesetter_leaves_threads_to_the_pages():
    assert typesetting.LONGEST_QUEUE <= launcher.THREADS // 2


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Plain", "Plain"),
        ("Åsa, Žižek, Ελλάδα, Москва, عمان, “quoted”", "Åsa, Žižek, Ελλάδα, Москва, عمان, “quoted”"),
        ("東京 (Tokyo)", "‹U+6771 U+4EAC› (Tokyo)"),
        ("a 😀 b", "a ‹U+1F600› b"),
        ("e\u0301 e\u1abd 👨\u200d💻", "e\u0301 ‹U+0065 U+1ABD› ‹U+1F468 U+200D U+1F4BB›"),
    ],
)
def test_characters_without_glyph_show_their_numbers(text, shown):
    assert typesetting.legible(text) == shown
    assert typesetting.legible(shown) == shown


def test_every_replaced_text_can_be_set(template):
    every = "".join(map(chr, [*range(0xA0, 0x3000, 23), *range(0x1F600, 0x1F640)]))
    clean = "".join(character for character in every if character.isprintable())
    data = {"title": "Title", "text": typesetting.legible(clean)}
    assert typesetting.compile_pdf(template, data, CREATED)


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("short words stay", "short words stay"),
        ("https://example.org/a-long-path?of=it", "https://|example.|org/|a-|long-|path?|of=|it"),
        ("a" * 24, "a" * 24),
        ("a" * 26, "a" * 12 + "|a" * 14),
        ("e" * 11 + "e\u0301" + "e" * 13, "e" * 11 + "e\u0301" + "|e" * 13),
    ],
)
def test_only_long_words_get_places_to_break(text, places):
    assert typesetting.breakable(text, 24).replace("\u200b", "|") == places
