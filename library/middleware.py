"""Around every answer: what must hold also where no view is asked."""

import re

CHECK = "/check/"  # the deal check; what an address under it asks are a reader's answers
DAY_ALONE = re.compile(r"(as-of=[^&]*)?")
ONLY_HERE = {
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
}


class ConfidentialAnswers:
    """Keep a reader's answers out of caches, of search engines and of what browsers tell other sites and later pages.

    Outermost, because they must stay so also in an address that no view answers: one without its last slash, one of
    a pattern that does not exist, one that leads to TLS first.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if has_answers(request):
            response.headers.pop("ETag", None)
            for name, value in ONLY_HERE.items():
                response.headers[name] = value
        return response


def has_answers(request) -> bool:
    """Whether the address asks the deal check for more than a day; its query is not read, so none is too odd."""
    is_check = f"{request.path_info}/".startswith(CHECK)
    return is_check and not DAY_ALONE.fullmatch(request.META.get("QUERY_STRING", ""))
