"""The pages of who reports: the form beneath its claim, what is refused and given back, the receipt's page."""

import re
import threading

import pytest
from django.db import connection
from django.test import Client

from readers import limits, reports, sending
from readers.models import OutgoingMessage, Posting, Report
from tests.forms_of_page import find_form
from tests.library.factories import pattern, publish_again
from tests.library.html import read
from tests.library.test_withheld import GROUND, withhold
from tests.readers.conftest import MOVE
from tests.readers.factories import REASON, SUMMARY, corrected, left, make_report

TYPED = {"problem": "fact", "text": "The year is wrong."}


def form_of(page):
    return find_form(page, having="token")


def report(client, clock, address=MOVE, wait=10, **typed):
    """Open the form, wait, send it."""
    form = form_of(client.get(address))
    clock.forward(seconds=wait)
    return client.post(address, form.values(**{**TYPED, **typed}))


def told(page):
    """What the page says is wrong, each once."""
    return read(page).one("div", class_="error-summary").text_of("li")


def test_a_reader_reports_and_gets_a_receipt(client, clock, published):
    page = read(client.get(MOVE))
    claim = page.one("section", class_="claim").text
    assert "Pattern STC, edition 2026.01" in claim and "Kill-list move STC-K1: Do STC-K1." in claim
    assert "Instead of STC-K1 do this." in claim and "Title of smith-2026" in claim
    answer = report(client, clock, thanks="Zoë d’Été-L'Hôpital", url="example.org/a", email="Zoe@Example.org")
    made = Report.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/corrections/{made.receipt}/")
    assert (made.text, made.problem, made.url) == ("The year is wrong.", "fact", "https://example.org/a")
    assert (made.thanks, made.email) == ("Zoë d’Été-L'Hôpital", "zoe@example.org")
    shown = read(client.get(answer["Location"])).one("main").text
    assert made.receipt in shown and "waits for an editor" in shown and "within 14 days" in shown
    assert "The year is wrong." in shown and "zoe@example.org" not in shown


def test_no_page_of_readers_sets_a_cookie_or_is_kept_or_indexed(client, clock, published):
    answers = [client.get(MOVE), client.get("/corrections/new"), report(client, clock)]
    answers += [client.get(answers[-1]["Location"]), client.get("/corrections/R-7F3K-92QD-4XT6/")]
    for answer in answers:
        assert not answer.cookies and "Cookie" not in answer.get("Vary", "")
        assert answer["Cache-Control"] == "private, no-cache, must-revalidate"
        assert answer["X-Robots-Tag"] == "noindex"
        if answer.status_code != 302:
            assert read(answer).one("meta", name="robots").attributes["content"] == "noindex"


def test_a_forged_post_needs_a_token_and_acts_on_nobodys_authority(clock, published, editor):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(editor)
    refused = strict.post(MOVE, TYPED)
    assert (refused.status_code, Report.objects.count()) == (400, 0)
    assert "was not drawn here" in told(refused)[0]
    elsewhere = form_of(Client().get(MOVE)).values(**TYPED)
    clock.forward(seconds=10)
    crossed = strict.post(MOVE, elsewhere, headers={"Sec-Fetch-Site": "cross-site"})
    assert (crossed.status_code, Report.objects.count()) == (403, 0)
    assert "from a page of another site" in told(crossed)[0]
    assert strict.post(MOVE, elsewhere).status_code == 302  # nothing of it tells who sent it
    assert not Report.objects.get().taken_by


def test_what_is_wrong_is_said_at_its_field_and_all_that_was_typed_is_kept(client, clock, published):
    typed = {"problem": "link", "text": "", "url": "not a page", "thanks": "Zoë", "email": "zoe@"}
    page = report(client, clock, **typed)
    assert page.status_code == 400 and Report.objects.count() == 0
    assert told(page) == [
        "Say in a sentence what is wrong.",
        "This is no address of a page. One looks like https://example.org/filing.",
        "This is no e-mail address. One looks like name@example.org.",
    ]
    kept = form_of(page).values()
    assert {name: kept[name] for name in typed} == {name: [value] for name, value in typed.items()}
    assert "Choose what kind of problem it is." in told(report(client, clock, problem=""))


HOSTILE = [
    ("text", "a\x00b", "In this text character 2 is a control character (U+0000); remove it."),
    ("text", "a\u202eb", "In this text character 2 is a hidden change of text direction (U+202E); remove it."),
    ("text", "x" * 4001, "This has 4,001 characters; at most 4,000 are taken."),
    ("thanks", "y" * 101, "This has 101 characters; at most 100 are taken."),
    ("thanks", "Best www.example.org", "A name, please, and no address of a page."),
    (
        "text",
        "http://a http://b www.c.d [url=x]",
        "This holds 4 addresses of pages, and we take at most 3 in the",
    ),
    ("problem", "taste", "Choose one of these."),
    ("url", "javascript:alert(1)", "This is no address of a page."),
    ("email", "a@b.org\nBcc: c@d.org", "This is no e-mail address."),
    ("email", "a@[127.0.0.1]", "This is no e-mail address."),
    ("remarks", "filled by a machine", "A field that people do not see was filled in"),
]


def test_hostile_input_is_refused_in_a_sentence(client, clock, published):
    for field, value, sentence in HOSTILE:
        page = report(client, clock, **{field: value})
        assert (page.status_code, Report.objects.count()) == (400, 0)
        assert told(page)[0].startswith(sentence)
        assert form_of(page).values()["remarks"] == [""]


def test_what_is_copied_along_unseen_is_left_out(client, clock, published):
    report(client, clock, text="A\u00adgree\u200bment\r\nof 2024 \r\n", thanks=" Zoë \t Blanc ")
    made = Report.objects.get()
    assert (made.text, made.thanks) == ("Agreement\nof 2024", "Zoë Blanc")


def test_ten_megabytes_are_not_looked_at(client, clock, published):
    page = report(client, clock, text="x" * 10_000_000)
    assert page.status_code == 413 and "at most 4,000 characters" in read(page).one("main").text
    assert Report.objects.count() == 0


def test_the_longest_text_of_the_widest_letters_is_taken(client, clock, published):
    assert report(client, clock, text="𝄞" * 4000, thanks="é" * 100).status_code == 302


def test_too_quick_is_told_and_what_comes_back_passes(client, clock, published):
    early = report(client, clock, wait=1)
    assert early.status_code == 400 and "faster than people type" in told(early)[0]
    again = form_of(early).values()
    assert again["text"] == ["The year is wrong."]
    assert client.post(MOVE, again).status_code == 302


def test_who_mends_a_field_quickly_is_told_of_the_field_alone_and_then_taken(client, clock, published):
    back = report(client, clock, wait=1, text="")
    assert told(back) == ["Say in a sentence what is wrong."]
    assert client.post(MOVE, form_of(back).values(text="Mended.")).status_code == 302
    old = report(client, clock, wait=86_401)
    assert client.post(MOVE, form_of(old).values()).status_code == 302
    forged = client.post(MOVE, {**TYPED, "token": "x"})
    assert "faster than people type" in told(client.post(MOVE, form_of(forged).values()))[0]


def test_too_old_is_told_and_gets_a_new_form_with_its_text(client, clock, published):
    old = report(client, clock, wait=86_401)
    assert "more than a day" in told(old)[0]
    clock.forward(seconds=3)
    assert client.post(MOVE, form_of(old).values()).status_code == 302


def test_a_double_click_and_a_reload_make_one_report(client, clock, published):
    form = form_of(client.get(MOVE)).values(**TYPED)
    clock.forward(seconds=10)
    first, second = client.post(MOVE, form), client.post(MOVE, form)
    assert first["Location"] == second["Location"] and Report.objects.count() == 1


def test_who_goes_back_and_writes_something_else_is_asked(client, clock, published):
    form = form_of(client.get(MOVE))
    clock.forward(seconds=10)
    client.post(MOVE, form.values(**TYPED))
    again = client.post(MOVE, form.values(**TYPED | {"text": "One thing more."}))
    assert again.status_code == 409 and Report.objects.get().receipt in told(again)[0]
    clock.forward(seconds=10)
    assert client.post(MOVE, form_of(again).values()).status_code == 302
    assert Report.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_one_report(published):
    """The same form from two threads: one waits for the other and is led to the same receipt."""
    made, start = [], threading.Barrier(2)

    def send():
        start.wait()
        made.append(make_report(nonce="same", network="here").receipt)
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 2 and len(set(made)) == 1
    assert (Report.objects.count(), Posting.objects.count()) == (1, 1)


def test_who_sends_too_much_keeps_the_text(client, clock, published):
    for _ in range(5):
        assert report(client, clock).status_code == 302
    page = report(client, clock, text="The sixth.")
    assert page.status_code == 429 and told(page) == [limits.TOO_MANY_OF_ONE]
    assert form_of(page).values()["text"] == ["The sixth."]
    clock.forward(hours=1)
    assert client.post(MOVE, form_of(page).values()).status_code == 302


def test_no_address_of_a_network_is_kept(client, clock, published):
    report(client, clock)
    assert "127.0.0.1" not in repr(list(Posting.objects.values()) + list(Report.objects.values()))


# What it is about


def test_without_a_code_it_is_asked_for_one(client, published):
    page = client.get("/corrections/new")
    assert page.status_code == 200 and read(page).one("input", id="about")


def test_an_unknown_code_is_answered_with_a_field_for_another(client, published):
    for about in ("nope", "STC-K99", "STC%00", "@none", "%3Cscript%3E", "x" * 500):
        page = client.get(f"/corrections/new?about={about}")
        assert page.status_code == 404 and read(page).one("input", id="about")


def test_a_row_taken_out_leads_to_where_it_stood(client, published):
    publish_again(pattern(moves=1), "2026-02-05")
    page = client.get("/corrections/new?about=STC-K2")
    assert page.status_code == 410 and "edition 2026.01" in read(page).one("main").text
    old = read(client.get("/corrections/new?about=STC-K2&edition=2026.01"))
    assert "has no such entry any more" in old.one("p", class_="claim-replaced").text


def test_what_is_withheld_answers_451_and_what_was_typed_meanwhile_is_given_back(client, clock, library):
    address = "/corrections/new?about=stargate"
    form = form_of(client.get(address))
    withhold("stargate")
    page = client.get(address)
    assert page.status_code == 451 and GROUND in page.content.decode()
    clock.forward(seconds=10)
    page = client.post(address, form.values(**TYPED))
    assert (page.status_code, Report.objects.count()) == (451, 0)
    assert read(page).one("textarea", id="kept").text == "The year is wrong."


def test_an_older_edition_says_so(client, published):
    publish_again(pattern(), "2026-02-05")
    said = read(client.get(MOVE + "&edition=2026.01")).one("p", class_="claim-replaced")
    assert "Edition 2026.02 has replaced this one." in said.text
    assert said.one("a").attributes["href"] == "/patterns/pattern-stc/#STC-K1"


def test_items_rows_and_sources_lead_to_the_form(client, library):
    for page, address in (
        ("/patterns/pattern-stc/", "/corrections/new?about=STC&edition=2026.01"),
        ("/partnerships/stargate/2026.01/", "/corrections/new?about=stargate&edition=2026.01"),
        ("/sources/smith-2026/", "/corrections/new?about=@smith-2026"),
    ):
        link = read(client.get(page)).one("p", class_="report-end").one("a", rel="nofollow")
        assert link.attributes["href"] == address and client.get(address).status_code == 200


# The receipt's page


def page_of(client, made):
    return read(client.get(made.get_absolute_url())).one("main")


def test_the_receipt_shows_every_state(client, published, editor):
    made = make_report(thanks="Zoë")
    assert "waits for an editor" in page_of(client, made).text
    reports.take(made, by=editor)
    page = page_of(client, made)
    assert "An editor is looking at your report." in page.text and "Edda" not in page.text
    publish_again(pattern(), "2026-02-05")
    corrected(made, editor)
    page = page_of(client, made)
    assert "Corrected in edition 2026.02. Thank you." in page.text and SUMMARY in page.text
    hrefs = [link.attributes["href"] for link in page.one("ol").all("a")]
    assert hrefs == ["/patterns/pattern-stc/2026.02/", "/patterns/pattern-stc/compare/2026.01/2026.02/"]
    reports.reopen(made, by=editor)
    left(made, editor)
    assert f"Not changed, because: {REASON}" in page_of(client, made).text
    reports.reopen(made, by=editor)
    reports.set_aside(made, by=editor)
    assert "took this for advertising" in page_of(client, made).text


def test_the_link_in_letters_opens_the_answer_and_nothing_of_the_sender(client, published, editor, mailoutbox):
    secret = {"text": "Buy pills.", "thanks": "Pill Shop", "url": "https://pills.example/"}
    made = make_report(email="stranger@example.org", **secret)
    sending.send_due()
    [link] = re.findall(r"http://testserver(/\S+)", mailoutbox[0].body)
    page = client.get(link)
    assert (page.status_code, page["X-Robots-Tag"]) == (200, "noindex")
    assert "A report about STC-K1 in “Pattern STC”: received; it waits" in read(page).one("p", class_="lead").text
    left(made, editor)
    answered = client.get(link).content.decode()
    assert SUMMARY in answered and REASON in answered
    for shown in (page.content.decode(), answered):
        assert not any(word in shown for word in ("pills", "Pill", made.receipt, "Withdraw this", "Take my name"))
    assert read(client.get(link)).one("main").text_of("button") == ["Show my report"]
    assert client.get(made.get_absolute_url() + "answer/").status_code == 404
    Report.objects.all().delete()
    for gone in (link, link[:-2] + "/", "/corrections/answer/x/"):
        assert client.get(gone).status_code == 404 and "No report is behind" in client.get(gone).content.decode()


def test_the_sender_withdraws(client, published):
    made = make_report(email="zoe@example.org", thanks="Zoë")
    address = made.get_absolute_url()
    assert client.post(address + "withdraw/")["Location"] == address
    page = page_of(client, made)
    assert "You have withdrawn this report." in page.text and "Zoë" not in page.text
    assert not OutgoingMessage.objects.exists() and "Withdraw" not in page.text_of("button")
    again = client.post(address + "withdraw/")
    assert again.status_code == 409 and "decided or withdrawn meanwhile" in again.content.decode()


def test_the_sender_takes_the_name_out_of_the_log(client, published, editor):
    made = left(make_report(thanks="Zoë"), editor)
    assert "Zoë" in client.get("/corrections/").content.decode()
    form = find_form(client.get(made.get_absolute_url()), action="remove-name")
    client.post(form.action)
    assert "Zoë" not in client.get("/corrections/").content.decode()


def test_the_receipt_of_what_is_withheld_shows_no_word_of_it(client, library, editor):
    made = left(make_report("stargate/STC-K1", email="zoe@example.org"), editor)
    assert "Score of STC-K1: Do STC-K1." in page_of(client, made).text
    withhold("stargate")
    shown = page_of(client, made).text
    assert "stargate/STC-K1. Its text is withheld." in shown and SUMMARY not in shown and "Do STC-K1" not in shown
    reports.reopen(made, by=editor)
    left(made, editor)
    told = OutgoingMessage.objects.last().text
    assert "You reported a problem with STC-K1." in told and "Stargate" not in told and SUMMARY not in told


def test_a_receipt_is_found_however_it_is_typed(client, published):
    made = make_report()
    plain = made.receipt.replace("-", "").lower()
    for address in (f"/corrections/?receipt={plain}", f"/corrections/{plain}/"):
        answer = client.get(address, follow=True)
        assert answer.redirect_chain[-1][0] == made.get_absolute_url() and answer.status_code == 200


def test_a_wrong_receipt_is_told_kindly_with_a_field_to_type_it(client, db):
    for typed in ("R-7F3K-92QD-4XTZ", "nonsense", "a%2Fb", "%00", "R" * 300):
        answers = [client.get(f"/corrections/?receipt={typed}", follow=True)]
        if "%2F" not in typed:
            answers += [client.get(f"/corrections/{typed}/")]
            answers += [client.post(f"/corrections/{typed}/{verb}/") for verb in ("withdraw", "remove-name")]
        for answer in answers:
            assert answer.status_code == 404 and read(answer).one("input", id="receipt")


def test_an_erased_report_is_told_from_a_mistyped_receipt(client, published):
    made = make_report()
    Report.objects.all().delete()
    assert "no report behind it" in page_of(client, made).text
    assert "mistyped" in read(client.get("/corrections/R-0000-0000-0001/")).one("main").text
