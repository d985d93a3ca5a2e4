"""What a browser prints of a page is all that the page says, folded parts and source addresses too."""

import io
import re

import pytest
from pypdf import PdfReader

from tests.library.factories import exhibit, move, partnership, pattern, publish, publish_again, score
from tests.library.taken import pieces, squeezed

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
# Moves about, chooses or takes away; nothing of it is said by the page.
CONTROLS = [
    r"<(nav|form) [^>]*>.*?</\1>",
    r'<details class="narrowing">.*?</details>',
    r'<(p|div) class="[^"]*(versions|takes|narrowing)[^"]*">.*?</\1>',
    r'<section class="citing take-away".*?</section>',
    r'<p><a class="older".*?</p>',
    r'<div class="versions">.*?</form>\s*</div>',
]
ADDRESSES = [
    *("/patterns/pattern-stc/", "/patterns/pattern-stc/2026.01/", "/patterns/pattern-stc/2026.01/?as-of=2026-02-06"),
    *("/partnerships/stargate/", "/patterns/pattern-stc/history/", "/patterns/pattern-stc/compare/2026.01/2026.02/"),
    *("/matrix/", "/matrix/?pattern=pattern-stc", "/sources/smith-2026/", "/ledger/", "/methodology/"),
    *("/search/?q=instead", "/patterns/", "/partnerships/", "/sources/"),
]


@pytest.fixture
def page(live_server, new_context):
    """A reader who prints, beside two patterns with twelve moves and a partnership that shows both."""
    publish(pattern())
    publish(pattern("ABC", moves=9))
    scores = [score("STC-K1"), score("STC-K2", "mitigated")]
    publish(partnership(exhibits=[exhibit(scores=scores), exhibit("ABC", [score("ABC-K1", "unknown")])]))
    publish_again(pattern(), "2026-02-05", kill_list=[move("STC-K1", move="Otherwise."), *pattern()["kill_list"][1:]])
    return new_context(base_url=live_server.url).new_page()


def printed(page, address):
    """The text on the sheets, and the page that it was printed from."""
    html = page.goto(address).text()
    sheets = PdfReader(io.BytesIO(page.pdf(format="A4", prefer_css_page_size=True))).pages
    return html, squeezed("".join(sheet.extract_text() for sheet in sheets)), sheets


def said(html):
    main = html[html.index("<main") : html.index("</main>")]
    for control in CONTROLS:
        main = re.sub(control, "", main, flags=re.DOTALL)
    return pieces(main)


@pytest.mark.drill
def test_every_page_prints_whole(page):
    lost = {}
    for address in ADDRESSES:
        html, text, _ = printed(page, address)
        expected = said(html)
        assert len(expected) > 5, address
        if missing := [piece for piece in expected if piece not in text]:
            lost[address] = missing
    assert lost == {}


@pytest.mark.drill
def test_paper_says_edition_address_and_page(page):
    html, text, sheets = printed(page, "/patterns/pattern-stc/2026.01/")
    assert "Edition2026.01·" in text and "/patterns/pattern-stc/2026.01/" in text
    for number, sheet in enumerate(sheets, start=1):
        assert f"page{number}of{len(sheets)}" in squeezed(sheet.extract_text())
    assert "<https://example.org/smith-2026>" in text
    assert "Seeitasof" in squeezed(html) and "Seeitasof" not in text and "Takeaway" not in text


@pytest.mark.drill
def test_matrix_of_all_patterns_fits_across_the_sheet(page):
    _, text, sheets = printed(page, "/matrix/")
    widths = [float(sheet.mediabox.width) for sheet in sheets]
    assert max(widths) > 800
    columns = "".join(f"K{number}" for number in range(1, 10)) + "K1K2K3"
    assert columns in text
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 1000, "height": 700})
    table, region = (page.locator(one).bounding_box() for one in ("table.matrix", ".matrix-region"))
    assert table["width"] <= region["width"] + 1
