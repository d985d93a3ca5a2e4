"""The desk's pages of reports: who sees them, what is answered, what nobody sees."""

import pytest
from django.utils import timezone

from readers import reports
from readers.models import OutgoingMessage, Report
from tests.factories import make_edition, make_source, pattern_document
from tests.forms_of_page import find_form, send
from tests.library.factories import pattern, publish_again
from tests.library.html import read
from tests.library.test_withheld import withhold
from tests.readers.factories import REASON, SUMMARY, left, make_report

LIST = "/desk/reports/"


@pytest.fixture
def report(published):
    return make_report(text="The year is 2024.", email="zoe@example.org", thanks="Zoë", url="https://example.org/a")


def address_of(report):
    return f"{LIST}{report.pk}/"


def as_(client, person):
    client.force_login(person)
    return client


def main(page):
    return read(page).one("main")


def test_strangers_learn_nothing(client, report, stranger):
    for address in (LIST, address_of(report), f"{LIST}999999/"):
        assert client.get(address)["Location"].startswith("/accounts/login/")
    as_(client, stranger)
    absent = client.get(f"{LIST}999999/").content
    assert client.get(address_of(report)).content == absent == client.get(LIST).content


def test_the_queue_names_open_reports_to_who_answers_them(client, report, editor, reviewer):
    assert "Reports of readers" in " ".join(main(as_(client, editor).get("/desk/")).text_of("h2"))
    assert "Reports of readers" not in " ".join(main(as_(client, reviewer).get("/desk/")).text_of("h2"))
    left(report, editor)
    assert "Reports of readers" not in " ".join(main(as_(client, editor).get("/desk/")).text_of("h2"))


def test_nobody_at_the_desk_sees_the_address_or_the_receipt(client, report, chief):
    for address in (LIST, address_of(report), "/desk/letters/"):
        page = as_(client, chief).get(address).content.decode()
        assert "zoe@example.org" not in page and report.receipt not in page, address
    shown = main(client.get(address_of(report))).text
    assert (
        "The year is 2024." in shown
        and "The sender wants an answer. It goes out by itself" in shown
        and "Zoë" in shown
    )


def test_reviewers_read_and_editors_answer(client, report, reviewer, editor):
    page = main(as_(client, reviewer).get(address_of(report)))
    assert "Editors answer reports." in page.text and page.text_of("button") == []
    assert client.post(address_of(report) + "leave/", {"summary": SUMMARY, "reason": REASON}).status_code == 403
    assert "Set aside as spam" in main(as_(client, editor).get(address_of(report))).text_of("button")


def test_an_editor_takes_it_and_leaves_it_unchanged(client, report, editor):
    page = as_(client, editor).get(address_of(report))
    page = send(client, page, find_form(page, action="take"), follow=True)
    assert "Edda Editor looks at it" in main(page).text
    page = send(client, page, find_form(page, action="leave"), follow=True, summary=SUMMARY, reason=REASON)
    assert "It stands in the public log now." in main(page).text
    report.refresh_from_db()
    assert (report.state, report.decision.is_thanked) == ("not_changed", True)
    page = send(client, page, find_form(page, action="reopen"), follow=True)
    assert "It is open again, and you look at it." in main(page).text


def test_an_editor_names_the_edition_that_corrects(client, report, editor):
    page = as_(client, editor).get(address_of(report))
    assert "No edition has followed the one that was read." in main(page).text
    publish_again(pattern(), timezone.now().date().isoformat())
    page = client.get(address_of(report))
    assert "stands now: the claim as it stands" in main(page).text
    page = send(client, page, find_form(page, action="correct"), follow=True, summary=SUMMARY)
    report.refresh_from_db()
    assert (report.state, report.decision.is_thanked) == ("corrected", True)
    assert f"STC, edition {report.decision.edition}" in main(page).text


def test_a_short_answer_is_refused_and_kept(client, report, editor):
    page = as_(client, editor).get(address_of(report))
    page = send(client, page, find_form(page, action="leave"), summary="Short.", reason="Because.")
    assert page.status_code == 409 and Report.objects.get().is_open
    assert read(page).one("div", class_="error-summary").text_of("li") == [
        "Tell readers what was reported. Use 20 characters or more.",
        "Tell readers why nothing is changed. Use 20 characters or more.",
    ]
    assert find_form(page, action="leave").values()["summary"] == ["Short."]


def test_an_answer_to_what_was_answered_meanwhile_is_refused_and_kept(client, report, editor, other_editor):
    page = as_(client, editor).get(address_of(report))
    left(report, other_editor)
    page = send(client, page, find_form(page, action="leave"), summary=SUMMARY, reason="Another reason, longer.")
    assert page.status_code == 409 and "This report is not changed; nothing was recorded." in main(page).text
    assert find_form(page, action="leave").values()["reason"] == ["Another reason, longer."]


def test_spam_is_set_aside_and_taken_back(client, report, editor):
    page = as_(client, editor).get(address_of(report))
    page = send(client, page, find_form(page, action="set-aside"), follow=True)
    assert "To undo this, reopen it." in main(page).text
    send(client, page, find_form(page, action="reopen"))
    assert Report.objects.get().state == "looked_at"
    assert client.post(address_of(report) + "reopen/").status_code == 409


def test_what_the_sender_withdrew_cannot_be_answered(client, report, editor):
    reports.withdraw(report)
    page = main(as_(client, editor).get(address_of(report)))
    assert page.text_of("button") == [] and "Withdrawn" in page.text


def test_a_message_that_could_not_be_sent_is_told(client, report, editor):
    ended = {"address": "", "subject": "", "text": "", "next_try_at": None, "given_up_at": timezone.now()}
    OutgoingMessage.objects.update(**ended)
    assert "A message could not be sent" in main(as_(client, editor).get(address_of(report))).text


def test_a_claim_that_was_withheld_since_is_not_shown(client, library, editor):
    report = make_report("stargate/STC-K1")
    withhold("stargate")
    assert "What was read is withheld" in main(as_(client, editor).get(address_of(report))).text


def test_late_reports_are_marked(client, clock, report, editor):
    Report.objects.update(sent_at=clock.now)
    clock.forward(days=14)
    assert "Late" not in main(as_(client, editor).get(LIST)).text
    clock.forward(seconds=1)
    assert "Late" in main(client.get(LIST)).text and "Late" in main(client.get(address_of(report))).text


def test_the_navigation_counts_what_waits_for_who_answers(client, report, editor, reviewer):
    make_report()
    shown = [read(as_(client, who).get(LIST)).one("nav", **{"aria-label": "Desk"}) for who in (editor, reviewer)]
    words = [next(word for word in nav.text_of("a") if "Reports" in word) for nav in shown]
    assert words == ["Reports 2 open", "Reports"]


def test_the_list_takes_as_many_statements_for_many_as_for_one(client, report, editor, django_assert_num_queries):
    as_(client, editor)
    left(make_report(), editor)
    with django_assert_num_queries(7):
        client.get(LIST)
    for _ in range(2):
        make_report()
        left(make_report(), editor)
    with django_assert_num_queries(7):
        page = client.get(LIST)
    assert read(page).text_of("span", class_="count") == ["3", "3"]


def test_closed_reports_have_pages(client, published, editor, monkeypatch):
    monkeypatch.setattr("readers.report_desk_views.PER_PAGE", 1)
    for _ in range(2):
        left(make_report(), editor)
    assert "Page 1 of 2" in main(as_(client, editor).get(LIST)).text
    assert "Newer" in main(client.get(LIST + "?page=2")).text


def test_the_page_of_an_item_leads_to_its_open_reports(client, editor, reviewer):
    make_source(editor)
    make_edition(pattern_document(), editor, reviewer)
    make_report("STC")
    left(make_report("STC-K2"), editor)
    found = main(as_(client, editor).get("/desk/pattern/STC/")).one("section", **{"aria-labelledby": "reports"})
    assert "A fact is wrong: the whole" in found.text and "STC-K2" not in found.text
