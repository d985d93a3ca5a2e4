"""Whom to tell of a weakness in the library, in the form of RFC 9116."""

from datetime import timedelta

from library.moments import today

VALID_DAYS = 180  # RFC 9116, section 2.5.5 recommends less than a year; whoever runs the library answers for each day


def text(contacts: list[str], address: str) -> str:
    """Return the file that stands at `address`, with `contacts` in the order in which they are preferred.

    It expires half a year ahead, counted anew each day, so never while it is served.
    """
    expires = f"{(today() + timedelta(days=VALID_DAYS)).isoformat()}T00:00:00Z"
    lines = [f"Contact: {contact}" for contact in contacts]
    return "\n".join([*lines, f"Expires: {expires}", "Preferred-Languages: en", f"Canonical: {address}"]) + "\n"
