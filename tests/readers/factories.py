"""Reports through the real door, as forms give them."""

from itertools import count

from library.models import Edition
from readers import claims, reports

SAID = {"problem": "fact", "text": "The year is 2024, not 2025.", "url": "", "thanks": "", "email": ""}
SUMMARY, REASON = "A reader says that the year is wrong.", "The filing itself is of 2025."
DECIDED = {"summary": SUMMARY, "reason": REASON, "is_thanked": True}
numbers = count(1)


def make_report(about="STC-K1", edition="", nonce="", network="", **said):
    """A report, each from a network of its own."""
    number = next(numbers)
    claim = claims.find(about, edition)
    place = {"nonce": nonce or f"nonce-{number}", "network": network or f"network-{number}"}
    return reports.send(claim, {**SAID, **said}, **place)


def newest(code="STC"):
    return Edition.objects.filter(code=code).order_by("-position").first()


def corrected(report, by, code="STC", **fields):
    reports.correct(report, edition=newest(code), by=by, **{**DECIDED, **fields})
    return report


def left(report, by, **fields):
    reports.leave_unchanged(report, by=by, **{**DECIDED, **fields})
    return report
