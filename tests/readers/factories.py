"""Reports through the real door, as forms give them."""

from itertools import count

from readers import claims, reports

SAID = {"problem": "fact", "text": "The year is 2024, not 2025.", "url": "", "thanks": "", "email": ""}
SUMMARY, REASON = "A reader says that the year is wrong.", "The filing is of 2025."
numbers = count(1)


def make_report(about="STC-K1", edition="", nonce="", network="", **said):
    """A report, each from a network of its own."""
    number = next(numbers)
    typed = {**SAID, **said}
    claim = claims.find(about, edition)
    return reports.send(claim, typed, nonce=nonce or f"nonce-{number}", network=network or f"network-{number}")
