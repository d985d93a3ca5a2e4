"""The addresses worth finding by a search engine, each with the day on which what it shows last changed.

Past editions and past days are left out: their pages name the latest as the canonical one. The form is that of
sitemaps.org, protocol 0.9: at most 50,000 addresses to a file, above that an index of files.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import timedelta
from xml.sax.saxutils import escape

from django.db.models import Count, Max, Q

from library.addresses import LATEST
from library.models import Cited, Exhibited, Kind, LedgerEntry, Standing
from library.moments import today

MOST = 50_000  # addresses in one file
NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
# Each shows counts or rows of everything, so it changes with every public act.
WHOLE = (
    *("home", "pattern-index", "partnership-index", "matrix", "source-index", "methodology", "ledger", "search"),
    *("changes", "check-index", "downloads"),
)
UNDATED = ("api", "corrections")  # change with the program, or with what readers report

Located = tuple[str, str]  # path, day of the last change or nothing
DayOf = Callable[[int], str]


def located() -> list[Located]:
    """Return every path with its day, lists first, then items with their histories, then sources.

    Takes five statements, whatever the library holds.
    """
    days = _days()
    newest = max(days.values(), default="")
    day_of = days.get
    lists = [(LATEST.to(name), newest) for name in WHOLE] + [(LATEST.to(name), "") for name in UNDATED]
    return [*lists, *_items(day_of), *_sources(day_of)]


def _days() -> dict[int, str]:
    """The day of the act at each position."""
    entries = LedgerEntry.objects.values_list("position", "time")
    return {position: time.date().isoformat() for position, time in entries}


def _items(day_of: DayOf) -> Iterator[Located]:
    """Each item that stands, and its history; a pattern's page changes with the partnerships that it shows."""
    own, shown = _last_acts(), _last_shown()
    standing = Standing.objects.latest().shown().order_by("kind", "slug")
    for row in standing.values("kind", "code", "slug", "state", "review_by", "successor"):
        acts = own[row["kind"], row["code"]]
        seen = [acts, own[row["kind"], row["successor"]]]
        seen += [shown[row["code"]]] if row["kind"] == Kind.PATTERN else []
        last = max(day_of(max(seen)), _overdue_since(row))
        yield LATEST.item(row["kind"], row["slug"], ""), last
        if row["kind"] == Kind.PATTERN:
            yield LATEST.to("check-form", row["slug"]), last
        yield LATEST.to(f"{row['kind']}-history", row["slug"]), day_of(acts)


def _overdue_since(row: dict) -> str:
    """The day from which the page reads *Review overdue*, nothing while it does not."""
    since = row["review_by"] + timedelta(days=1)
    return since.isoformat() if row["state"] == Standing.State.VERIFIED and since <= today() else ""


def _last_acts() -> dict[tuple[str, str], int]:
    """The last public act on each item."""
    last = LedgerEntry.objects.order_by().values_list("kind", "code").annotate(Max("position"))
    return defaultdict(int, {(kind, code): position for kind, code, position in last})


def _last_shown() -> dict[str, int]:
    """The last act by which a partnership came onto the page of a pattern, changed there or left it."""
    span = (Max("standing__from_position"), Max("standing__until_position"))
    last = Exhibited.objects.order_by().values_list("pattern").annotate(*span)
    return defaultdict(int, {code: max(begun, ended or 0) for code, begun, ended in last})


def _sources(day_of: DayOf) -> Iterator[Located]:
    """Each source that a standing edition cites; its page changes with what cites it."""
    stands = Q(standing__until_position__isnull=True, standing__edition__withheld__isnull=True)
    span = {"begun": Max("standing__from_position"), "ended": Max("standing__until_position")}
    cited = Cited.objects.order_by("key").values_list("key").annotate(now=Count("pk", filter=stands), **span)
    for key, now, begun, ended in cited:
        if now:
            yield LATEST.to("source-page", key), day_of(max(begun, ended or 0))


def parts(paths: list[Located]) -> list[list[Located]]:
    """Return `paths` cut into files, at least one."""
    return [paths[start : start + MOST] for start in range(0, len(paths), MOST)] or [[]]


def urlset(paths: list[Located], origin: str) -> str:
    """Return one file with the addresses of `paths` on `origin`."""
    return _file("urlset", (_entry("url", origin + path, day) for path, day in paths))


def index(files: list[list[Located]], address_of: Callable[[int], str]) -> str:
    """Return the file that names `files`; `address_of` gives the address of the first, the second, ..."""
    entries = (
        _entry("sitemap", address_of(number), max(day for _, day in file))
        for number, file in enumerate(files, start=1)
    )
    return _file("sitemapindex", entries)


def _file(element: str, entries: Iterator[str]) -> str:
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<{element} {NAMESPACE}>\n'
    return f"{head}{''.join(entries)}</{element}>\n"


def _entry(element: str, address: str, day: str) -> str:
    changed = f"<lastmod>{day}</lastmod>" if day else ""
    return f"<{element}><loc>{escape(address)}</loc>{changed}</{element}>\n"
