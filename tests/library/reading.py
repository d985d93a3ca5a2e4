"""A small library and a reader who asks it for pages on a day."""

from library.models import LedgerEntry
from tests.library.factories import act, exhibit, move, on, partnership, pattern, publish, publish_again, score

PATTERN = "/patterns/pattern-stc/"
READING = [
    *("/", "/patterns/", PATTERN, PATTERN + "2026.01/", PATTERN + "history/", "/partnerships/"),
    *("/partnerships/stargate/", "/partnerships/stargate/2026.01/", "/partnerships/stargate/history/"),
    *("/matrix/", "/check/", "/check/pattern-stc/"),
    *("/sources/", "/sources/smith-2026/", "/ledger/", "/methodology/"),
    "/search/",
    "/changes/",
    *("/downloads/", "/api/v1/"),
    "/corrections/",
]


def get(client, address, day="2026-03-01", **headers):
    with on(day):
        return client.get(address, headers=headers)


def library():
    publish(pattern())
    publish(partnership(), "2026-01-06")


def full_library():
    library()
    publish_again(pattern(), "2026-02-05", kill_list=[move("STC-K1", move="Otherwise."), move("STC-K9")])
    scores = [score("STC-K1"), score("STC-K2", "unknown")]
    publish_again(partnership(), "2026-02-06", exhibits=[exhibit(scores=scores)], slug="stargate-uae")
    act(LedgerEntry.Act.REAFFIRMATION, pattern(), "2026-02-07")
