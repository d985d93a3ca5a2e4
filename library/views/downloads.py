"""The library as files: the page that lists them, each of them, and all of them as of a day."""

import base64
import logging
from functools import wraps

from django.http import FileResponse, Http404
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from library import frame, listings
from library.addresses import LATEST
from library.documents import digest_bytes
from library.downloads import archive, snapshot, texts
from library.ledger import as_utc
from library.moments import NOW, Moment, parse_day, reading, today
from library.views import errors

logger = logging.getLogger(__name__)


def when_built(view):
    """Make `view` answer 503 while files are built that it needs, or when they cannot be kept."""

    @wraps(view)
    def answer(request, *arguments, **named):
        try:
            return view(request, *arguments, **named)
        except archive.Busy:
            return errors.files_are_built(request)
        except archive.NoPlace:
            logger.exception("The files of the library cannot be built")
            return errors.no_place_for_files(request)

    return answer


@reading
@when_built
def page(request, moment):
    """What there is, with sizes and digests; how to check it and how to cite it."""
    asked = snapshot.of(moment)
    held = _held(asked, moment) if asked.position else {}
    context = {**held, "moment": moment, "address": request.path, "first_day": listings.first_day(moment)}
    return frame.respond_drawn(request, frame.draw("library/downloads.html", context, links=moment.links))


def _held(asked, moment):
    head, built = asked.head(), archive.manifest(asked)
    day = head.time.date().isoformat()
    dated = {"name": f"anteroom-{day}.zip", "href": LATEST.to("download-of-day", day)}
    return {
        "head": head,
        "time": as_utc(head.time),
        "zip": dated | built[archive.ZIP],
        "folder": archive.folder_in_zip(head),
        "files": [
            {"name": name, "href": moment.links.to("download", name), "about": kind.about, **built[name]}
            for name, kind in archive.FILES.items()
        ],
        "latest_zip": frame.origin() + LATEST.to("download", archive.ZIP),
        "checker": LATEST.to("download", "verify.py"),
        "ledger": moment.links.to("ledger"),
        "citation": texts.citation(head, moment.day or today()),
    }


@reading
@when_built
def file(request, moment, name):
    """One file as of a moment."""
    if name not in archive.MEDIA_TYPES:
        raise Http404
    return _file(request, snapshot.of(moment), name)


@require_safe
@when_built
def archive_of_day(request, day):
    """The zip file of a day: the library as it stood at its end, so far of today."""
    found = parse_day(day)
    if found is None or found > today():
        raise Http404
    moment = NOW if found == today() else Moment.of_day(found)
    return _file(request, snapshot.of(moment), archive.ZIP)


def _file(request, asked, name):
    """The file of a snapshot; its tag is known before it is built."""
    if not asked.position:
        raise Http404
    tag = _tag(asked, name)
    if unchanged := get_conditional_response(request, etag=tag):
        return _open_to_all(unchanged, tag)
    told, found = archive.opened(asked, name)
    named = f"anteroom-{told.head().time.date().isoformat()}.zip" if name == archive.ZIP else name
    response = FileResponse(found, as_attachment=True, filename=named, content_type=archive.MEDIA_TYPES[name])
    digest = base64.b64encode(bytes.fromhex(archive.manifest(told)[name]["sha256"])).decode()
    response.headers["Repr-Digest"] = f"sha-256=:{digest}:"  # RFC 9530
    return _open_to_all(response, _tag(told, name))


def _tag(asked, name):
    return f'"{digest_bytes(repr([*archive.state(asked), name]).encode())}"'


def _open_to_all(response, tag):
    """Pages of other sites may read the data too."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    return frame.public(response, tag)
