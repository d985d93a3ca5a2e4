"""Whether the rows that readers' pages come from are what the evidence gives."""

from collections.abc import Iterator
from typing import Any

from django.db import transaction

from library import ledger
from library.models import Cited, Exhibited, Page, Standing, Withheld
from library.publication import rebuild

# Of every derived table, what tells its rows apart; ids are given anew at each rebuilding.
TABLES = (
    (Withheld, ("position",)),
    (Standing, ("code", "from_position")),
    (Exhibited, ("standing__code", "standing__from_position", "pattern")),
    (Cited, ("standing__code", "standing__from_position", "key")),
    (Page, ("code",)),
)
UNTOLD = {"id", "standing_id", "position"}  # a page keeps the position at which it was last drawn


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


def _differences(found: dict, expected: dict) -> Iterator[str]:
    for table, rows in expected.items():
        for key in sorted(rows.keys() | found[table].keys()):
            where = f"{table} {' '.join(map(str, key))}"
            if key not in found[table]:
                yield f"{where}: is missing; rebuild_library writes it again"
            elif key not in rows:
                yield f"{where}: no edition gives it; rebuild_library takes it away"
            else:
                wrong = [name for name, value in rows[key].items() if found[table][key][name] != value]
                yield from (
                    f"{where}, {name}: is not what the record gives; rebuild_library mends it" for name in wrong
                )
