"""The pages of subscriptions: without a cookie, a script or a redirect where a machine presses the button."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from readers import erasure, limits, links, sending, subscriptions, telling
from readers.models import OutgoingMessage, Posting, Report, Subscriber, Subscription, WayBack
from readers.refusals import Ended
from readers.subscription_views import stopped
from tests.forms_of_page import find_form, read_forms, send
from tests.library.factories import partnership, publish
from tests.library.html import read
from tests.library.validity import faults
from tests.readers.factories import make_report
from tests.readers.following import NEW, READER, STARGATE, STC, all_link, ask, fill_in, follow, link, press, tell

pytestmark = pytest.mark.usefixtures("library", "clock")
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def told(mailoutbox):
    """The letter that told a subscriber of a change."""
    follow(scope=STC)
    publish(partnership("other"), "2026-01-08")
    tell()
    return mailoutbox[-1]


def test_the_form_says_what_is_followed_what_is_kept_and_for_how_long(client):
    page = read(client.get(NEW + "?pattern=STC"))
    assert page.one("p", class_="claim-name").text == "The pattern “Pattern STC”"
    kept = page.one("section", **{"aria-labelledby": "kept-title"}).text
    assert "kept until you stop" in kept and "not confirmed within 48 hours is erased" in kept
    assert [one.attributes["href"] for one in page.all("a", type="application/atom+xml")] == [
        "/patterns/pattern-stc/changes.atom"
    ]
    names = {
        "": "whole library",
        "?family=sovereign": "family “Sovereign”",
        "?partnership=stargate": "partnership “S",
    }
    for query, name in {**names, "?search=q%3Dfirst%26kind%3Dpattern": "search “first”, Kind: Patterns"}.items():
        assert f"The {name}" in read(client.get(NEW + query)).one("p", class_="claim-name").text


def test_what_is_no_address_is_told_and_stays_typed(client, clock):
    none = "This is no e-mail address. One looks like name@example.org."
    for typed, said in {
        "": "Type the address that letters should go to.",
        "reader": none,
        "a@b.example, c@d.example": none,
        "zoë@example.org": "Before the @ we can write to plain letters, digits and signs only.",
        "a" * 65 + "@example.org": "This is longer than addresses are: at most 64 characters before the @.",
    }.items():
        answer = fill_in(client, clock, typed, "?pattern=STC", pace="weekly")
        page, again = read(answer), find_form(answer, having="address")
        assert (answer.status_code, page.one("p", class_="error").text) == (400, f"Error: {said}")
        assert page.one("title").text.startswith("Not sent yet: ")
        assert (again.action, again.values()["address"]) == (NEW + "?pattern=STC", [typed])
        assert again.values()["pace"] == ["weekly"]
    assert Subscriber.objects.count() == Posting.objects.count() == 0


def test_ten_thousand_characters_are_not_read(client, clock):
    assert fill_in(client, clock, "a" * 9_000 + "@example.org").status_code == 400
    assert fill_in(client, clock, "a" * 10_000 + "@example.org").status_code == 413
    assert client.get(NEW + "?pattern=" + "a" * 10_000).status_code == 404


def test_machines_and_other_sites_are_stopped(client, clock):
    page = client.get(NEW)
    form = find_form(page, having="address")
    assert "faster than people type" in send(client, page, form, address=READER).content.decode()
    clock.forward(seconds=10)
    assert send(client, page, form, address=READER, remarks="x").status_code == 400
    elsewhere = client.post(NEW, form.values(address=READER), headers={"Sec-Fetch-Site": "cross-site"})
    assert (elsewhere.status_code, find_form(elsewhere, having="address").values()["address"]) == (403, [READER])
    assert Subscriber.objects.count() == 0
    assert send(client, page, form, address=READER).status_code == 200


def test_one_network_and_all_together_wait_apart_from_reports(client, clock):
    for number in range(12):
        assert fill_in(client, clock, f"reader{number}@example.org").status_code == 200
    refused = fill_in(client, clock, pace="weekly")
    assert refused.status_code == 429 and "again in an hour" in refused.content.decode()
    assert find_form(refused, having="address").values()["address"] == [READER]
    assert not Subscriber.objects.filter(address=READER).exists()
    make_report(network=Posting.objects.first().network)
    assert limits.why_too_many_subscriptions("another") == ""
    Posting.objects.bulk_create(
        Posting(what="subscription", network=str(number), at=clock.now) for number in range(287)
    )
    assert limits.why_too_many_subscriptions("another") == ""
    Posting.objects.create(what="subscription", network="last", at=clock.now)
    assert limits.why_too_many_subscriptions("another") == limits.TOO_MANY_SUBSCRIPTIONS_OF_ALL


def test_one_click_stops_without_a_question_a_cookie_or_a_redirect(client, told):
    stop = told.message()["List-Unsubscribe"].strip("<>").removeprefix("http://testserver")
    assert (stop, told.message()["List-Unsubscribe-Post"]) == (link(told, "stop"), "List-Unsubscribe=One-Click")
    first, second = (client.post(stop, ONE_CLICK) for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 200)
    assert (read(first).one("h1").text, read(second).one("h1").text) == ("Stopped", "This subscription has ended")
    assert all_link(told) not in first.content.decode(), "it opens nothing else"
    assert Subscriber.objects.count() == Subscription.objects.count() == 0
    assert client.get(stop).status_code == client.get(all_link(told)).status_code == 410


def test_opening_the_link_stops_nothing(client, told):
    page = client.get(link(told, "stop"))
    assert read(page).one("h1").text == "Stop these letters?" and Subscription.objects.count() == 1
    assert press(client, link(told, "stop")).status_code == 200
    assert Subscription.objects.count() == 0


def test_what_was_stopped_comes_back_within_an_hour_from_where_it_was(client, clock, told, mailoutbox):
    stopped = client.post(link(told, "stop"))
    publish(partnership("meanwhile"), "2026-01-09")
    clock.forward(minutes=59)
    back = send(client, stopped, find_form(stopped))
    assert read(back).one("h1").text == "You follow it again"
    one = Subscription.objects.get()
    assert (one.scope, one.pace, one.position, one.subscriber.address) == (STC, "immediate", 3, READER)
    for _ in range(2):
        tell()
    assert [message.subject for message in mailoutbox[2:]] == ["Published: Meanwhile, edition 2026.01"]
    send(client, stopped, find_form(stopped))
    assert Subscription.objects.get() == one
    clock.forward(minutes=2)
    assert send(client, stopped, find_form(stopped)).status_code == 404
    for wrong in ("", "x", links.to_all(one.subscriber)):
        assert client.post("/subscriptions/again/", {"back": wrong}).status_code == 404


def again(client, stopped):
    return send(client, stopped, find_form(stopped))


def test_the_way_back_works_once(client, told, mailoutbox):
    """Sent again it says what is so, and tells no change twice and brings nobody back."""
    page = client.post(link(told, "stop"))
    assert [again(client, page).status_code for _ in range(2)] == [200, 200]
    publish(partnership("once"), "2026-01-09")
    tell()
    one = Subscription.objects.get()
    newer = client.post(links.of(links.STOP, one))
    assert again(client, page).status_code == 410 and Subscription.objects.count() == 0
    again(client, newer)
    tell()
    assert [message.subject for message in mailoutbox[2:]] == ["Published: Once, edition 2026.01"]
    assert WayBack.objects.count() == 0


def test_stopped_twice_only_the_newest_way_back_is_left(client, told):
    page = client.post(link(told, "stop"))
    publish(partnership("meanwhile"), "2026-01-09")
    newer = client.post(links.of(links.STOP, follow(scope=STC)))
    assert again(client, page).status_code == 410
    again(client, newer)
    assert Subscription.objects.get().position == 4


def test_who_is_erased_has_no_way_back(client, told, settings):
    other = follow(scope=STARGATE)
    for number, erased in enumerate(
        (
            lambda: client.post(links.to_all(other.subscriber) + "stop-all/"),
            lambda: erasure.erase(READER.upper()),
            lambda: erasure.erase(READER),
        )
    ):
        page = client.post(links.of(links.STOP, follow(scope=STC) if number else Subscription.objects.first()))
        assert WayBack.objects.count() == 1 and READER not in repr(list(WayBack.objects.values()))
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
        settings.SECRET_KEY = f"another-key-{number}"  # rotated meanwhile
        erased()
        assert again(client, page).status_code == 410
        assert Subscriber.objects.count() == WayBack.objects.count() == 0


def test_a_way_back_is_forgotten_after_an_hour_and_what_was_pending_has_none(client, clock, told):
    client.post(link(told, "stop"))
    ask()
    assert subscriptions.stop(Subscription.objects.get()) == ""
    clock.forward(hours=1)
    erasure.erase_due()
    assert WayBack.objects.count() == 1
    clock.forward(seconds=1)
    erasure.erase_due()
    assert WayBack.objects.count() == 0


def test_asked_again_meanwhile_the_way_back_confirms_it(client, told):
    stopped = client.post(link(told, "stop"))
    ask(scope=STC, pace="weekly")
    send(client, stopped, find_form(stopped))
    one = Subscription.objects.get()
    assert (one.position, one.pace, one.confirmed_at is None) == (3, "immediate", False)


def test_the_page_shows_all_and_changes_each(client, told):
    second = follow(scope=STARGATE, pace="weekly")
    place = all_link(told)
    page = read(client.get(place))
    assert page.text_of("h3") == ["The pattern “Pattern STC”", "The partnership “Stargate”"]
    assert page.text_of("p", class_="about") == [
        "At once. Since 2026-11-24; last letter 2026-11-24.",
        "Once a week, on Monday morning. Since 2026-11-24; no letter yet.",
    ]
    assert READER in page.one("p", class_="lead").text
    [weekly, *_] = [form for form in read_forms(client.get(place).content.decode()) if "pace" in form.action]
    changed = client.post(weekly.action, weekly.values(), follow=True)
    assert read(changed).one(class_="said").text == "Changed."
    assert read(changed).text_of("p", class_="about")[0].startswith("Once a week")
    client.post(weekly.action, {**weekly.values(), "pace": "hourly"})
    stopped = client.post(place + "stop/", {"subscription": second.pk})
    assert place in [one.attributes["href"] for one in read(stopped).one("main").all("a")]
    assert [one.scope for one in Subscription.objects.all()] == [STC]
    last = client.post(place + "stop/", {"subscription": Subscription.objects.get().pk})
    assert "address is erased" in read(last).text and Subscriber.objects.count() == 0


def test_what_ended_a_moment_ago_is_told_and_nothing_else_happens():
    """Two buttons at once: both found it, one was first."""
    follow()
    one = Subscription.objects.select_related("subscriber").get()
    subscriptions.stop(one)
    for verb in (subscriptions.confirm, subscriptions.stop, lambda ended: subscriptions.change_pace(ended, "weekly")):
        with pytest.raises(Ended):
            verb(one)
    answer = stopped(one)
    assert (answer.status_code, read(answer).one("h1").text) == (200, "This subscription has ended")
    assert Subscriber.objects.count() == 0


def test_everything_stops_with_one_button(client, told):
    follow(scope=STARGATE)
    other = follow("other@example.org")
    place = all_link(told)
    for wrong in (other.pk, "x", "", "9" * 30):
        for verb in ("stop", "pace", "confirm"):
            assert client.post(f"{place}{verb}/", {"subscription": wrong, "pace": "weekly"}).status_code == 410
    publish(partnership("waits"), "2026-01-09")
    telling.write_due()
    done = client.post(place + "stop-all/")
    assert read(done).one("h1").text == "All letters are stopped"
    assert list(Subscription.objects.all()) == [other]
    assert [one.address for one in OutgoingMessage.objects.filter(sent_at=None)] == ["other@example.org"]
    assert client.post(place + "stop-all/").status_code == 410


def test_no_page_sets_a_cookie_is_kept_by_others_or_asks_for_a_script(client, clock, told, mailoutbox):
    ask("other@example.org", STARGATE)
    sending.send_due()
    asked = mailoutbox[-1]
    answers = [
        client.get(NEW),
        fill_in(client, clock),
        client.get(link(asked, "confirm")),
        client.get(NEW + "?pattern=x"),
    ]
    answers += [client.get(all_link(told)), client.get(link(told, "stop")), client.get(NEW + "?search=")]
    answers += [
        press(client, link(asked, "confirm")),
        client.post(link(told, "stop")),
        client.get(link(told, "stop")),
    ]
    for answer in answers:
        assert not answer.cookies and "Cookie" not in answer.headers.get("Vary", "")
        assert answer.headers["Cache-Control"] == "private, no-cache, must-revalidate"
        assert answer.headers["X-Robots-Tag"] == "noindex"
        if answer.status_code != 302:
            assert faults(answer.content) == [] and "csrf" not in answer.content.decode()


def test_reading_pages_lead_here(client):
    for address, query in {
        "/patterns/pattern-stc/": "?pattern=STC",
        "/partnerships/stargate/": "?partnership=stargate",
        "/changes/": "",
        "/changes/?family=sovereign": "?family=sovereign",
        "/search/?q=first&kind=pattern": "?search=q%3Dfirst%26kind%3Dpattern",
    }.items():
        found = [
            one.attributes["href"] for one in read(client.get(address)).all("a") if NEW in one.attributes["href"]
        ]
        assert found == [NEW + query]
        assert client.get(found[0]).status_code == 200
        past = client.get(address, {"as-of": "2026-02-01"}) if "?" not in address else None
        assert past is None or NEW not in past.content.decode()


# What is kept


def test_an_address_is_erased_wherever_readers_left_it(told, capsys, mailoutbox):
    follow("zoe@xn--bcher-kva.example")
    make_report(email="Zoe@Bücher.example")
    publish(partnership("waits"), "2026-01-09")
    telling.write_due()
    call_command("erase_reader", "ZOE@bücher.EXAMPLE")
    said = capsys.readouterr().out
    assert (
        said.startswith("Erased from subscriptions 1, reports 1, messages 2. Backups made before")
        and "zoe" not in said
    )
    assert Report.objects.get().email == ""
    assert [one.address for one in Subscriber.objects.all()] == [READER]
    assert [one.address for one in OutgoingMessage.objects.filter(sent_at=None)] == [READER]
    call_command("erase_reader", "zoe@bücher.example")
    assert capsys.readouterr().out == "Nothing was kept about this address.\n"
    with pytest.raises(CommandError, match="This is no e-mail address"):
        call_command("erase_reader", "zoe")


def test_that_a_letter_went_out_is_forgotten_after_a_month(told, clock):
    clock.forward(days=30, seconds=-1)
    erasure.erase_due()
    assert OutgoingMessage.objects.count() == 2
    clock.forward(seconds=1)
    erasure.erase_due()
    assert OutgoingMessage.objects.count() == 0 and Subscription.objects.count() == 1


def test_nothing_that_is_logged_names_an_address(told, caplog):
    one = Subscription.objects.get()
    assert READER not in f"{one} {one.subscriber} {one!r} {one.subscriber!r} {caplog.text}"
    assert one.asked_at - one.confirmed_at == timedelta(0)
