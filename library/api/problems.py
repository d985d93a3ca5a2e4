"""What the API answers when it has no answer: one shape for every error (RFC 9457)."""

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, JsonResponse

from library import frame, withheld
from library.addresses import LATEST
from library.lookups import Removed
from library.withheld import Unavailable

MEDIA_TYPE = "application/problem+json"
PREFIX = "/api/"
# Every kind of problem: the anchor of its explanation, its status, its title.
KINDS = {
    "bad-parameter": (400, "A parameter cannot be read"),
    "not-a-day": (400, "Not a day"),
    "bad-request": (400, "The request cannot be read"),
    "not-found": (404, "There is nothing at this address"),
    "not-yet": (404, "Not yet published on that day"),
    "not-allowed": (405, "This API can only be read"),
    "taken-out": (410, "The row was taken out"),
    "withheld": (451, "Withheld"),
    "failed": (500, "Something failed here"),
}
ABOUT = {
    "bad-parameter": "A parameter is unknown, stands twice or has a value that it cannot have. errors names each.",
    "not-a-day": "as-of is not a day such as 2026-06-29.",
    "bad-request": "The address or its headers cannot be read.",
    "not-found": "No such address, or nothing published has this code, edition, key or position.",
    "not-yet": "It exists, but had not been published at the end of the day in as-of. first_published says when.",
    "not-allowed": "Anything but GET, HEAD and OPTIONS.",
    "taken-out": "The row has the code, but later editions have it no longer. last_edition still has it.",
    "withheld": "The text may not be shown. ground says why, entry leads to the act in the ledger (RFC 7725).",
    "failed": "A fault of ours. Trying again may help.",
}


@dataclass(eq=False)
class Problem(Exception):
    """A request that gets no answer; `kind` is one of KINDS, `detail` a sentence, `more` further members."""

    kind: str
    detail: str
    more: dict[str, Any] = field(default_factory=dict)


def answer(found: Problem) -> JsonResponse:
    """Return the answer to a problem; everybody may read it."""
    status, title = KINDS[found.kind]
    type_ = f"{frame.origin()}{LATEST.to('api')}#{found.kind}"
    told = {"type": type_, "title": title, "status": status, "detail": found.detail, **found.more}
    response = JsonResponse(told, status=status, content_type=MEDIA_TYPE, json_dumps_params={"ensure_ascii": False})
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def answer_withheld(found: Unavailable) -> JsonResponse:
    """Return the answer for what is withheld, with the facts that its page tells."""
    more = {
        "kind": found.kind,
        "code": found.code,
        "edition": found.number,
        "withheld": found.day.isoformat(),
        "ground": found.ground,
        "entry": frame.origin() + LATEST.to("ledger-entry", found.position),
    }
    detail = f"Edition {found.number} of {found.code} has been withheld since {found.day.isoformat()}: {found.ground}"
    return withheld.marked(answer(Problem("withheld", detail, more)))


def taken_out(found: Removed) -> Problem:
    """Return the problem of a row that its item has no longer."""
    edition = found.edition
    last = {"kind": edition["kind"], "code": edition["code"], "edition": edition["number"]}
    address = LATEST.edition(edition["kind"], edition["slug"], edition["number"], found.code)
    detail = f"{found.code} stood in {edition['code']} up to edition {edition['number']}. Later ones have it no more."
    return Problem("taken-out", detail, {"last_edition": last | {"address": frame.origin() + address}})


def nothing(detail: str = "") -> Problem:
    """Return the problem of an address at which nothing is."""
    return Problem("not-found", detail or "Nothing that was published has this address.")


def unreadable(errors: list[dict[str, Any]]) -> Problem:
    """Return the problem of parameters that have no value they can have, from what pydantic says of them."""
    return wrong_parameters([(name := _named(one["loc"]), f"“{name}”: {one['msg']}.") for one in errors])


def wrong_parameters(wrong: list[tuple[str, str]]) -> Problem:
    """Return the problem of parameters, from the name of each and a sentence about it."""
    errors = [{"parameter": name, "detail": sentence} for name, sentence in wrong]
    return Problem("bad-parameter", " ".join(sentence for _, sentence in wrong), {"errors": errors})


def _named(place: tuple) -> str:
    """The parameter of a place; the last step may be the number of one of its values."""
    return next(step for step in reversed(place) if isinstance(step, str))


def is_of_api(request: HttpRequest) -> bool:
    """Say whether `request` came for the API, so that it is answered in its language."""
    return request.path.startswith(PREFIX)
