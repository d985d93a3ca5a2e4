"""Documents as the YAML of a corpus: one order of keys, block scalars for long texts, quotes where needed."""

import os
from pathlib import Path

import yaml

from exchange import shape
from exchange.shape import Field, Shape
from history.models import Draft
from library.documents import Document

LONG = 100  # characters; longer texts stand in a block of their own


class _Dumper(yaml.SafeDumper):
    """Lists are indented below their key."""

    def increase_indent(self, flow=False, indentless=False):
        return super().increase_indent(flow, False)


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    if "\n" in text or (len(text) > LONG and " " in text):
        return dumper.represent_scalar("tag:yaml.org,2002:str", text + "\n", style="|")
    return dumper.represent_scalar("tag:yaml.org,2002:str", text)


_Dumper.add_representer(str, _represent_text)


def to_yaml(value: list | dict) -> str:
    """Return `value` as YAML; the same value always gives the same text."""
    return yaml.dump(
        value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=10**9, default_flow_style=False
    )


def write_file(path: Path, value: list | dict) -> None:
    """Write `value` to `path`, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f".{path.name}.new")
    half.write_text(to_yaml(value), encoding="utf-8")
    os.replace(half, path)


def family_entry(document: Document) -> dict:
    """Return the entry of families.yaml that gives `document`."""
    return _entry({**document, "slug": document["code"]}, shape.FAMILY)


def source_entry(document: Document) -> dict:
    """Return the entry of sources.yaml that gives `document`."""
    return _entry({**document, "kind": document["source_kind"]}, shape.SOURCE)


def pattern_entry(document: Document, retired_codes: list[str]) -> dict:
    """Return the content of the file that gives `document`."""
    told = {**document, "family": document["family"]["slug"], "retired_codes": retired_codes}
    return _entry(told, shape.PATTERN)


def partnership_entry(document: Document) -> dict:
    """Return the content of the file that gives `document`."""
    return _entry(document, shape.PARTNERSHIP)


def exported_entry(draft: Draft) -> dict:
    """Return the entry of exported.yaml that says which version of `draft` was written."""
    return {"kind": draft.kind, "code": draft.code, "version": draft.version, "digest": draft.digest}


def _entry(told: dict, wanted: Shape) -> dict:
    values = {name: _value(told[name], field) for name, field in wanted.fields.items()}
    return {name: value for name, value in values.items() if _is_written(value, wanted.fields[name])}


def _is_written(value, field: Field) -> bool:
    """Whether the field must stand there: it is required, or an absent one would be read as something else."""
    return field.required or value not in ("", field.default, [], False) or (value == "" and field.default != "")


def _value(value, field: Field):
    if field.holds == "variants":
        return [row if row["name"] else row["code"] for row in ({**row} for row in value)]
    if field.rows:
        return [_entry(row, field.rows) for row in value]
    return value
