"""Whether the rows that readers' pages come from are what the evidence gives.

A page remembers which code drew it. After an upgrade and until `catch_up`, which every start runs, its words are
those of the older code: no alteration, but nothing that this code can compare either. Of such a page is compared what
no code words. Whoever alters a page and gives it an older mark hides the words for that long and no longer:
`drawn_by_older_code` names the page, and `catch_up` draws it again from the record.
"""

from collections.abc import Iterator
from typing import Any

from django.db import transaction

from library import documents, ledger, pages
from library.models import Cited, Exhibited, Extract, Page, Standing, Withheld
from library.publication import rebuild

# Of every derived table, what tells its rows apart; ids are given anew at each rebuilding.
TABLES = (
    (Withheld, ("position",)),
    (Standing, ("code", "from_position")),
    (Exhibited, ("standing__code", "standing__from_position", "pattern")),
    (Cited, ("standing__code", "standing__from_position", "key")),
    (Extract, ("standing__code", "standing__from_position")),
    (Page, ("code",)),
)
UNTOLD = {"id", "standing_id", "position"}  # a page keeps the position at which it was last drawn
DRAWN = {"fragment", "fragment_digest", "badges", "drawn_by"}  # what other code draws otherwise
FACTS = ("kind", "code", "slug", "number", "state", "digest", "published", "reviewed_on", "review_by")  # in badges


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


def drawn_by_older_code() -> list[str]:
    """Return the codes of items whose latest page other code than this has drawn; `catch_up` draws it again."""
    older = Page.objects.exclude(drawn_by=pages.drawn_by())
    return list(older.order_by("code").values_list("code", flat=True))


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
    """The columns that say something else than expected; of a page by older code those that no code words."""
    wrong = [name for name, value in expected.items() if found[name] != value]
    if "drawn_by" not in wrong:
        return wrong
    wrong = [name for name in wrong if name not in DRAWN]
    if documents.digest_bytes(found["fragment"].encode()) != found["fragment_digest"]:
        wrong.append("fragment")
    if any(found["badges"].get(name, expected["badges"][name]) != expected["badges"][name] for name in FACTS):
        wrong.append("badges")
    return wrong
