"""The API's page for people, and its description for machines."""

from django.http import JsonResponse

from library import frame
from library.api import access, asked, examples, operations
from library.api import page as api_page
from library.api.description import description
from library.moments import reading


@reading
def page(request, moment):
    """What the API offers, each operation with its parameters and an example, what it refuses, its limits."""
    context = {
        "groups": api_page.groups(description(operations.api), examples.of(moment)),
        "errors": api_page.errors(),
        "an_error": api_page.an_error(),
        "base": api_page.origin(),
        "usual": asked.USUAL,
        "most": asked.MOST,
        "longest": asked.LONGEST,
        "moment": moment,
        "address": request.path,
    }
    return frame.respond_drawn(request, frame.draw("library/api.html", context, links=moment.links))


def _description(request):
    return JsonResponse(description(operations.api))


openapi = access.to(_description)
