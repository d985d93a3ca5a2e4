"""The public log: decided reports in the editor's words, corrections unasked, nothing of who reported."""

from library.models import Edition
from readers import log, reports, sending
from readers.models import Report
from tests.library.crawling import crawl, leaving
from tests.library.factories import partnership, pattern, publish, publish_again
from tests.library.html import read
from tests.library.reading import get
from tests.library.test_withheld import withhold
from tests.readers.factories import REASON, SUMMARY, corrected, left, make_report

LOG = "/corrections/"


def entries(client, address=LOG, day="2026-12-31"):
    page = read(get(client, address, day))
    return [one for found in page.all("ol", class_="log") for one in found.all("li")]


def hrefs(element):
    return [link.attributes["href"] for link in element.all("a")]


def test_an_empty_log_says_what_will_stand_there(client, published):
    told = read(client.get(LOG)).one("p", class_="empty").text
    assert told.startswith("Nothing has been reported and answered yet.")
    make_report()
    assert "1 report waits for an answer." in read(client.get(LOG)).one("main").text


def test_the_log_tells_decisions_and_no_word_of_the_readers(client, clock, library, editor):
    secret = {"text": "Xanthippe told me.", "email": "xanthippe@example.org", "url": "https://xanthippe.org/"}
    wrong, right = make_report(**secret, thanks="Zoë"), make_report("stargate/STC-K1", **secret)
    spam, withdrawn = make_report(**secret), make_report(**secret)
    reports.set_aside(spam, by=editor)
    reports.withdraw(withdrawn)
    publish_again(partnership(), "2026-11-24", name="Stargate")
    corrected(right, editor, "stargate", reason="")
    clock.forward(hours=1)
    left(wrong, editor)
    first, second = entries(client)
    assert first.one("h3").text == "Pattern STC STC-K1"
    assert all(words in first.text for words in ("Not changed", SUMMARY, REASON, "Thanks to Zoë"))
    assert hrefs(first) == ["/patterns/pattern-stc/2026.01/#STC-K1"]
    assert second.one("h3").text == "Stargate stargate/STC-K1"
    deal = "/partnerships/stargate/"
    assert hrefs(second) == [deal + "2026.11/", deal + "compare/2026.01/2026.11/", deal + "2026.01/#STC-K1"]
    page = client.get(LOG).content.decode()
    assert "xanthippe" not in page.lower() and "Edda" not in page
    assert all(report.receipt not in page for report in Report.objects.all())


def test_a_past_day_keeps_what_its_log_said_and_its_links(client, clock, library, editor):
    publish({**pattern(), "title": "Mended"}, "2026-11-24", note="Correction: the year.")
    report = make_report("STC-K1", "2026.01")
    left(make_report("@smith-2026"), editor)
    clock.forward(days=3)
    corrected(report, editor)
    told = [one.text for one in entries(client, LOG + "?as-of=2026-11-24")]
    assert any("Correction: the year." in one for one in told)
    visits = crawl(client, [LOG + "?as-of=2026-11-26"], "2026-12-31", follow=lambda address: False)
    assert any("/sources/smith-2026/" in link for visit in visits.values() for link in visit.links)
    assert [*leaving(visits)] == []


def test_a_decision_taken_back_leaves_the_log(client, published, editor):
    report = left(make_report(), editor)
    assert len(entries(client)) == 1
    reports.reopen(report, by=editor)
    assert entries(client) == []


def test_editions_that_say_that_they_correct_stand_in_it_once(client, clock, library, editor):
    publish({**pattern(), "title": "Mended"}, "2026-11-24", note="Correction: the year.")
    publish({**partnership(), "name": "Renamed"}, "2026-11-24", note="A correction of nothing.")
    [entry] = entries(client)
    assert "Corrected unasked" in entry.text and "Correction: the year." in entry.text
    report = make_report("STC-K1", "2026.01")
    corrected(report, editor)
    [entry] = entries(client)
    assert SUMMARY in entry.text and "Corrected unasked" not in entry.text


def test_the_log_of_a_past_day(client, clock, published, editor):
    left(make_report(), editor)
    clock.forward(days=2)
    left(make_report("STC-K2"), editor)
    assert [one.one("h3").text[-6:] for one in entries(client)] == ["STC-K2", "STC-K1"]
    assert [one.one("h3").text[-6:] for one in entries(client, LOG + "?as-of=2026-11-25")] == ["STC-K1"]
    past = read(get(client, LOG + "?as-of=2026-11-20", "2026-12-31"))
    assert "by then" in past.one("p", class_="empty").text and not list(past.all("input", id="receipt"))


def test_of_what_is_withheld_only_the_code_is_told(client, clock, library, editor):
    left(make_report("stargate/STC-K1"), editor, summary="About Xanthippe and her year.")
    left(make_report("@release-2025"), editor, summary="About Xanthippe and her year.")
    assert client.get(LOG).content.decode().count("Xanthippe") == 2
    withhold("stargate")
    assert "Xanthippe" not in client.get(LOG).content.decode()
    assert [one.one("span", class_="code").text for one in entries(client)] == ["@release-2025", "stargate/STC-K1"]


def test_of_a_correction_that_is_withheld_no_word_is_told(client, clock, published, editor, mailoutbox):
    publish_again(pattern(), "2026-11-24")
    report = corrected(make_report("STC-K1", "2026.01", email="reader@example.org"), editor)
    pages = LOG, report.get_absolute_url()
    assert all(words in client.get(page).content.decode() for page in pages for words in (SUMMARY, REASON))
    withhold("STC", "2026.11", day="2026-11-25")
    assert not any(words in client.get(page).content.decode() for page in pages for words in (SUMMARY, REASON))
    sending.send_due()
    assert len(mailoutbox) == 2 and SUMMARY not in mailoutbox[1].body and REASON not in mailoutbox[1].body
    [entry] = entries(client)
    assert "Edition 2026.11 Withheld" in entry.text
    assert hrefs(entry) == ["/patterns/pattern-stc/2026.01/#STC-K1"]


def test_pages_begin_after_a_place_and_lose_nothing(client, clock, published, editor, monkeypatch):
    monkeypatch.setattr(log, "PER_PAGE", 2)
    for number in range(3):  # reports and an edition of the same moment
        left(make_report(), editor)
        if number == 1:
            publish(pattern(), "2026-11-24", note="Correction: one.")
    found, address = [], LOG
    while address:
        page = read(get(client, address, "2026-12-31"))
        found += [one.attributes["id"] for one in page.one("ol", class_="log").all("li")]
        paging = [link for nav in page.all("nav", class_="paging") for link in nav.all("a")]
        ways = {link.text: link.attributes["href"] for link in paging}
        assert ("Newest" in ways) == (address != LOG)
        address = LOG + ways["Older"] if "Older" in ways else ""
    newest = [f"report-{report.decision_id}" for report in Report.objects.order_by("-decision")]
    assert found == [*newest, f"edition-{Edition.objects.get(note='Correction: one.').pk}"]
    left(make_report(), editor)
    assert log.parse_place(str(log.Place(clock.now, "report", 3))) == log.Place(clock.now, "report", 3)


def test_a_page_after_the_last_is_empty(client, published):
    page = read(client.get(LOG + "?after=2020-01-01T00:00:00.000000Z~report~1"))
    assert page.one("p", class_="empty").text == "Nothing comes after this place of the log any more."


NO_PLACES = (
    "0001-01-01T00:00:00.0+2359~report~1",
    "9999-12-31T23:59:59.9-2359~report~1",
    "",
    "x",
    "2026~report~1",
    "2026-01-01T00:00:00.000000Z~poem~1",
    "%00",
    "~~",
    "a~report~²",
    "a~report~1",
)


def test_what_is_no_place_shows_the_first_page(client, published):
    for after in NO_PLACES:
        answer = client.get(f"{LOG}?after={after}")
        assert answer.status_code == 200 and read(answer).one("h2", id="log-title").text == "Log"


def test_the_log_takes_as_many_statements_for_three_as_for_one(client, published, editor, django_assert_num_queries):
    for reported in (1, 2):
        for _ in range(reported):
            left(make_report(), editor)
            left(make_report("@smith-2026"), editor)
        with django_assert_num_queries(5):
            assert len(entries(client)) == 2 * (2 * reported - 1)
