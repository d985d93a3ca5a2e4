"""The two ways in which a person without a script of their own uses a page: by keyboard alone, and by mouse.

Both have the same verbs, so that one story is told once and done both ways. A target is a locator; the keyboard finds
it by pressing Tab, never by asking the browser for it.
"""

import pytest
from playwright.sync_api import expect

MOST_STOPS = 12  # what a person is asked to press between two things that belong together

# What is wrong with the stop where the focus stands; the ring of the stop before must have gone with the focus.
LOOK = """() => {
  const stop = document.activeElement, wrong = [];
  if (stop === document.body) return ["nothing has the focus"];
  const ring = (one) => {
    const style = getComputedStyle(one);
    return [style.outlineStyle, style.outlineWidth, style.outlineColor, style.boxShadow].join(" ");
  };
  const style = getComputedStyle(stop);
  const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  if (!outlined && style.boxShadow === "none") wrong.push("no focus ring");
  const last = window.lastStop;
  if (last && last.stop !== stop && last.stop.isConnected && ring(last.stop) === last.ring) {
    wrong.push(`the ring stayed at the stop before: ${last.stop.outerHTML.slice(0, 120)}`);
  }
  window.lastStop = { stop, ring: ring(stop) };
  if (!stop.checkVisibility({ visibilityProperty: true, opacityProperty: true })) wrong.push("not visible");
  const box = stop.getBoundingClientRect();
  if (box.width < 8 || box.height < 8) wrong.push(`only ${box.width} by ${box.height} pixels`);
  const fits = box.height <= innerHeight && box.width <= innerWidth;
  const within = box.top >= -1 && box.left >= -1 && box.bottom <= innerHeight + 1 && box.right <= innerWidth + 1;
  if (fits && !within) wrong.push(`outside the window: ${box.top} to ${box.bottom} of ${innerHeight}`);
  const part = [...stop.getClientRects()][0] ?? box;
  const left = Math.max(part.left, 0), right = Math.min(part.right, innerWidth);
  const top = Math.max(part.top, 0), bottom = Math.min(part.bottom, innerHeight);
  const above = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
  if (!above || !(stop.contains(above) || above.contains(stop))) {
    wrong.push(`covered by ${above?.outerHTML.slice(0, 120)}`);
  }
  return wrong.map((sentence) => `${sentence}: ${stop.outerHTML.slice(0, 160)}`);
}"""


class Keyboard:
    """Tab, Shift+Tab, Enter, Space, arrows and letters; every stop on the way must be seen."""

    def __init__(self, page):
        self.page = page

    def skip(self):
        """Go past the head of a page that has just been opened, by its first link; a message stands past it."""
        if self.page.locator("#messages").count():
            expect(self.page.locator("#messages")).to_be_focused(timeout=500)
            return
        self.page.keyboard.press("Tab")
        self._look()
        expect(self.page.locator("a:focus")).to_contain_text("Skip to ", timeout=500)
        self.page.keyboard.press("Enter")
        self.page.wait_for_function("document.querySelector(':target')")

    def reach(self, target, within=MOST_STOPS, key="Tab"):
        """Press `key` until `target` has the focus, `within` so many stops."""
        for _ in range(within):
            self.page.keyboard.press(key)
            self._look()
            if self._stands_on(target):
                return
        stop = self.page.evaluate("document.activeElement.outerHTML.slice(0, 160)")
        pytest.fail(f"{within} stops did not lead to {target}; the last was {stop}")

    def press(self, target, **options):
        """Follow a link, press a button, open what is folded."""
        self.reach(target, **options)
        self.page.keyboard.press("Enter")

    def tick(self, target, **options):
        self.reach(target, **options)
        self.page.keyboard.press("Space")

    def write(self, target, text, **options):
        """Type `text` in place of what stands there; where the focus stands already, nothing need be reached."""
        if not self._stands_on(target):
            self.reach(target, **options)
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(text)

    def choose(self, target, option, **options):
        """Choose from a list by arrows, from its first entry on."""
        self.reach(target, **options)
        self.page.keyboard.press("Home")
        names = target.locator("option").all_inner_texts()
        for _ in range(names.index(option)):
            self.page.keyboard.press("ArrowDown")

    def _stands_on(self, target):
        return bool(target.and_(self.page.locator(":focus")).count())

    def _look(self):
        wrong = self.page.evaluate(LOOK)
        assert not wrong, "\n".join([self.page.url, *wrong])


class Mouse:
    """The same by pointer. No page may run over the side of the window."""

    def __init__(self, page):
        self.page = page

    def skip(self):
        """A pointer needs no way past the head."""
        self._look()

    def press(self, target, **options):
        self._look()
        target.click()
        self.page.wait_for_load_state()
        self._look()

    def tick(self, target, **options):
        target.check()

    def write(self, target, text, **options):
        target.fill(text)

    def choose(self, target, option, **options):
        target.select_option(label=option)

    def _look(self):
        wide, screen = self.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert wide <= screen, f"{self.page.url} is {wide} wide"
