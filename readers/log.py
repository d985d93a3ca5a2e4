"""The public log of corrections: what readers reported and what became of it, and what editors put right unasked.

It is told in the editors' words. The receipt of a report never stands here: it opens its sender's page.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from library.addresses import LATEST, Links
from library.models import Cited, Edition
from library.moments import Moment
from library.typography import curly
from readers.models import Report
from readers.models.report import SOURCE

PER_PAGE = 20
BEGINNING = "Correction:"  # of the change note of an edition that corrects
BETWEEN = "~"
MOMENT = "%Y-%m-%dT%H:%M:%S.%fZ"
EDITION, REPORT = "edition", "report"
Key = tuple[str, str, str]  # kind, code and number of an edition


@dataclass(frozen=True, order=True)
class Place:
    """Where an entry stands in the log; the greatest is the newest."""

    at: datetime
    what: str
    pk: int

    def __str__(self):
        return BETWEEN.join([self.at.strftime(MOMENT), self.what, str(self.pk)])

    def after(self, what: str) -> Q:
        """Return which rows of the kind `what`, by their `moment` and `pk`, come after this place: older ones."""
        if what == self.what:
            return Q(moment__lt=self.at) | Q(moment=self.at, pk__lt=self.pk)
        return Q(moment__lte=self.at) if what < self.what else Q(moment__lt=self.at)


def parse_place(text: str) -> Place | None:
    """Return the place that `?after=` names, None for what names none."""
    at, _, rest = text.partition(BETWEEN)
    what, _, pk = rest.partition(BETWEEN)
    if what not in (EDITION, REPORT) or not (pk.isascii() and pk.isdigit() and len(pk) < 16):
        return None
    try:
        return Place(datetime.strptime(at, MOMENT).replace(tzinfo=UTC), what, int(pk))
    except ValueError:
        return None


def draw(moment: Moment, after: Place | None) -> dict[str, Any]:
    """Return one page of the log, newest first, and how many reports are open.

    Of a past day it tells what had been decided by its end and still holds; what is withheld today is told of no day.
    """
    found = [
        (Place(row.moment, what, row.pk), row)
        for what, rows in ((REPORT, _decided(moment)), (EDITION, _corrections(moment)))
        for row in (rows.filter(after.after(what)) if after else rows).order_by("-moment", "-pk")[: PER_PAGE + 1]
    ]
    found.sort(key=lambda one: one[0], reverse=True)
    shown = found[:PER_PAGE]
    reports = [row for place, row in shown if place.what == REPORT]
    names = Names(reports, moment.links)
    return {
        "entries": [_report(row, names) if place.what == REPORT else _edition(row) for place, row in shown],
        "next": str(shown[-1][0]) if len(found) > PER_PAGE else "",
        "is_first": after is None,
        "open": Report.objects.open().count() if moment.day is None else None,
    }


def _decided(moment: Moment) -> QuerySet:
    rows = Report.objects.decided().annotate(moment=F("decision__at")).select_related("decision")
    return rows.filter(moment__date__lte=moment.day) if moment.day else rows


def _corrections(moment: Moment) -> QuerySet:
    """The editions that say that they correct, without those that an entry of a report names."""
    decisions = _decided(moment).filter(state=Report.State.CORRECTED)
    same = {f"decision__{name}": OuterRef(column) for name, column in _KEY.items()}
    rows = Edition.objects.filter(note__istartswith=BEGINNING, withheld__isnull=True).defer("document")
    rows = rows.exclude(Exists(decisions.filter(**same))).annotate(moment=F("published_at"))
    return rows.filter(moment__date__lte=moment.day) if moment.day else rows


_KEY = {"kind": "kind", "code": "code", "edition": "number"}


class Names:
    """What the editions and sources that some reports name are called now; nothing of what is withheld.

    Editions need no day; sources are linked as `links` keeps it.
    """

    def __init__(self, reports: Iterable[Report], links: Links = LATEST):
        self._links = links
        codes = {report.code for report in reports}
        codes |= {report.decision.code for report in reports if report.decision}
        shown = Edition.objects.filter(code__in=codes, withheld__isnull=True)
        rows = shown.values_list("kind", "code", "number", "slug")
        self._slugs = {(kind, code, number): slug for kind, code, number, slug in rows}
        keys = [report.code for report in reports if report.kind == SOURCE]
        cited = Cited.objects.filter(key__in=keys, standing__edition__withheld__isnull=True)
        self._sources = set(cited.values_list("key", flat=True)) if keys else set()

    def is_shown(self, report: Report) -> bool:
        """Say whether what the report is about may be shown."""
        return report.code in self._sources if report.kind == SOURCE else _read(report) in self._slugs

    def is_told(self, report: Report) -> bool:
        """Say whether the editor's words may be told: of a correction they say what its edition says."""
        is_corrected = report.state == Report.State.CORRECTED
        return self.is_shown(report) and (not is_corrected or _corrected_in(report) in self._slugs)

    def read(self, report: Report) -> str:
        """Return the address of what was read, empty when it is withheld."""
        if report.kind == SOURCE:
            return self._links.to("source-page", report.code) if report.code in self._sources else ""
        return self._href(_read(report), report.row)

    def corrected_in(self, report: Report) -> str:
        """Return the address of the edition that put the matter right, empty for none and for a withheld one."""
        return self._href(_corrected_in(report))

    def compare(self, report: Report) -> str:
        """Return where the edition that was read is compared with the one that put it right, where it can be."""
        read, put_right = _read(report), _corrected_in(report)
        if read not in self._slugs or put_right not in self._slugs or read[:2] != put_right[:2]:
            return ""
        return LATEST.compare(report.kind, self._slugs[put_right], read[2], put_right[2])

    def _href(self, key: Key, row: str = "") -> str:
        kind, _, number = key
        return LATEST.edition(kind, self._slugs[key], number, row) if key in self._slugs else ""


def _read(report: Report) -> Key:
    return report.kind, report.code, report.edition


def _corrected_in(report: Report) -> Key:
    decision = report.decision
    return (decision.kind, decision.code, decision.edition) if decision else ("", "", "")


def _report(report: Report, names: Names) -> dict[str, Any]:
    told = {"what": REPORT, "pk": report.decision_id, "day": report.decision.at.date(), "code": report.about}
    if not names.is_shown(report):
        return {**told, "is_withheld": True}
    return {
        **told,
        "title": curly(report.title),
        "claim": curly(report.claim),
        "href": names.read(report),
        "read": report.edition,
        "reported": report.sent_at.date(),
        "problem": report.get_problem_display(),
        "state": report.get_state_display(),
        "is_corrected": report.state == Report.State.CORRECTED,
        "summary": curly(report.decision.summary) if names.is_told(report) else "",
        "reason": curly(report.decision.reason) if names.is_told(report) else "",
        "edition": report.decision.edition,
        "edition_of": report.decision.code if report.decision.code != report.code else "",
        "edition_href": names.corrected_in(report),
        "compare": names.compare(report),
        "thanks": report.thanks if report.decision.is_thanked else "",
    }


def _edition(edition: Edition) -> dict[str, Any]:
    return {
        "what": EDITION,
        "pk": edition.pk,
        "day": edition.published_at.date(),
        "code": edition.code,
        "title": curly(edition.title),
        "note": curly(edition.note),
        "edition": edition.number,
        "edition_href": LATEST.edition(edition.kind, edition.slug, edition.number),
    }
