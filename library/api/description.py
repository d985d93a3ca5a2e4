"""The description of the API (OpenAPI 3.1): what django-ninja knows, completed by what holds for all of it."""

import re
from copy import deepcopy
from functools import cache
from typing import Any

from django.conf import settings
from ninja import NinjaAPI

from library import frame
from library.api import problems, shapes
from library.api.access import ALLOWED

SHAPE = {"$ref": "#/components/schemas/Problem"}
TAGS = {
    "Patterns": "Recurring deal structures with their kill lists.",
    "Partnerships": "Tracked public deals, with exhibits and scores.",
    "Finding": "By words, by permanent code, in the matrix.",
    "Sources": "The works and documents that are cited.",
    "Record": "The ledger, what changed, how much there is, what the words mean.",
}
HEADERS = {
    "ETag": {"description": "Changes when the answer does.", "schema": {"type": "string"}},
    "Cache-Control": {"description": "How long the answer may be kept.", "schema": {"type": "string"}},
    "Access-Control-Allow-Origin": {"description": "Any site may read it.", "schema": {"const": "*"}},
}
LINK = {"Link": {"description": 'The next part, as rel="next".', "schema": {"type": "string"}}}


def description(api: NinjaAPI) -> dict[str, Any]:
    """Return the description of `api`, for the address and licence of this library."""
    licence = settings.LIBRARY_LICENCE
    return _description(api, frame.origin(), licence["name"], licence["url"])


@cache
def _description(api: NinjaAPI, origin: str, *licence: str) -> dict[str, Any]:
    told = deepcopy(dict(api.get_openapi_schema(path_prefix="")))
    told["info"]["license"] = dict(zip(("name", "url"), licence, strict=True))
    told["servers"] = [{"url": f"{origin}/api/v1"}]
    told["tags"] = [{"name": name, "description": about} for name, about in TAGS.items()]
    told["externalDocs"] = {"url": f"{origin}/api/v1/", "description": "The same for people, with examples"}
    for path, methods in told["paths"].items():
        _complete(path, methods["get"])
    told["components"] = _components(told)
    return told


def _complete(path: str, operation: dict[str, Any]) -> None:
    operation["summary"] = operation["summary"].capitalize()
    operation["parameters"].sort(key=lambda parameter: parameter["in"] != "path")
    for parameter in operation["parameters"]:
        _tidy(parameter)
    shown = operation["responses"].pop(200)
    is_list = any(parameter["name"] in ("after", "page") for parameter in operation["parameters"])
    shown["headers"] = HEADERS | (LINK if is_list else {})
    operation["responses"] = {"200": shown, "304": {"description": "Not modified since If-None-Match."}}
    operation["responses"] |= {str(status): _error(status) for status in _errors(path, operation)}


def _tidy(parameter: dict[str, Any]) -> None:
    """Say in the place that OpenAPI has for it what pydantic says in the schema; an absent parameter has no value."""
    schema = parameter["schema"]
    schema.update(*schema.pop("anyOf", [])[:1])  # a number, or nothing at all
    examples = schema.pop("examples", [])
    parameter.pop("examples", None)
    if examples:
        parameter["example"] = examples[0]
    schema.pop("example", None)
    schema.pop("description", None)
    schema.pop("title", None)
    if schema.get("default") in ("", []):
        del schema["default"]


def _errors(path: str, operation: dict[str, Any]) -> list[int]:
    """The errors that an operation can answer with: what an address names may be absent, withheld, taken out."""
    named = [parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "path"]
    absent = [404] if named or path == "/matrix" else []
    gone = [410] if path.startswith("/id/") else []
    hidden = [451] if absent and not path.startswith("/ledger") else []
    return [400, *absent, 405, *gone, *hidden]


def _error(status: int) -> dict[str, Any]:
    kinds = {kind: title for kind, (own, title) in problems.KINDS.items() if own == status}
    response = {
        "description": " ".join(f"{title}. {problems.ABOUT[kind]}" for kind, title in kinds.items()),
        "content": {problems.MEDIA_TYPE: {"schema": SHAPE}},
    }
    if status == 405:
        response["headers"] = {"Allow": {"description": "What is allowed.", "schema": {"const": ALLOWED}}}
    return response


def _components(told: dict[str, Any]) -> dict[str, Any]:
    """The shapes of answers; those of parameters are told where the parameters are."""
    of_problem = shapes.Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    found = {"Problem": of_problem, **of_problem.pop("$defs", {}), **told["components"]["schemas"]}
    needed = {"Problem"}
    while more := {name for name in found if name not in needed and _is_named(name, told["paths"], found, needed)}:
        needed |= more
    return {"schemas": {name: found[name] for name in sorted(needed)}}


def _is_named(name: str, paths: dict, found: dict[str, Any], needed: set[str]) -> bool:
    reference = f"'#/components/schemas/{name}'"
    return reference in repr(paths) or any(reference in repr(found[one]) for one in needed)


def parameters(api: NinjaAPI, route: str) -> dict[str, bool]:
    """Return the parameters that the query of an address may have, and whether each may stand several times."""
    path = "/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route)
    found = description(api)["paths"][path]["get"]["parameters"]
    return {one["name"]: one["schema"]["type"] == "array" for one in found if one["in"] == "query"}
