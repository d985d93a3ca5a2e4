"""Double opt-in: nothing begins before the address itself has said yes."""

from datetime import timedelta

import pytest

from library.scopes import Scope
from readers import erasure, links, sending
from readers.models import OutgoingMessage, Subscriber, Subscription
from tests.forms_of_page import find_form
from tests.library.factories import partnership, pattern, publish
from tests.library.html import read
from tests.library.test_withheld import withhold
from tests.readers.factories import make_report
from tests.readers.following import (
    NEW,
    READER,
    SEARCH,
    STARGATE,
    STC,
    all_link,
    ask,
    fill_in,
    follow,
    link,
    press,
    tell,
)

pytestmark = pytest.mark.usefixtures("library", "clock")


def letters(mailoutbox):
    sending.send_due()
    return mailoutbox


def test_nothing_begins_before_the_link_is_opened_and_its_button_pressed(client, clock, mailoutbox):
    assert fill_in(client, clock, query="?pattern=STC", pace="weekly").status_code == 200
    [asked] = letters(mailoutbox)
    assert (asked.to, asked.subject) == ([READER], "Please confirm: letters from Anteroom")
    assert "something changes in the pattern “Pattern STC”" in asked.body
    place = link(asked, "confirm")
    for _ in range(2):  # what looks for malice in letters opens links
        assert read(client.get(place)).one("h1").text == "Do you want these letters?"
    pending = Subscription.objects.get()
    assert (pending.scope, pending.pace, pending.confirmed_at, pending.position) == (STC, "weekly", None, None)
    confirmed = press(client, place)
    assert confirmed.status_code == 302
    pending.refresh_from_db()
    assert (pending.confirmed_at, pending.position) == (clock.now, 2)
    page = read(client.get(confirmed["Location"]))
    assert page.one(class_="said").text == "Confirmed. Letters come from now on."
    assert client.get(place)["Location"] == confirmed["Location"].partition("?")[0]


def test_what_was_before_is_not_told(mailoutbox):
    follow()
    tell()
    assert len(mailoutbox) == 1


def test_the_answer_is_the_same_whatever_was_known(client, clock):
    ask("pending@example.org")
    follow("confirmed@example.org")
    said = set()
    for name in ("nobody", "pending", "confirmed"):
        answer = fill_in(client, clock, f"{name.title()}@EXAMPLE.org")
        assert answer.status_code == 200
        said.add(answer.content.decode().replace(f"{name}@example.org", "…"))
    assert len(said) == 1
    assert read(answer).one(class_="lead").text == (
        "A letter goes to confirmed@example.org now, unless an earlier one of the last 48 hours waits for its answer "
        "there. Open the link in it and press the button; before that nothing begins."
    )


def test_who_follows_already_is_told_so_and_nothing_changes(client, clock, mailoutbox):
    follow(pace="weekly")
    clock.forward(seconds=1)
    ask(pace="immediate")
    [_, told] = letters(mailoutbox)
    assert told.subject == "You follow this already" and "once a week, and nothing was changed" in told.body
    assert Subscription.objects.get().pace == "weekly"
    assert read(client.get(all_link(told))).text_of("h3") == ["The whole library"]


def test_an_unconfirmed_address_gets_one_letter_whatever_is_typed(clock, mailoutbox):
    for address in (READER, "reader+a@example.org", "reader+b@example.org", READER):
        for scope in (STC, STARGATE, SEARCH):
            ask(address, scope)
            clock.forward(hours=3)
    assert [one.to for one in letters(mailoutbox)] == [[READER]]
    ask("reader2@example.org")
    ask("reader@example.com")
    assert len(letters(mailoutbox)) == 3


def test_no_tag_takes_the_first_letter_of_the_address_itself(clock, mailoutbox):
    for address in ("reader+a@example.org", "reader+b@example.org", READER, READER, "reader+a@example.org"):
        ask(address)
        clock.forward(minutes=1)
    assert [one.to for one in letters(mailoutbox)] == [["reader+a@example.org"], [READER]]


def test_what_is_asked_for_meanwhile_is_confirmed_on_the_page_of_the_first(client, clock, mailoutbox):
    ask(scope=STC)
    ask(scope=STARGATE, pace="weekly")
    [asked] = letters(mailoutbox)
    clock.forward(minutes=1)
    place = press(client, link(asked, "confirm"))["Location"].partition("?")[0]
    page = read(client.get(place))
    assert page.one("section", **{"aria-labelledby": "pending-title"}).text_of("h3") == ["The partnership “Stargate”"]
    second = Subscription.objects.get(of="partnership")
    client.post(place + "confirm/", {"subscription": second.pk})
    second.refresh_from_db()
    assert (second.position, second.pace) == (2, "weekly")
    ask()
    assert len(letters(mailoutbox)) == 2, "the first letter was answered"


def test_the_letter_that_asks_repeats_nothing_that_was_typed(mailoutbox):
    ask(scope=Scope(SEARCH.of, "q=buy+pills"))
    [asked] = letters(mailoutbox)
    assert "something changes in a search in the library." in asked.body and "pills" not in asked.body + asked.subject


def test_unconfirmed_is_erased_after_48_hours_with_its_address(client, clock, mailoutbox):
    ask()
    follow("other@example.org")
    ask("other@example.org", STC)
    place = link(letters(mailoutbox)[0], "confirm")
    clock.forward(hours=48, seconds=-1)
    erasure.erase_due()
    assert client.get(place).status_code == 200 and Subscription.objects.count() == 3
    clock.forward(seconds=1)
    assert client.get(place).status_code == 410, "also before a tick has come"
    assert client.post(place).status_code == 410
    for _ in range(2):
        erasure.erase_due()
    assert [one.address for one in Subscriber.objects.all()] == ["other@example.org"]
    assert [one.scope.of for one in Subscription.objects.all()] == ["library"]
    ask()
    assert len(letters(mailoutbox)) == 4


def test_asked_again_a_pending_one_takes_the_last_pace_and_its_time(clock, mailoutbox):
    ask()
    clock.forward(hours=47)
    ask(pace="weekly")
    clock.forward(hours=2)
    erasure.erase_due()
    assert Subscription.objects.get().pace == "weekly"
    ask()
    assert len(letters(mailoutbox)) == 2, "the first letter has expired"


def test_a_link_confirms_once_and_for_ever(client, clock, mailoutbox):
    ask()
    place = link(letters(mailoutbox)[0], "confirm")
    press(client, place)
    publish(pattern("CAP"), "2026-01-08")
    clock.forward(days=1)
    client.post(place)
    one = Subscription.objects.get()
    assert (one.position, one.confirmed_at) == (2, clock.now - timedelta(days=1))


def test_links_outlive_a_change_of_the_key_while_the_old_one_is_kept(client, clock, settings):
    one, form = follow(), find_form(client.get(NEW), having="address")
    paths = [links.to_all(one.subscriber), links.of(links.STOP, one), links.to_answer(make_report())]
    clock.forward(seconds=30)
    settings.SECRET_KEY, old = "another-key-" + "x" * 50, settings.SECRET_KEY
    sent = form.values(address="other@example.org")
    assert [client.get(path).status_code for path in paths] == [404] * 3 and client.post(NEW, sent).status_code == 400
    settings.SECRET_KEY_FALLBACKS = [old]
    assert [client.get(path).status_code for path in paths] == [200] * 3 and client.post(NEW, sent).status_code == 200


def test_links_that_were_not_signed_for_this_open_nothing(client, mailoutbox):
    follow()
    publish(partnership("other"), "2026-01-08")
    tell()
    asked, told = mailoutbox
    paths = {"": all_link(told), "confirm/": link(asked, "confirm"), "stop/": link(told, "stop")}
    for purpose, path in paths.items():
        assert client.get(path).status_code in (200, 302)
        token = path.strip("/").rpartition("/")[2]
        wrong = [f"/subscriptions/{purpose}{one}/" for one in (token[:-1], "9" + token, "x", "1.:", "é")]
        wrong += [f"/subscriptions/{other}{token}/" for other in paths.keys() - {purpose}]
        for address in wrong:
            assert client.get(address).status_code == 404
            assert client.post(address).status_code == 404


def test_a_link_of_somebody_erased_opens_nothing_of_who_has_the_number_now(client, mailoutbox):
    erased = follow().subscriber
    place, number = links.to_all(erased), erased.pk
    assert client.get(place).status_code == 200
    erased.delete()
    Subscriber.objects.create(pk=number, address="other@example.org")
    assert client.get(place).status_code == 410


def test_capitals_of_a_code_are_forgiven_where_one_fits(client):
    def leads_to(query):
        return find_form(client.get(NEW + query), having="address").action.removeprefix(NEW)

    assert leads_to("?pattern=stc") == "?pattern=STC"
    assert leads_to("?partnership=StarGate") == "?partnership=stargate"
    assert client.get(NEW + "?pattern=stargate").status_code == 404
    publish(pattern("stc", slug="another"), "2026-01-08")
    assert client.get(NEW + "?pattern=Stc").status_code == 404
    assert leads_to("?pattern=stc") == "?pattern=stc"
    withhold("stargate")
    assert client.get(NEW + "?partnership=Stargate").status_code == 451


def test_a_demo_says_where_letters_are(client, clock, settings):
    def pages():
        return fill_in(client, clock), client.get(make_report(email=READER).get_absolute_url())

    assert not any("In this demo" in page.content.decode() for page in pages())
    settings.DEMO, settings.EMAIL_FILE_PATH = True, "/home/reader/letters"
    for page in pages():
        assert "each letter is a file in /home/reader/letters" in read(page).text
    assert "In this demo" not in client.get(make_report().get_absolute_url()).content.decode()


def test_withheld_unknown_and_unclear_things_are_not_followed(client):
    assert client.get(NEW + "?partnership=stargate").status_code == 200
    withhold("stargate")
    assert client.get(NEW + "?partnership=stargate").status_code == 451
    for query, status in {
        "?pattern=NONE": 404,
        "?pattern=": 404,
        "?pattern=a%00b": 404,
        "?family=none": 404,
        "?family=SOVEREIGN'--": 404,
        "?search=": 400,
        "?search=q%3D": 400,
        "?search=q%3D" + "%25E4%25BA%258C" * 250: 400,
        "?search=q%3Da%00b": 200,
        "?family=sovereign": 200,
        "?odd=1": 200,
    }.items():
        assert (query[:30], client.get(NEW + query).status_code) == (query[:30], status)
        assert client.post(NEW + query, {}).status_code == (400 if status == 200 else status)
    assert Subscriber.objects.count() == OutgoingMessage.objects.count() == 0
