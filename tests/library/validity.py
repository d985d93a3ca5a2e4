"""What is wrong with a page's HTML: what the parser stumbles over, and what the standard forbids beyond syntax."""

from collections import Counter
from html.parser import HTMLParser
from itertools import pairwise

from justhtml import JustHTML

INTERACTIVE = {"a", "button", "input", "select", "textarea", "summary", "label"}
ONLY = {
    "ul": {"li"},
    "ol": {"li"},
    "dl": {"dt", "dd", "div"},
    "table": {"caption", "colgroup", "thead", "tbody", "tfoot", "tr"},
    "thead": {"tr"},
    "tbody": {"tr"},
    "tr": {"th", "td"},
    "select": {"option", "optgroup"},
}
PHRASING = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "span", "a", "em", "strong", "button", "label", "dt", "caption"}
BLOCKS = {"p", "div", "ul", "ol", "dl", "table", "section", "article", "nav", "header", "footer", "form", "details"}
REFERENCES = ("for", "headers", "list", "aria-labelledby", "aria-describedby", "aria-controls", "aria-details")


def faults(page: bytes | str) -> list[str]:
    """Return a sentence for each fault of `page`, after the WHATWG HTML standard."""
    text = page if isinstance(page, str) else page.decode()
    # What is read is what was sent: the sanitiser of the library would take out what we look for.
    parsed = JustHTML(text, collect_errors=True, sanitize=False)
    elements = list(_inside(parsed.root))
    found = [f"line {error.line}: {error.code}" for error in parsed.errors] + _said_twice(text)
    for check in (_ids, _references, _headings, _content, _nesting, _names):
        found += check(elements)
    return found


def _said_twice(text):
    """Attributes that a tag has twice; the tree keeps one of them."""
    found = []

    class Tags(HTMLParser):
        def handle_starttag(self, tag, attributes):
            if len(attributes) != len(dict(attributes)):
                found.append(f"<{tag}> says an attribute twice: {attributes}")

    Tags().feed(text)
    return found


def _inside(node):
    for child in node.children or ():
        if not child.name.startswith(("#", "!")):
            yield child
            yield from _inside(child)


def _at(element):
    attributes = " ".join(f'{name}="{value}"' for name, value in (element.attrs or {}).items())
    return f"<{element.name} {attributes}>"[:160]


def _value(element, name):
    return (element.attrs or {}).get(name)


def _ids(elements):
    counted = Counter(_value(one, "id") for one in elements if _value(one, "id") is not None)
    yield from (f"id {name!r} {count} times" for name, count in counted.items() if count > 1)
    yield from (f"id {name!r} is empty or has blanks" for name in counted if not name or " " in name)


def _references(elements):
    ids = {_value(one, "id") for one in elements}
    for one in elements:
        named = [part for name in REFERENCES for part in (_value(one, name) or "").split()]
        yield from (f"{_at(one)} names no element: {name}" for name in named if name not in ids)


def _headings(elements):
    levels = [int(one.name[1]) for one in elements if one.name in ("h1", "h2", "h3", "h4", "h5", "h6")]
    if levels.count(1) != 1:
        yield f"{levels.count(1)} h1"
    yield from (f"h{b} follows h{a}" for a, b in pairwise(levels) if b > a + 1)


def _content(elements):
    for one in elements:
        allowed = ONLY.get(one.name)
        for child in one.children if allowed else ():
            if child.name.startswith("#"):
                if child.name == "#text" and (child.data or "").strip():
                    yield f"text inside {_at(one)}"
            elif child.name not in allowed | {"script", "template"}:
                yield f"{_at(child)} inside <{one.name}>"
        if one.name in PHRASING and one.name != "a":
            yield from (f"{_at(child)} inside {_at(one)}" for child in _inside(one) if child.name in BLOCKS)


def _nesting(elements):
    for one in elements:
        if one.name in ("a", "button"):
            yield from (f"{_at(child)} inside {_at(one)}" for child in _inside(one) if child.name in INTERACTIVE)


def _names(elements):
    root = next(one for one in elements if one.name == "html")
    if not _value(root, "lang"):
        yield "the page names no language"
    titles = [one for one in elements if one.name == "title" and one.parent.name == "head"]
    if len(titles) != 1 or not titles[0].to_text().strip():
        yield "the page has no title"
    for one in elements:
        if one.name == "img" and _value(one, "alt") is None:
            yield f"{_at(one)} has no alternative text"
        if one.name == "a" and _value(one, "href") == "#":
            yield f"{_at(one)} leads nowhere"
        if one.name == "a" and _value(one, "href") is not None and not (_said(one) or _value(one, "aria-label")):
            yield f"{_at(one)} has no text"


def _said(element):
    return element.to_text().strip() or any(_value(one, "aria-label") for one in _inside(element))
