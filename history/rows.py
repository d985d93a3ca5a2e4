"""Making working rows equal to the rows of a document, by identity and order."""

from django.db import models


def match_rows(manager: models.Manager, key: str, wanted: list[dict]) -> list[models.Model]:
    """Make the rows of `manager` (one parent's) exactly `wanted`, in that order; return them in it.

    Rows are matched by the field `key`; those not wanted are deleted. `position` counts from 1 and is
    unique per parent with a deferred constraint, so rows may pass through each other's places.
    """
    existing = {getattr(row, key): row for row in manager.all()}
    kept = {row[key] for row in wanted}
    manager.filter(**{f"{key}__in": [k for k in existing if k not in kept]}).delete()
    rows = []
    for position, fields in enumerate(wanted, start=1):
        values = {**fields, "position": position}
        row = existing.get(fields[key])
        if row is None:
            row = manager.create(**values)
        elif any(getattr(row, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(row, name, value)
            row.save()
        rows.append(row)
    return rows
