"""A checklist as plain text to paste into a memo, and as lines for a spreadsheet."""

from collections.abc import Iterator
from typing import Any

from library.documents import Document
from library.prose import plain
from library.typography import curly

COLUMNS = (
    *("pattern", "edition", "as of", "move", "move as worded in the edition", "answer"),
    *("why it fails", "mitigation", "visible in", "mitigated in", "address"),
)
DISCLAIMER = (
    "No legal advice. The library judges public deals by their public terms; the answers are the reader’s own."
)


def lines(pattern: Document, drawn: dict[str, Any], told: dict[str, str]) -> Iterator[list[str]]:
    """Yield one line for each move of the checklist `drawn`, in the order of the kill list.

    `told` has the `number` of the edition, the `day` and the absolute `address`.
    """
    seen = {move["code"]: move.get("seen", []) for group in drawn["groups"] for move in group["moves"]}
    for row, answered in zip(pattern["kill_list"], drawn["answered"], strict=True):
        deals = {group["word"]: _names(group) for group in seen[row["code"]]}
        yield [
            *(pattern["code"], told["number"], told["day"], row["code"], answered["move"], answered["word"]),
            *(_plain(row["mechanism"]), _plain(row["mitigation"])),
            *(deals.get("Visible", ""), deals.get("Mitigated", ""), told["address"]),
        ]


def text(pattern: Document, drawn: dict[str, Any], told: dict[str, str]) -> str:
    """Return the checklist `drawn` as plain text; `told` also has the sentences `by` and `counted`."""
    rows = {row["code"]: row for row in pattern["kill_list"]}
    parts = [[f"Deal check: {curly(pattern['title'])} ({pattern['code']})", told["by"], told["counted"]]]
    for group in drawn["groups"]:
        parts.append([group["title"].upper()])
        parts += [_move(move, rows[move["code"]]) for move in group["moves"]]
    if drawn["deals"]:
        parts.append(["COMPARABLE DEALS", *(_deal(deal) for deal in drawn["deals"])])
    if precedents := [*drawn["precedents"], *drawn["others"]]:
        parts.append(["PRECEDENT TO CONSIDER", *(_precedent(row) for row in precedents)])
    parts.append([DISCLAIMER, told["address"]])
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def _move(move: dict[str, Any], row: dict[str, Any]) -> list[str]:
    if "seen" not in move:
        return [f"{move['code']}  {move['plain']}"]
    return [
        f"[ ] {move['code']}  {move['plain']}",
        f"Why it fails: {_plain(row['mechanism'])}",
        f"Mitigation: {_plain(row['mitigation'])}",
        *(f"{group['word']} in: {_names(group)}." for group in move["seen"]),
    ]


def _names(group: dict[str, Any]) -> str:
    names = [f"{cell['name']}{_grade(cell)}" for cell in group["cells"]]
    return "; ".join([*names, *([f"{group['more']} more"] if group["more"] else [])])


def _deal(deal: dict[str, Any]) -> str:
    return f"{deal['same']} of {deal['compared']} alike: {deal['name']}{_grade(deal)}, edition {deal['number']}"


def _grade(deal: dict[str, Any]) -> str:
    words = [("single source", deal["is_single_source"]), ("retired", deal["is_retired"])]
    said = ", ".join(word for word, holds in words if holds)
    return f" ({said})" if said else ""


def _precedent(row: dict[str, Any]) -> str:
    return ". ".join(row[name] for name in ("code", "title", "forum", "date", "status") if row[name])


def _plain(text: str) -> str:
    return curly(plain(text))
