"""What stands beside a row that can be cited: its permanent id, and where it is cited."""

from collections.abc import Callable

from library.addresses import Links
from library.documents import Document

RowLinks = Callable[[str], dict[str, str]]


def of_pattern(pattern: Document, number: str, links: Links) -> RowLinks:
    """Return what gives the links of a row of edition `number` by its code; none before there is an edition."""
    cite = of_partnership(pattern, number, links)
    return lambda code: {**cite(code), "permanent": links.to("permanent-id", code)} if number else {}


def of_partnership(document: Document, number: str, links: Links) -> RowLinks:
    """Return the same for what a partnership says of a pattern's rows: their permanent ids are the pattern's."""
    item = (document["kind"], document["slug"], number)
    return lambda code: {"cite": links.cite(*item, code)} if number else {}
