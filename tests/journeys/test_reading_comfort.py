"""Every kind of reader's page as a hand, an eye and a wire meet it: targets, requests, cookies, bytes, contrast."""

import gzip
import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.journeys.test_every_staff_page import problems_of
from tests.library.factories import on, partnership, pattern, publish
from tests.library.reading import PATTERN, READING, full_library
from tests.library.starter import publish_starter_corpus

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
EDITION = PATTERN + "2026.01/"
PAGES = [
    *READING,
    *("/search/?q=first", "/search/?q=nothing-has-this", "/matrix/?pattern=pattern-stc", "/?as-of=2026-01-31"),
    *(EDITION + "cite/", EDITION + "cite/?row=STC-K1", PATTERN + "compare/2026.01/2026.02/"),
    *("/patterns/patern-stc/", PATTERN + "2031.01/", "/id/STC-K2", PATTERN + "?as-of=2020-01-01", "/?as-of=soon"),
]
SENTENCE = 15  # characters beside the links of a block that make it a text, not a list of links
LEAST = 24  # CSS pixels: WCAG 2.2, success criterion 2.5.8
MOST = 100_000  # bytes of a pattern page with its styles and scripts, compressed

# Targets smaller than 24 by 24, but for those that 2.5.8 excepts: links in a sentence or a block of text, whose
# height is that of the line; and those around whose middle a circle of 24 pixels touches no other target.
SMALL = r"""([least, words]) => {
  const shown = one => one.checkVisibility({visibilityProperty: true, opacityProperty: false})
    && !one.closest('.visually-hidden, .skip') && one.getClientRects().length;
  const targets = 'a[href], button, input:not([type=hidden]), select, summary, [tabindex="0"]';
  const all = [...document.querySelectorAll(targets)].filter(shown);
  const label = one => one.labels?.[0]?.contains(one) ? one.labels[0] : one;
  const boxes = all.map(one => label(one).getBoundingClientRect());
  const inText = one => {
    if (one.tagName !== 'A' || getComputedStyle(one).display !== 'inline') return false;
    const block = one.closest('p, li, dd, dt, h1, h2, h3, h4, td, th, figcaption');
    const linked = [...block?.querySelectorAll('a') ?? []].reduce((sum, link) => sum + link.textContent.length, 0);
    return !!block && block.textContent.replace(/\s+/g, ' ').length - linked >= words;
  };
  const isSmall = box => box.width < least - 0.5 || box.height < least - 0.5;
  const middle = box => [box.x + box.width / 2, box.y + box.height / 2];
  const near = (box, other) => {
    const [x, y] = middle(box), [p, q] = middle(other);
    if (isSmall(other) && Math.hypot(x - p, y - q) < least) return true;
    const [dx, dy] = [Math.max(other.x - x, 0, x - other.right), Math.max(other.y - y, 0, y - other.bottom)];
    return Math.hypot(dx, dy) < least / 2;
  };
  return all.flatMap((one, at) => {
    const box = boxes[at];
    if (!isSmall(box) || inText(one)) return [];
    const apart = other => other !== one && !other.contains(one) && !one.contains(other);
    const crowded = boxes.some((other, place) => apart(all[place]) && near(box, other));
    return crowded ? [`${one.tagName} ${one.className} "${one.textContent.trim().slice(0, 30)}" `
      + `${box.width.toFixed(0)}x${box.height.toFixed(0)}`] : [];
  });
}"""

# Whether something else lies over the whole of what has the focus.
COVERED = """(one => {
  const boxes = [...one.getClientRects()].filter(box => box.width > 1 && box.height > 1);
  const over = (box, x, y) => document.elementFromPoint(box.left + box.width * x, box.top + box.height * y);
  const seen = there => there && (one.contains(there) || there.contains(one));
  return one !== document.body && boxes.length > 0 && !boxes.some(box =>
    [[0.5, 0.5], [0.02, 0.5], [0.98, 0.5], [0.5, 0.05], [0.5, 0.95]].some(([x, y]) => seen(over(box, x, y))));
})(document.activeElement)"""


@pytest.fixture
def library():
    full_library()


def visitor(new_context, live_server, width=1280, **options):
    return new_context(base_url=live_server.url, viewport={"width": width, "height": 900}, **options).new_page()


@pytest.mark.drill
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_every_target_can_be_hit(library, new_context, live_server, width):
    page = visitor(new_context, live_server, width, has_touch=width < 500)
    small = {}
    for address in PAGES:
        page.goto(address)
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        if found := page.evaluate(SMALL, [LEAST, SENTENCE]):
            small[address] = found
    assert small == {}


@pytest.mark.drill
def test_pages_ask_nobody_else_and_leave_nothing_behind(library, new_context, live_server):
    page = visitor(new_context, live_server)
    asked, headers = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("response", lambda response: headers.append((response.url, response.headers)))
    for address in PAGES:
        page.goto(address, wait_until="networkidle")
    own = urlsplit(live_server.url).netloc
    assert len(asked) > len(PAGES)
    assert [one for one in asked if urlsplit(one).netloc != own and not one.startswith("data:")] == []
    assert [where for where, told in headers if "set-cookie" in told] == []
    assert page.context.cookies() == []
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]


@pytest.mark.drill
def test_the_largest_pattern_page_stays_small(client):
    publish_starter_corpus()
    from library.models import Page

    with on("2026-03-01"):
        pages = [
            client.get(f"/patterns/{slug}/")
            for slug in Page.objects.filter(kind="pattern").values_list("slug", flat=True)
        ]
    sizes = {len(gzip.compress(page.content)) + around(page.content.decode()) for page in pages}
    assert max(sizes) < MOST, f"{max(sizes)} bytes"


def around(html):
    """The compressed bytes of the styles and scripts that a page names."""
    from django.contrib.staticfiles import finders

    names = set(re.findall(r'(?:href|src)="/static/([^"]+\.(?:css|js|svg))"', html))
    assert len(names) > 5
    return sum(len(gzip.compress(open(finders.find(name), "rb").read())) for name in names)


def test_contents_name_the_section_that_is_read(new_context, live_server):
    publish(pattern())
    publish(partnership())
    page = visitor(new_context, live_server)
    page.goto(PATTERN)
    current = page.locator(".contents [aria-current]")
    page.locator("#kill-list").evaluate("one => one.scrollIntoView()")
    expect(current).to_have_text("Kill list")
    page.locator("#precedents").evaluate("one => one.scrollIntoView()")
    expect(current).to_have_text("Precedent to consider")
    page.locator(".site-foot").evaluate("one => one.scrollIntoView()")
    expect(current).to_have_text(page.locator(".contents a").last.inner_text())
    expect(page.locator(".contents")).to_be_in_viewport()


@pytest.mark.drill
def test_the_first_tab_skips_to_the_text_and_focus_is_always_seen(library, new_context, live_server):
    page = visitor(new_context, live_server)
    for address in (one for one in PAGES if not one.startswith("/id/")):  # those begin at their row
        page.goto(address)
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Skip to the text", address
        for _ in range(60):
            page.keyboard.press("Tab")
            assert not page.evaluate(COVERED), f"{address}: {page.evaluate('document.activeElement.outerHTML')[:120]}"
            seen = page.evaluate(
                "(one => one === document.body || parseFloat(getComputedStyle(one).outlineWidth) >= 2"
                " && getComputedStyle(one).outlineStyle !== 'none')(document.activeElement)"
            )
            assert seen, f"{address}: {page.evaluate('document.activeElement.outerHTML')[:120]}"


@pytest.mark.drill
@pytest.mark.parametrize("address", ["/", "/patterns/patern-stc/", PATTERN + "2031.01/"])
def test_axe_finds_nothing(library, new_context, live_server, address):
    page = visitor(new_context, live_server)
    page.goto(address)
    assert problems_of(page, address) == []


@pytest.mark.drill
def test_shapes_of_scores_and_standing_stay_in_forced_colours(library, new_context, live_server):
    """Each shape keeps its fill or its ring where the reader's system chooses the colours."""
    page = visitor(new_context, live_server, forced_colors="active")
    page.goto(PATTERN)
    disc = "one => getComputedStyle(one, '::before')"
    before = page.locator(".status").evaluate(f"one => (({disc})(one)).backgroundColor")
    around = page.locator(".status").evaluate(f"one => (({disc})(one)).borderTopColor")
    assert before == around != page.evaluate("getComputedStyle(document.body).backgroundColor")
    fills = page.locator(".score-visible circle").first.evaluate("one => getComputedStyle(one).fill")
    assert fills != page.evaluate("getComputedStyle(document.body).backgroundColor")


@pytest.mark.drill
def test_nothing_moves_for_who_asks_for_calm(library, new_context, live_server):
    page = visitor(new_context, live_server, reduced_motion="reduce")
    for address in PAGES:
        page.goto(address)
        moving = page.evaluate(
            "[...document.querySelectorAll('*')].filter(one => getComputedStyle(one).transitionDuration !== '0s'"
            " || getComputedStyle(one).scrollBehavior === 'smooth').length"
        )
        assert moving == 0, address
