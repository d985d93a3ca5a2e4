"""Following by e-mail as a reader does it: the form, the letter, its links."""

import re
from itertools import count
from urllib.parse import urlsplit

from library.scopes import LIBRARY, Followed, Scope
from readers import sending, subscriptions, telling
from readers.models import Subscription
from tests.forms_of_page import find_form, send

READER = "reader@example.org"
STC, STARGATE = Scope(Followed.PATTERN, "STC"), Scope(Followed.PARTNERSHIP, "stargate")
SOVEREIGN, SEARCH = Scope(Followed.FAMILY, "sovereign"), Scope(Followed.SEARCH, "q=first")
NEW = "/subscriptions/new"
numbers = count(1)


def ask(address=READER, scope=LIBRARY, pace="immediate", network=""):
    subscriptions.ask(address, scope, pace, network=network or f"network-{next(numbers)}")


def follow(address=READER, scope=LIBRARY, pace="immediate"):
    """A confirmed subscription, whose letter that asked for it has gone out."""
    ask(address, scope, pace)
    sending.send_due()
    one = Subscription.objects.get(subscriber__address=address, of=scope.of, key=scope.key)
    subscriptions.confirm(one)
    one.refresh_from_db()
    return one


def fill_in(client, clock, address=READER, query="", **typed):
    """Open the form, take a while, send it."""
    form = client.get(NEW + query)
    clock.forward(seconds=30)
    return send(client, form, find_form(form, having="address"), address=address, **typed)


def tell():
    telling.write_due()
    sending.send_due()


def link(message, of):
    """The path in a letter whose address begins so."""
    found = re.findall(r"https?://\S+", message.body)
    [path] = [urlsplit(one).path for one in found if urlsplit(one).path.startswith(f"/subscriptions/{of}")]
    return path


def all_link(message):
    """The path of the page of all that the address follows."""
    paths = [urlsplit(one).path for one in re.findall(r"https?://\S+", message.body)]
    [path] = [one for one in paths if one.startswith("/subscriptions/") and one.count("/") == 3]
    return path


def press(client, address, **fields):
    """Press the one button of a page whose form goes there."""
    page = client.get(address)
    return send(client, page, find_form(page), **fields)
