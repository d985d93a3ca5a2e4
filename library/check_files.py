"""A checklist as plain text to paste into a memo, and as lines for a spreadsheet."""

from collections.abc import Iterator
from typing import Any

from library import prose, scores
from library.addresses import LATEST
from library.checklist import named
from library.deal_check import WORDS, Answers
from library.documents import Document, cited_keys
from library.pattern_page import Shown
from library.prose import plain
from library.typography import curly

COLUMNS = (
    *("pattern", "edition", "as of", "move", "move as worded in the edition", "answer"),
    *("why it fails", "mitigation", "visible in", "mitigated in", "address"),
)
DISCLAIMER = (
    "No legal advice. The library judges public deals by their public terms; the answers are the reader’s own."
)
WHERE_THE_REST_IS = "With the evidence on each deal and all sources:"


def lines(pattern: Document, answers: Answers, shown: list[Shown], told: dict[str, str]) -> Iterator[list[str]]:
    """Yield one line for each move of `pattern`, in the order of the kill list.

    `shown` are the deals beside the pattern. What they are scored stands in each line whatever was answered, and
    whole: an empty cell says that no deal is scored so. `told` has the `number` of the edition, the `day` and the
    absolute `address`.
    """
    for row in pattern["kill_list"]:
        yield [
            *(pattern["code"], told["number"], told["day"], row["code"], _plain(row["move"])),
            *(WORDS[answers.of(row["code"])], _plain(row["mechanism"]), _plain(row["mitigation"])),
            *(_scored(score, row, pattern["slug"], shown) for score in ("visible", "mitigated")),
            told["address"],
        ]


def _scored(score: str, row: dict[str, Any], slug: str, shown: list[Shown]) -> str:
    """The deals with this score on the move, in the order of `shown`."""
    found = [(item, one) for item in shown for one in item.exhibit["scores"] if one["move"] == row["code"]]
    return "; ".join(
        _named({**named(item), "wording": scores.reworded(one, row["move"], slug, LATEST)})
        for item, one in found
        if one["score"] == score
    )


def text(pattern: Document, drawn: dict[str, Any], told: dict[str, str]) -> str:
    """Return the checklist `drawn` as plain text; `told` also has the sentences `by` and `counted`.

    The numbers of its sources are those of the page.
    """
    parts = [[f"Deal check: {curly(pattern['title'])} ({pattern['code']})", told["by"], told["counted"]]]
    for group in drawn["groups"]:
        parts.append([group["title"].upper()])
        parts += [_move(move) for move in group["moves"]]
    if drawn["deals"]:
        parts.append(["COMPARABLE DEALS", *(_deal(deal) for deal in drawn["deals"])])
    if precedents := [*drawn["precedents"], *drawn["others"]]:
        parts.append(["PRECEDENT TO CONSIDER", *(_precedent(row) for row in precedents)])
    cited = _cited(pattern, drawn)
    if sources := [_source(source) for source in drawn["sources"] if source["key"] in cited]:
        parts.append(["SOURCES", *sources])
    parts.append([DISCLAIMER, WHERE_THE_REST_IS, told["address"]])
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def _move(move: dict[str, Any]) -> list[str]:
    if "seen" not in move:
        return [f"{move['code']}  {move['plain']}"]
    return [
        f"[ ] {move['code']}  {prose.words(move['move'])}",
        f"Why it fails: {prose.words(move['mechanism'])}",
        f"Mitigation: {prose.words(move['mitigation'])}",
        *(f"{group['word']} in: {_names(group)}." for group in move["seen"]),
    ]


def _names(group: dict[str, Any]) -> str:
    return "; ".join([*map(_named, group["cells"]), *([f"{group['more']} more"] if group["more"] else [])])


def _deal(deal: dict[str, Any]) -> str:
    return f"{deal['same']} of {deal['compared']} alike: {_named(deal)}, edition {deal['number']}"


def _named(deal: dict[str, Any]) -> str:
    """A deal as it may be named: with what weakens it, and the wording that its score judged if that is another."""
    said = [*(["single source"] if deal["is_single_source"] else []), *(["retired"] if deal["is_retired"] else [])]
    if wording := deal.get("wording"):
        said.append(f"scored against the wording of {wording['edition']}")
    return f"{deal['name']} ({', '.join(said)})" if said else deal["name"]


def _precedent(row: dict[str, Any]) -> str:
    told = ". ".join(row[name] for name in ("code", "title", "forum", "date", "status") if row[name])
    return f"{told} [{number}]" if (number := row.get("cited", {}).get("number")) else told


def _cited(pattern: Document, drawn: dict[str, Any]) -> set[str]:
    """The keys of the sources whose numbers the text names; those of evidence stand on the page alone."""
    told = {move["code"] for group in drawn["groups"] for move in group["moves"] if "seen" in move}
    rows = [row for row in pattern["kill_list"] if row["code"] in told]
    return cited_keys(rows) | {row["cited"]["key"] for row in drawn["precedents"]}


def _source(source: dict[str, Any]) -> str:
    where = ", ".join(source[name] for name in ("publisher", "published", "url", "doi_url") if source[name])
    parts = (prose.words(source["author_line"]), f"{source['title']}{source['stop']}", where)
    return f"[{source['number']}] " + " ".join(part for part in parts if part)


def _plain(text: str) -> str:
    return curly(plain(text))
