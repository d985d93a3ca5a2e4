"""What stands beside a row that can be cited: its permanent id, where it is cited, where a problem is reported."""

from collections.abc import Callable

from library.addresses import Links
from library.documents import Document

RowLinks = Callable[[str], dict[str, str]]


def of_pattern(pattern: Document, number: str, links: Links) -> RowLinks:
    """Return what gives the links of a row of edition `number` by its code; none before there is an edition."""
    cite = _citing(pattern, number, links, "")
    return lambda code: {**cite(code), "permanent": links.to("permanent-id", code)} if number else {}


def of_partnership(document: Document, number: str, links: Links) -> RowLinks:
    """Return the same for what a partnership says of a pattern's rows: their permanent ids are the pattern's."""
    return _citing(document, number, links, f"{document['code']}/")


def _citing(document: Document, number: str, links: Links, before: str) -> RowLinks:
    """`before` is what stands before a row's code where a problem with it is reported."""
    item = (document["kind"], document["slug"], number)

    def links_of(code: str) -> dict[str, str]:
        return {"cite": links.cite(*item, code), "report": links.report(before + code, number)}

    return links_of if number else lambda code: {}
