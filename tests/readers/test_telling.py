"""Each change once per subscriber: letters derived from the ledger's entries after a stored position."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from library import asking, search_page
from library.models import LedgerEntry
from library.scopes import LIBRARY, Scope
from readers import messages, sending, subscription_letters, subscriptions, telling
from readers.models import OutgoingMessage, Subscriber, Subscription
from tests.library.factories import act, partnership, pattern, publish, publish_again
from tests.library.test_withheld import GROUND, withhold
from tests.readers.following import READER, SEARCH, SOVEREIGN, STARGATE, STC, follow, tell

pytestmark = pytest.mark.usefixtures("library", "clock")


def subjects(mailoutbox):
    """Of the letters that tell something."""
    return [message.subject for message in mailoutbox if "confirm" not in message.subject]


def deal(code="aster", day="2026-01-08", **fields):
    publish(partnership(code, **fields), day)


def test_a_change_is_told_once(mailoutbox, clock, settings):
    settings.SITE_ORIGIN = "https://library.example.org"
    one = follow(scope=STC)
    publish_again(pattern(title="It's new"), "2026-02-05")
    for _ in range(3):
        tell()
    [_, told] = mailoutbox
    assert (told.to, told.subject) == ([READER], "Published: It’s new, edition 2026.02")
    text, _, foot = told.body.partition("\n\n\n-- \n")
    assert text == (
        "Published: It’s new, edition 2026.02\n2026-02-05, signed off by Rhea Reviewer\nWhat changed.\n"
        "What changed: https://library.example.org/patterns/pattern-stc/compare/2026.01/2026.02/\n"
        "Page: https://library.example.org/patterns/pattern-stc/"
    )
    assert foot.startswith("This address follows the pattern “It’s new” at Anteroom and is told at once.\nStop these")
    head = told.message()
    assert head.get_content_type() == "text/plain" and head["Auto-Submitted"] == "auto-generated"
    stop = head["List-Unsubscribe"].strip("<>")
    assert stop.startswith("https://library.example.org/subscriptions/stop/") and stop in foot
    assert head["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "List-Unsubscribe" not in mailoutbox[0].message()
    one.refresh_from_db()
    assert (one.position, one.last_letter_at) == (3, clock.now)
    assert set(OutgoingMessage.objects.values_list("address", "text", "unsubscribe")) == {("", "", "")}


def test_everybody_is_told_what_they_follow(mailoutbox):
    """Position 3: stargate anew; 4: aster shows STC; 5: other shows nothing."""
    expected = {
        LIBRARY: 3,
        SOVEREIGN: 2,
        STC: 2,
        STARGATE: 1,
        SEARCH: 2,
        Scope("search", "q=xanthippe"): 0,
        Scope("search", "q=-"): 0,
        Scope("partnership", "none"): 0,
    }
    for number, scope in enumerate(expected):
        follow(f"reader{number}@example.org", scope)
    mailoutbox.clear()
    publish_again(partnership(), "2026-02-01")
    deal()
    deal("other", exhibits=[])
    tell()
    told = {message.to[0]: message.body.count("Published: ") for message in mailoutbox}
    assert told == {f"reader{number}@example.org": count for number, count in enumerate(expected.values()) if count}
    assert set(Subscription.objects.values_list("position", flat=True)) == {5}, "all have been looked at"


def test_many_changes_at_once_are_one_letter_that_says_how_many_more(mailoutbox, monkeypatch):
    follow()
    follow("family@example.org", SOVEREIGN)
    monkeypatch.setattr(subscription_letters, "MOST", 3)
    for number in range(5):
        deal(f"deal-{number}", f"2026-02-{number + 1:02}")
    tell()
    whole, family = mailoutbox[-2:]
    assert (whole.subject, family.subject) == (
        "5 changes in the whole library",
        "5 changes in the family “Sovereign”",
    )
    headlines = [line for line in whole.body.splitlines() if line.startswith("Published: ")]
    assert headlines == [f"Published: Deal-{number}, edition 2026.02" for number in (4, 3, 2)]
    assert "And 2 more: http://testserver/changes/\n" in whole.body
    assert "And 2 more: http://testserver/changes/?family=sovereign\n" in family.body


def test_what_rests_on_a_single_source_stays_out_until_it_is_corroborated(mailoutbox):
    one = follow()
    deal(confidence="single_source")
    tell()
    one.refresh_from_db()
    assert (len(mailoutbox), one.position) == (1, 3)
    deal(day="2026-02-08", confidence="corroborated")
    tell()
    assert subjects(mailoutbox) == ["Published: Aster, edition 2026.02"]


def test_what_was_withheld_before_the_letter_shows_nothing_of_its_text(mailoutbox):
    follow()
    follow("deal@example.org", Scope("partnership", "aster"))
    deal(name="Xanthippe", day="2026-02-08")
    withhold("aster")
    tell()
    for letter in mailoutbox[-2:]:
        assert "Xanthippe" not in letter.body + letter.subject and "/partnerships/" not in letter.body
        assert (
            f"Withheld: aster, edition 2026.02\n2026-02-10, withheld by Cleo Chief, Adam Admin\n{GROUND}"
            in letter.body
        )
        assert "Ledger: http://testserver/ledger/?before=5#entry-4" in letter.body
        assert "This edition has been withheld since." in letter.body
    assert "follows the partnership “aster” at Anteroom" in mailoutbox[-1].body


def test_every_act_is_told(mailoutbox):
    follow(scope=STC)
    act(LedgerEntry.Act.REAFFIRMATION, pattern(), "2026-02-01", "Read again.")
    tell()
    act(LedgerEntry.Act.RETIREMENT, pattern(), "2026-02-02", "Too old.")
    tell()
    assert subjects(mailoutbox) == [f"{word}: Pattern STC, edition 2026.01" for word in ("Reaffirmed", "Retired")]


def test_a_weekly_letter_tells_on_monday_what_happened_until_then(mailoutbox, clock):
    clock.set(18, 12)  # a Wednesday
    one = follow(pace="weekly")
    deal("first-one", "2026-11-19")
    deal("second-one", "2026-11-22")
    clock.set(23, 6, 59)
    tell()
    assert subjects(mailoutbox) == []
    deal("third-one", "2026-11-23")  # at noon of Monday
    clock.set(24, 9)  # the tick comes a day late
    for _ in range(2):
        tell()
    assert subjects(mailoutbox) == ["2 changes in the whole library"]
    one.refresh_from_db()
    assert one.position == 4
    clock.set(29, 23, 59)
    tell()
    clock.set(30, 7)
    tell()
    assert subjects(mailoutbox)[1:] == ["Published: Third-one, edition 2026.11"]


def test_a_week_ends_on_monday_at_seven():
    moments = {"2026-11-23T07:00": 23, "2026-11-23T06:59": 16, "2026-11-29T23:59": 23, "2026-11-24T00:00": 23}
    for now, monday in moments.items():
        now = datetime.fromisoformat(now).replace(tzinfo=UTC)
        assert telling.last_monday(now) == datetime(2026, 11, monday, 7, tzinfo=UTC)


def test_who_changes_the_pace_is_told_everything_once(mailoutbox, clock):
    clock.set(18, 12)
    one = follow(pace="weekly")
    deal("first-one", "2026-11-19")
    subscriptions.change_pace(one, "immediate")
    tell()
    subscriptions.change_pace(one, "weekly")
    deal("second-one", "2026-11-20")
    clock.set(24, 9)
    tell()
    assert subjects(mailoutbox) == [f"Published: {name}, edition 2026.11" for name in ("First-one", "Second-one")]


@pytest.mark.parametrize("broken", [(search_page, "items"), (search_page, "spoken"), (asking, "read")])
def test_a_search_that_fails_keeps_nobody_else_waiting(mailoutbox, monkeypatch, caplog, broken):
    follow(scope=SEARCH)
    for number in range(3):
        follow(f"reader{number}@example.org")
    follow(scope=STC)
    publish_again(pattern(moves=2), "2026-02-05", title="First")
    monkeypatch.setattr(telling, "AT_ONCE", 2)
    with monkeypatch.context() as patched:
        patched.setattr(*broken, lambda *asked: 1 / 0)
        for _ in range(2):
            with pytest.raises(ExceptionGroup, match="could not be told"):
                telling.write_due()
            sending.send_due()
    assert "ZeroDivisionError" in caplog.text and len(subjects(mailoutbox)) == 4
    tell()
    assert (len(subjects(mailoutbox)), mailoutbox[-1].to) == (5, [READER])
    assert "follows the search “first” at" in mailoutbox[-1].body


def test_a_run_that_is_rolled_back_has_told_nothing(mailoutbox, monkeypatch):
    one = follow()
    deal()
    with monkeypatch.context() as killed, pytest.raises(KeyboardInterrupt):
        killed.setattr(telling, "_move", lambda *what: (_ for _ in ()).throw(KeyboardInterrupt))
        telling.write_due()
    one.refresh_from_db()
    assert one.position == 2 and OutgoingMessage.objects.filter(sent_at=None).count() == 0
    tell()
    assert len(subjects(mailoutbox)) == 1


def test_a_run_that_ends_between_writing_and_sending_loses_nothing(mailoutbox):
    follow()
    deal()
    telling.write_due()
    for _ in range(2):
        tell()
    assert len(subjects(mailoutbox)) == 1


def test_who_stops_is_not_sent_what_waits(mailoutbox):
    one, other = follow(), follow(scope=STC)
    follow("other@example.org")
    deal()
    telling.write_due()
    OutgoingMessage.objects.filter(about=f"subscription/{one.pk}/3").update(tries=4)
    subscriptions.stop(one)
    sending.send_due()
    assert [message.to[0] for message in mailoutbox[-2:]] == [READER, "other@example.org"]
    assert "the pattern" in mailoutbox[-2].body and len(mailoutbox) == 5
    deal("second")
    telling.write_due()
    subscriptions.stop(other)
    assert [message.address for message in OutgoingMessage.objects.filter(sent_at=None)] == ["other@example.org"]
    assert [subscriber.address for subscriber in Subscriber.objects.all()] == ["other@example.org"]


def test_a_run_ends_after_a_minute_and_the_next_goes_on(monkeypatch, mailoutbox):
    for number in range(3):
        follow(f"reader{number}@example.org")
    deal()
    monkeypatch.setattr(telling, "AT_ONCE", 2)
    monkeypatch.setattr(telling, "RUN_SECONDS", 0)
    telling.write_due()
    assert OutgoingMessage.objects.filter(sent_at=None).count() == 0
    monkeypatch.setattr(telling, "RUN_SECONDS", 60)
    tell()
    assert len(subjects(mailoutbox)) == 3


def many(count):
    """As many subscribers of the same as asked for, without the way through forms and letters."""
    rows = [Subscriber(address=f"reader{number}@example.org") for number in range(count)]
    Subscriber.objects.bulk_create(rows)
    begun = {"of": "pattern", "key": "STC", "pace": "immediate", "position": 2}
    at = datetime(2026, 11, 1, tzinfo=UTC)
    whole = [Subscription(subscriber=one, **begun, asked_at=at, confirmed_at=at) for one in Subscriber.objects.all()]
    Subscription.objects.bulk_create(whole)


def statements(do):
    with CaptureQueriesContext(connection) as asked:
        do()
    return len([one for one in asked if "SAVEPOINT" not in one["sql"]])


def test_a_hundred_subscribers_cost_the_statements_of_one():
    many(1)
    deal()
    assert statements(telling.write_due) == 11
    assert statements(telling.write_due) == 3, "nothing is due"
    Subscription.objects.all().delete()
    Subscriber.objects.all().delete()
    many(100)
    assert statements(telling.write_due) == 11
    assert OutgoingMessage.objects.count() == 101


def test_a_message_about_the_same_is_written_once():
    for _ in range(2):
        messages.write_all([messages.Message(READER, "subscription/1/3", "Once", "Told.", "/stop/")])
    assert OutgoingMessage.objects.count() == 1
