"""Whether the rows that readers' pages come from are what the evidence gives.

A page remembers which code drew it. After an upgrade and until `catch_up`, which every start runs, its words are
those of other code: no alteration, but nothing that this code can compare either. Of such a page is compared what no
code words, and nobody calls the rest sound: `drawn_by_other_code` names the page, whether an upgrade or a forger gave
it that mark, and `catch_up` draws it again from the record.
"""

from collections.abc import Iterator
from typing import Any

from django.db import transaction

from library import documents, ledger, pages
from library.models import Cited, Exhibited, Extract, Page, Passage, Standing, Withheld, Word
from library.publication import rebuild

# Of every derived table, what tells its rows apart; ids are given anew at each rebuilding.
TABLES = (
    (Withheld, ("position",)),
    (Standing, ("code", "from_position")),
    (Exhibited, ("standing__code", "standing__from_position", "pattern")),
    (Cited, ("standing__code", "standing__from_position", "key")),
    (Passage, ("standing__code", "standing__from_position", "anchor")),
    (Word, ("word",)),
    (Extract, ("standing__code", "standing__from_position")),
    (Page, ("code",)),
)
UNTOLD = {"id", "standing_id", "position"}  # a page keeps the position at which it was last drawn
DRAWN = {"fragment", "fragment_digest", "badges", "drawn_by"}  # what other code draws otherwise
# In badges: facts that no code words, and names, of which code chooses the quotation marks alone.
FACTS = (
    *("kind", "code", "slug", "number", "state", "digest", "published", "reviewed_on", "review_by"),
    *("family_slug", "confidence", "newest_source", "retired_day"),
)
NAMES = ("title", "subtitle", "family_name", "reviewed_by", "retired_note")


def verify() -> list[str]:
    """Return a sentence for every derived row that is not what editions and ledger give; nothing is changed.

    Derives all of them again in a transaction that is rolled back; publications wait meanwhile.
    """
    with transaction.atomic():
        ledger.lock_library()
        found = _rows()
        rebuild()
        expected = _rows()
        transaction.set_rollback(True)
    return list(_differences(found, expected))


def _rows() -> dict[str, dict[tuple, dict[str, Any]]]:
    return {
        model._meta.db_table: {
            tuple(row[name] for name in key): row for row in model.objects.values(*_fields(model), *key)
        }
        for model, key in TABLES
    }


def _fields(model) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields if field.attname not in UNTOLD]


def drawn_by_other_code() -> list[str]:
    """Return the codes of items whose latest page other code than this has drawn; `catch_up` draws it again."""
    others = Page.objects.exclude(drawn_by=pages.drawn_by())
    return list(others.order_by("code").values_list("code", flat=True))


def unchecked(codes: list[str]) -> str:
    """Return what to say and do about the pages of `codes`, which other code has drawn."""
    pages_were = f"{len(codes)} pages were" if len(codes) != 1 else "1 page was"
    return f"{pages_were} drawn by other code and cannot be checked; run catch_up, then verify again"


def _differences(found: dict, expected: dict) -> Iterator[str]:
    for table, rows in expected.items():
        for key in sorted(rows.keys() | found[table].keys()):
            where = f"{table} {' '.join(map(str, key))}"
            if key not in found[table]:
                yield f"{where}: is missing; rebuild_library writes it again"
            elif key not in rows:
                yield f"{where}: no edition gives it; rebuild_library takes it away"
            else:
                wrong = _wrong(found[table][key], rows[key])
                yield from (
                    f"{where}, {name}: is not what the record gives; rebuild_library mends it" for name in wrong
                )


def _wrong(found: dict[str, Any], expected: dict[str, Any]) -> list[str]:
    """The columns that say something else than expected; of a page by other code those that no code words."""
    wrong = [name for name, value in expected.items() if found[name] != value]
    if "drawn_by" not in wrong:
        return wrong
    wrong = [name for name in wrong if name not in DRAWN]
    if documents.digest_bytes(found["fragment"].encode()) != found["fragment_digest"]:
        wrong.append("fragment")
    if _contradict(found["badges"], expected["badges"]):
        wrong.append("badges")
    return wrong


def _contradict(found: dict[str, Any], expected: dict[str, Any]) -> bool:
    """Whether badges that other code made say what no code makes of the record; it may know fewer of them."""
    found, expected = _flat(found), _flat(expected)
    return any(found[name] != expected.get(name) for name in FACTS if name in found) or any(
        _letters(found[name]) != _letters(expected.get(name)) for name in NAMES if name in found
    )


def _flat(badges: dict[str, Any]) -> dict[str, Any]:
    return badges | {f"retired_{name}": value for name, value in (badges.get("retired") or {}).items()}


def _letters(name: Any) -> str:
    return "".join(filter(str.isalnum, str(name)))
