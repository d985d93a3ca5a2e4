"""Addresses of e-mail: one way of writing each, so that it is kept, counted and erased once."""

import re

from django.db.models import Q

LONGEST, LONGEST_LOCAL = 254, 64  # RFC 5321, 4.5.3.1, with the brackets of a path taken off
# RFC 5322's dot-atom. Quoted names and literal hosts are addresses, too, but nobody's whom we could write to.
LOCAL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
NO_ADDRESS = "This is no e-mail address. One looks like name@example.org."


class NoAddress(ValueError):
    """What was typed is no address that letters can be sent to; the message says why."""


def normal(typed: str) -> str:
    """Return the address as it is kept: in small letters, the host in ASCII (IDNA 2003). Raises NoAddress.

    Small letters also before the `@`, where RFC 5321 leaves them to the host: none in use tells them apart, and a
    mailbox must not get a letter for each way of writing it.
    """
    local, _, host = typed.strip().lower().rpartition("@")
    if not local.isascii():
        raise NoAddress("Before the @ we can write to plain letters, digits and signs only.")
    labels = _ascii(host).split(".")
    address = f"{local}@{'.'.join(labels)}"
    if not (LOCAL.fullmatch(local) and len(labels) > 1 and all(LABEL.fullmatch(label) for label in labels)):
        raise NoAddress(NO_ADDRESS)
    if len(local) > LONGEST_LOCAL or len(address) > LONGEST:
        raise NoAddress(f"This is longer than addresses are: at most {LONGEST_LOCAL} characters before the @.")
    if labels[-1].isdigit():
        raise NoAddress(NO_ADDRESS)
    return address


def _ascii(host: str) -> str:
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        return ""


def shown(address: str) -> str:
    """Return a kept address as people write it: the host in its own letters."""
    local, _, host = address.rpartition("@")
    try:
        return f"{local}@{host.encode().decode('idna')}"
    except UnicodeError:
        return address


def is_tagged(address: str) -> bool:
    """Return whether the address has something after a plus sign, which most hosts deliver to the name before it."""
    return "+" in address.rpartition("@")[0]


def same_mailbox(address: str, field: str = "address") -> Q:
    """Return the condition that `field` leads to the mailbox of `address`, whatever stands after a plus sign."""
    local, _, host = address.rpartition("@")
    name = local.partition("+")[0]
    tagged = {f"{field}__startswith": f"{name}+", f"{field}__endswith": f"@{host}"}
    return Q(**{field: f"{name}@{host}"}) | Q(**tagged)
