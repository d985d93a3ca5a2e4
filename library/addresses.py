"""How the internal links of a page keep what its reader looks at: the latest, an edition, a day."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

STAFF = ("desk", "admin", "accounts")  # the first parts of addresses that are nobody's to find
AS_PUBLISHED = "edition"  # `?page=edition`: cite the edition's page as it was published, not as of today


@dataclass(frozen=True)
class Links:
    """The addresses that one page links to.

    With `day` (`2026-06-29`) everything but editions carries `?as-of=`; with `editions` an item is linked by
    the edition that stood when the page's own edition was published.
    """

    day: str = ""
    editions: bool = False

    def item(self, kind: str, slug: str, number: str, anchor: str = "") -> str:
        """Return the address of a pattern or partnership whose edition `number` is meant."""
        if self.editions:
            return self.edition(kind, slug, number, anchor)
        return self._dated(reverse(f"{kind}-page", args=[slug]), anchor)

    def edition(self, kind: str, slug: str, number: str, anchor: str = "") -> str:
        """Return the address of one edition, the same in every style."""
        return reverse(f"{kind}-edition", args=[slug, number]) + _fragment(anchor)

    def json(self, kind: str, slug: str, number: str) -> str:
        """Return the address of the canonical bytes of one edition."""
        return reverse(f"{kind}-json", args=[slug, number])

    def taken(self, kind: str, slug: str, number: str, form: str) -> str:
        """Return where an edition is taken away as `pdf` or `markdown`, with what its page shows."""
        query = "" if self.editions else self.query
        return reverse(f"{kind}-{form}", args=[slug, number]) + query

    def cite(self, kind: str, slug: str, number: str, row: str = "", form: str = "") -> str:
        """Return where an edition, or one row of it, is cited: the page, or the file in `form` (`bib`)."""
        asked = {"row": row} if row else {}
        asked |= {"page": AS_PUBLISHED} if self.editions else {"as-of": self.day} if self.day else {}
        path = reverse(f"{kind}-cite-file", args=[slug, number, form]) if form else ""
        path = path or reverse(f"{kind}-cite", args=[slug, number])
        return path + ("?" + urlencode(asked) if asked else "")

    def compare(self, kind: str, slug: str, old: str, new: str) -> str:
        """Return the address of the difference between two editions, the same in every style."""
        return reverse(f"{kind}-compare", args=[slug, old, new])

    def report(self, about: str, number: str = "") -> str:
        """Return where a problem with `about` is reported, as edition `number` words it; the same in every style.

        `about` is a code, `item/code` for what a partnership says of a pattern's row, `@key` for a source.
        """
        asked = {"about": about} | ({"edition": number} if number else {})
        return f"{reverse('report-new')}?{urlencode(asked, safe='/@')}"

    def to(self, name: str, *arguments: str, anchor: str = "") -> str:
        """Return the address of any other reading page by its name in the URLconf."""
        return self._dated(reverse(name, args=arguments), anchor)

    def narrowed(self, name: str, **chosen: str) -> str:
        """Return the address of a list, narrowed by what is `chosen`."""
        day = {"as-of": self.day} if self.day else {}
        return f"{reverse(name)}?{urlencode(chosen | day)}"

    @property
    def query(self) -> str:
        """The query string that keeps the day, empty for the latest."""
        return "?" + urlencode({"as-of": self.day}) if self.day else ""

    def _dated(self, path: str, anchor: str) -> str:
        return path + self.query + _fragment(anchor)


def _fragment(anchor: str) -> str:
    return f"#{anchor}" if anchor else ""


LATEST = Links()
