"""What the search page shows: results by entry, facets with counts, chips, and ways on when nothing is found."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import QueryDict

from library import marking, search
from library.addresses import LATEST
from library.asking import COMMON, MOST_CHARACTERS, Query, Unclear, read
from library.definitions import GRADES, STATUSES
from library.listings import is_overdue
from library.models import Kind, Passage, Standing
from library.moments import Moment
from library.sorting import fold
from library.typography import curly

ON_A_PAGE = 20  # entries
SECTIONS, IN_ONE = 3, 100  # of an entry among others, of a single one
OPTIONS = 6  # of a facet, before the rest is folded away
TITLES = {
    "kind": "Kind",
    "family": "Family",
    "status": "Status",
    "confidence": "Confidence",
    "grounding": "Grounding of a move",
    "country": "Country",
    "party": "Party",
    "year": "Year announced",
    "in": "In",
}
KINDS = {Kind.PATTERN: "Patterns", Kind.PARTNERSHIP: "Partnerships"}
WORDS = {
    "kind": KINDS,
    "status": STATUSES,
    "confidence": GRADES,
    "grounding": {"documented": "Documented", "inferred": "Inferred"},
}
EXAMPLES = (
    ("export licence", "words, in any English form"),
    ('"right of first refusal"', "a phrase, exactly as it is written"),
    ("STC-K1", "a code, with or without its prefix"),
    ("OpenAI -Microsoft", "a name, without the sections that name another"),
    ("Mistral OR Cohere", "either of two"),
)
BROWSE = (
    ("pattern-index", "All patterns, by family"),
    ("partnership-index", "All partnerships, newest first"),
    ("source-index", "All sources, by grade"),
    ("methodology", "What the words mean"),
)


@dataclass(frozen=True)
class Address:
    """The search page with a query and what narrows it; all of its state is in the address."""

    moment: Moment
    q: str = ""
    chosen: tuple[tuple[str, str], ...] = ()
    exactly: bool = False
    page: int = 1

    @property
    def lasting(self) -> dict[str, str]:
        """What is asked for, without page and day: what somebody follows who follows this search."""
        return {"q": self.q, **dict(self.chosen), **({"exactly": "1"} if self.exactly else {})}

    def __str__(self) -> str:
        asked = self.lasting
        asked |= {"page": str(self.page)} if self.page > 1 else {}
        asked |= {"as-of": self.moment.day.isoformat()} if self.moment.day else {}
        return f"{LATEST.to('search')}?{urlencode(asked)}"

    def choosing(self, name: str, value: str) -> "Address":
        """The same search from its first page with another value of a facet; with an empty one without it."""
        kept = {**dict(self.chosen), name: value}
        return replace(self, chosen=tuple((one, kept[one]) for one in search.FACETS if kept.get(one)), page=1)


def asked(query: QueryDict, moment: Moment) -> Address:
    """Return what `query` asks for. A page that is no number is the first."""
    page = query.get("page", "")
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 4 else 1
    here = Address(moment, query.get("q", "").strip(), exactly=query.get("exactly") == "1", page=max(number, 1))
    chosen = {name: query.get(name, "").strip() for name in search.FACETS}
    return replace(here, chosen=tuple((name, value) for name, value in chosen.items() if value))


def spoken(here: Address) -> str:
    """Return in words what is searched for and how it is narrowed: `“compute”, Kind: Patterns`."""
    narrowed = [f"{TITLES[name]}: {WORDS.get(name, {}).get(value, value)}" for name, value in here.chosen]
    return ", ".join([f"“{curly(here.q)}”", *narrowed])


def items(here: Address) -> set[tuple[str, str]]:
    """Return kind and code of every item that the search finds, on all its pages. Raises Unclear.

    What its page puts right because nothing has it as typed, is put right here, too.
    """
    query, chosen = read(here.q), dict(here.chosen)
    found = search.find(query, here.moment, chosen)
    if not (found.entries or here.exactly) and (better := search.corrected(query, here.moment)):
        found = search.find(better, here.moment, chosen)
    return {(entry.standing["kind"], entry.standing["code"]) for entry in found.left}


def draw(here: Address) -> dict[str, Any]:
    """Return what the template shows."""
    frame = {"q": here.q, "hidden": _hidden(here), "examples": _examples(here), "browse": _browse(here.moment)}
    frame["most"] = MOST_CHARACTERS
    if not here.q:
        return frame
    try:
        query = read(here.q)
    except Unclear as problem:
        return {**frame, "q": here.q[:MOST_CHARACTERS], "problem": str(problem)}
    return {**frame, "searched": True, **_answer(query, here)}


def _answer(query: Query, here: Address) -> dict[str, Any]:
    """What was found; a query that finds nothing anywhere is read again with its misspelt words put right."""
    found = search.find(query, here.moment, dict(here.chosen))
    better = None if found.entries else search.corrected(query, here.moment)
    if better is None:
        return _results(query, found, here) if found.entries else _loosely(query, found, here)
    mended = replace(here, q=better.text, exactly=False, page=1)
    if here.exactly:
        return {**_results(query, found, here), "spelling": {"text": better.text, "href": str(mended)}}
    results = _results(better, search.find(better, here.moment, dict(here.chosen)), replace(here, q=better.text))
    as_typed = {"text": query.text, "instead": better.text, "href": str(replace(here, exactly=True))}
    return {**results, "as_typed": as_typed}


def _loosely(query: Query, found: search.Found, here: Address) -> dict[str, Any]:
    """What has some of the words when nothing has all of them; what has more of them stands first."""
    loose = query.loosened()
    some = search.find(loose, here.moment, dict(here.chosen)) if loose else found
    if not some.left:
        return _results(query, found, here)
    return {**_results(loose, some, here), "is_loose": True}


def _results(query: Query, found: search.Found, here: Address) -> dict[str, Any]:
    left = found.left
    pages = max(-(-len(left) // ON_A_PAGE), 1)
    page = min(here.page, pages)
    shown = left[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]
    return {
        "entries": _entries(shown, query, here),
        "total": len(left),
        "sections": sum(1 for entry in left for passage in entry.passages if passage["anchor"]),
        "is_cut": found.is_cut,
        "chips": _chips(found, here),
        "facets": _facets(found, here),
        "paging": _paging(here, page, pages),
        "first": (page - 1) * ON_A_PAGE + 1,
        **({} if left else _ways_on(query, found, here)),
    }


def _paging(here: Address, page: int, pages: int) -> dict[str, Any]:
    return {
        "page": page,
        "pages": pages,
        "previous": str(replace(here, page=page - 1)) if page > 1 else "",
        "next": str(replace(here, page=page + 1)) if page < pages else "",
    }


def _entries(entries: list[search.Entry], query: Query, here: Address) -> list[dict[str, Any]]:
    """What is shown of each entry; the texts of all are fetched in one statement."""
    most = IN_ONE if "in" in dict(here.chosen) else SECTIONS
    shown = {entry.standing["pk"]: [row for row in entry.passages if row["anchor"]][:most] for entry in entries}
    texts = _texts(shown, query)
    return [_entry(entry, shown[entry.standing["pk"]], texts, query, here) for entry in entries]


def _texts(shown: dict[int, list[dict]], query: Query) -> dict[tuple[int, str], dict]:
    """The texts of the passages in `shown` and of their items themselves, by standing and anchor."""
    keys = [row["pk"] for rows in shown.values() for row in rows]
    found = Passage.objects.filter(Q(pk__in=keys) | Q(standing__in=list(shown), anchor=""))
    rows = found.annotate(marked=marking.headline(query))
    columns = ("standing_id", "anchor", "code", "place", "title", "text", "marked")
    return {(row["standing_id"], row["anchor"]): row for row in rows.values(*columns)}


def _entry(entry: search.Entry, shown: list[dict], texts: dict, query: Query, here: Address) -> dict[str, Any]:
    one = entry.standing
    item = texts[one["pk"], ""]
    href = here.moment.links.item(one["kind"], one["slug"], one["number"])
    others = sum(1 for row in entry.passages if row["anchor"]) - len(shown)
    head = _marked(item, query)
    return {
        **one,
        **head,
        "is_spread": not shown and head["marks"] < len(query.terms),
        "href": href,
        "kind_word": "Pattern" if one["kind"] == Kind.PATTERN else "Partnership",
        "family_name": curly(one["family_name"]),
        "is_retired": one["state"] == Standing.State.RETIRED,
        "is_overdue": is_overdue(one, here.moment),
        "is_single_source": one["confidence"] == "single_source",
        "sections": [
            {**_marked(texts[one["pk"], row["anchor"]], query), "href": f"{href}#{row['anchor']}"} for row in shown
        ],
        "others": others,
        "all_of_it": str(here.choosing("in", one["code"])) if others else "",
    }


def _marked(row: dict, query: Query) -> dict[str, Any]:
    """Title and text of a passage with the words marked that are looked for; of a long text the part with most."""
    hits, titled = marking.hits(row["marked"], query), marking.count(row["title"])
    return {
        "marks": len(hits),
        "code": row["code"],
        "place": row["place"],
        "title": marking.whole(row["title"], hits),
        "excerpt": marking.excerpt(row["text"], {number - titled for number in hits if number >= titled}),
    }


def _chips(found: search.Found, here: Address) -> list[dict[str, str]]:
    return [
        {"title": TITLES[name], "word": _word(name, value, found), "href": str(here.choosing(name, ""))}
        for name, value in here.chosen
    ]


def _facets(found: search.Found, here: Address) -> list[dict[str, Any]]:
    """The facets by which something is left to choose, each with its options: value, word, count and address."""
    facets = []
    for name in search.FACETS[:-1]:
        options = [_option(name, value, count, found, here) for value, count in found.counts(name).items()]
        if len(options) > 1 or any(option["is_chosen"] for option in options):
            options.sort(key=ORDERS.get(name, _by_count))
            facets.append({"title": TITLES[name], "options": options[:OPTIONS], "rest": options[OPTIONS:]})
    return facets


def _option(name: str, value: str, count: int, found: search.Found, here: Address) -> dict[str, Any]:
    is_chosen = dict(here.chosen).get(name) == value
    return {
        "value": value,
        "word": _word(name, value, found),
        "count": count,
        "is_chosen": is_chosen,
        "href": str(here.choosing(name, "" if is_chosen else value)),
    }


def _word(name: str, value: str, found: search.Found) -> str:
    """How a facet's value is shown; one that nothing has as it was asked for."""
    if name in ("family", "in"):
        column = "family_name" if name == "family" else "title"
        names = {entry.standing[OWN[name]]: entry.standing[column] for entry in found.entries}
        return curly(names.get(value, value))
    return curly(WORDS.get(name, {}).get(value, value))


def _by_count(option: dict) -> tuple:
    return (not option["is_chosen"], -option["count"], fold(option["word"]))


def _newest_first(option: dict) -> tuple:
    return (not option["is_chosen"], -int(option["value"]))


OWN = {"family": "family_slug", "in": "code"}
ORDERS = {"year": _newest_first}


def _ways_on(query: Query, found: search.Found, here: Address) -> dict[str, Any]:
    """Where somebody goes on who found nothing: without what narrows, or with single words of the query."""
    if found.entries:
        return {"without_facets": {"count": len(found.entries), "href": str(replace(here, chosen=(), page=1))}}
    counts = {word: n for word, n in search.word_counts(query, here.moment).items() if word not in COMMON}
    alone = [{"word": word, "count": count, "href": str(_for(word, here))} for word, count in counts.items() if count]
    return {"alone": alone if len(counts) > 1 else []}


def _for(word: str, here: Address) -> Address:
    return Address(here.moment, word)


def _hidden(here: Address) -> list[tuple[str, str]]:
    """What the search field sends along: the facets stay chosen while the words change, and so does the day."""
    day = [("as-of", here.moment.day.isoformat())] if here.moment.day else []
    return [*((name, value) for name, value in here.chosen if name != "in"), *day]


def _examples(here: Address) -> list[dict[str, str]]:
    return [{"q": q, "about": about, "href": str(_for(q, here))} for q, about in EXAMPLES]


def _browse(moment: Moment) -> list[dict[str, str]]:
    return [{"word": word, "href": moment.links.to(name)} for name, word in BROWSE]
