"""The description of the API as its page tells it: groups of operations, each with parameters and an example."""

from typing import Any
from urllib.parse import urlencode

from library import frame
from library.api import problems
from library.api.examples import Examples

TYPES = {"array": "text, several times", "integer": "whole number", "string": "text"}


def groups(described: dict[str, Any], examples: Examples) -> list[dict[str, Any]]:
    """Return the operations of an OpenAPI description by tag, in its order, with `examples` before those in it."""
    paths = described["paths"].items()
    operations = [_operation(path, methods["get"], described, examples) for path, methods in paths]
    return [
        {**tag, "id": tag["name"].lower(), "operations": [one for one in operations if one["tag"] == tag["name"]]}
        for tag in described["tags"]
    ]


def _operation(path: str, told: dict[str, Any], described: dict[str, Any], examples: Examples) -> dict[str, Any]:
    base, own = described["servers"][0]["url"], examples.get(path.split("/")[1], {})
    return {
        "id": told["operationId"],
        "tag": told["tags"][0],
        "path": path,
        "summary": told["summary"],
        "about": told["description"],
        "parameters": [_parameter(one) for one in told["parameters"]],
        "example": f'curl "{base}{_example(path, told["parameters"], own)}"',
        "errors": [status for status in told["responses"] if status > "4"],
    }


def _parameter(told: dict[str, Any]) -> dict[str, Any]:
    schema = told["schema"]
    default = schema.get("default")
    return {
        "name": told["name"],
        "about": told.get("description", ""),
        "is_required": told["required"],
        "kind": _kind(schema),
        "default": "" if default is None else str(default),
        "choices": [one for one in schema.get("enum", []) if one],
    }


def _kind(schema: dict[str, Any]) -> str:
    if schema.get("format") == "date":
        return "day"
    if "minimum" in schema and "maximum" in schema and schema["maximum"] < 10_000:
        return f"whole number from {schema['minimum']} to {schema['maximum']}"
    return TYPES[schema.get("type", "integer")]


def _example(path: str, parameters: list[dict[str, Any]], own: dict[str, str]) -> str:
    """The path with the parts filled in, and with the first parameter that has an example."""
    asked = {}
    for one in parameters:
        name, example = one["name"], own.get(one["name"], one.get("example"))
        if one["in"] == "path":
            path = path.replace(f"{{{name}}}", str(example))
        elif example and (one["required"] or (not asked and name != "as-of")):
            asked[name] = example[0] if isinstance(example, list) else example
    return path + (f"?{urlencode(asked)}" if asked else "")


def errors() -> list[dict[str, Any]]:
    """Return every kind of problem with its status and what it means."""
    return [
        {"kind": kind, "status": status, "title": title, "about": problems.ABOUT[kind]}
        for kind, (status, title) in problems.KINDS.items()
    ]


def an_error() -> str:
    """Return an example of a problem, as it is answered."""
    found = problems.Problem("not-found", "No pattern with the code XYZ was published.")
    return problems.answer(found).content.decode().replace('", "', '",\n "').replace(', "status', ',\n "status')


def origin() -> str:
    """Return where the API begins."""
    return f"{frame.origin()}/api/v1"
