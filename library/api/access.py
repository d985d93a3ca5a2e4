"""How the API is reached: by reading alone, from any site, with what may be kept and what is refused unread."""

import hashlib
import re
from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.views.decorators.csrf import csrf_exempt

from library import frame
from library.api import problems
from library.api.problems import Problem

ALLOWED = "GET, HEAD, OPTIONS"
EXPOSED = "ETag, Link"
CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def to(view: Callable, known: Callable[[], dict[str, bool]] = dict) -> Callable:
    """Make `view` an address of the API; `known()` names its parameters, and says which may stand several times."""

    @csrf_exempt  # nothing is changed, so nothing can be forged
    @wraps(view)
    def answer(request: HttpRequest, **named) -> HttpResponse:
        if request.method == "OPTIONS":
            return _preflight()
        if request.method not in ("GET", "HEAD"):
            response = problems.answer(Problem("not-allowed", f"{request.method} is not among {ALLOWED}."))
            response.headers["Allow"] = ALLOWED
            return response
        if wrong := _wrong(request, known()):
            return problems.answer(problems.wrong_parameters(wrong))
        return _kept(request, _read(view, request, named))

    return answer


def _read(view: Callable, request: HttpRequest, named: dict) -> HttpResponse:
    """Let `view`, which knows GET alone, answer; of HEAD the server leaves out the body."""
    method, request.method = request.method, "GET"
    try:
        return view(request, **named)
    finally:
        request.method = method


def _preflight() -> HttpResponse:
    response = HttpResponse(status=204)
    response.headers["Allow"] = ALLOWED
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Allow-Methods"] = ALLOWED
    response.headers["Access-Control-Allow-Headers"] = "*"
    response.headers["Access-Control-Max-Age"] = "86400"
    return response


def _wrong(request: HttpRequest, known: dict[str, bool]) -> list[tuple[str, str]]:
    """What no parameter can be: unknown, twice where it stands once, or holding what cannot be typed."""
    wrong = []
    for parameter, values in request.GET.lists():
        shown = parameter[:60]
        if parameter not in known:
            there_are = f"It takes {', '.join(known)}." if known else "It takes none."
            wrong.append((shown, f"This address has no parameter “{shown}”. {there_are}"))
        elif len(values) > 1 and not known[parameter]:
            wrong.append((shown, f"“{shown}” stands {len(values)} times; it may stand once."))
        elif any(map(CONTROL.search, values)):
            wrong.append((shown, f"“{shown}” holds a control character. Take it out."))
    return wrong


def _kept(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Answer 304 to who has this answer already; say how long it may be kept and who may read it."""
    if response.status_code == 200:
        etag = f'"{hashlib.sha256(response.content).hexdigest()}"'
        link = response.headers.get("Link")
        response = get_conditional_response(request, etag=etag, response=response)
        frame.public(response, etag)
        if link:
            response.headers["Link"] = link
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = EXPOSED
    return response
