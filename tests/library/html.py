"""Reading a page as its reader does: elements, ids, links, text."""

import re
from html.parser import HTMLParser

VOID = {"meta", "link", "input", "br", "hr", "img", "circle", "path"}


class Element:
    def __init__(self, tag, attributes, parent):
        self.tag, self.attributes, self.parent = tag, dict(attributes), parent
        self.children, self.parts = [], []

    @property
    def text(self):
        """All text inside, blanks as one."""
        return re.sub(r"\s+", " ", self.verbatim).strip()

    @property
    def verbatim(self):
        """All text inside as it stands."""
        return "".join(part if isinstance(part, str) else part.verbatim for part in self.parts)

    def add(self, child):
        self.children.append(child)
        self.parts.append(child)

    def all(self, tag=None, **attributes):
        """Descendants with `tag` and these attributes (`class_` names one of the classes)."""
        wanted = attributes.pop("class_", None)
        for child in self.children:
            has = all(child.attributes.get(name) == value for name, value in attributes.items())
            if has and tag in (None, child.tag) and (not wanted or wanted in child.classes):
                yield child
            yield from child.all(tag, **attributes, **({"class_": wanted} if wanted else {}))

    def one(self, tag=None, **attributes):
        found = list(self.all(tag, **attributes))
        assert len(found) == 1, f"{len(found)} of {tag} {attributes}"
        return found[0]

    @property
    def classes(self):
        return self.attributes.get("class", "").split()

    def text_of(self, tag=None, **attributes):
        return [element.text for element in self.all(tag, **attributes)]


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.here = self.root = Element("page", {}, None)

    def handle_starttag(self, tag, attributes):
        child = Element(tag, attributes, self.here)
        self.here.add(child)
        if tag not in VOID:
            self.here = child

    def handle_startendtag(self, tag, attributes):
        self.here.add(Element(tag, attributes, self.here))

    def handle_endtag(self, tag):
        assert self.here.tag == tag, f"</{tag}> closes <{self.here.tag}>"
        self.here = self.here.parent

    def handle_data(self, text):
        self.here.parts.append(text)


def read(page):
    """Return the page's root element; raises AssertionError on tags that do not nest."""
    reader = _Reader()
    reader.feed(page if isinstance(page, str) else page.content.decode())
    assert reader.here is reader.root, f"<{reader.here.tag}> is not closed"
    return reader.root


def main_of(response):
    """The bytes of the main content."""
    return re.search(rb"<main.*</main>", response.content, re.DOTALL)[0]
