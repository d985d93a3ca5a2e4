"""The deal check: what answers become, and that nothing of them is kept, lost or shown to others."""

import csv
import io
from itertools import product

import pytest

from library import deal_check
from library.deal_check import Answers, Likeness, likeness, read
from library.models import LedgerEntry
from tests.library.factories import act, exhibit, move, partnership, pattern, publish, publish_again, score
from tests.library.html import read as read_page
from tests.library.reading import get
from tests.library.test_withheld import withhold

FORM = "/check/pattern-stc/"
LIST = FORM + "checklist/"
ANSWERS = ("visible", "mitigated", "not_visible", "unknown", "")
SAID = dict(zip(ANSWERS, ("visible", "mitigated", "not visible", "unknown", "not assessed"), strict=True))
TITLES = {
    "visible": "What the deal shows",
    "unknown": "To ask",
    "": "To read",
    "mitigated": "Answered by a term",
    "not_visible": "Not visible in the deal",
}


def address(answers="STC-K1=visible", edition="2026.01", day="2026-03-01"):
    return f"{LIST}?edition={edition}&{answers}&as-of={day}"


def read_lines(answer):
    return list(csv.DictReader(io.StringIO(answer.getvalue().decode().removeprefix("\ufeff"))))


def section(page, name):
    return page.one("section", id=name)


# Reading the address


@pytest.mark.parametrize(
    ("asked", "given", "refused"),
    [
        ([("K1", ["visible"]), ("K2", ["unknown"])], {"K1": "visible", "K2": "unknown"}, []),
        ([("K2", ["unknown"]), ("K1", ["visible"])], {"K1": "visible", "K2": "unknown"}, []),
        ([("k1", ["Not-Visible"]), ("K2", [""])], {"K1": "not_visible"}, []),
        ([("K1", ["visible", "visible"])], {"K1": "visible"}, []),
        ([("edition", ["2026.01"]), ("as-of", ["2026-01-05"]), ("format", ["csv"])], {}, []),
        ([("K9", [""])], {}, []),
        ([("K9", ["visible"])], {}, ["“K9” is no move of this edition; “visible” is left out."]),
        ([("K1", ["maybe"])], {}, ["“maybe” is no answer to K1 and is left out."]),
        ([("K1", ["visible", "maybe"])], {"K1": "visible"}, ["“maybe” is no answer to K1 and is left out."]),
        (
            [("K1", ["visible"]), ("k1", ["not_visible"])],
            {},
            ["K1 is answered more than once, as visible and as not visible; it counts as not assessed."],
        ),
    ],
)
def test_an_address_is_read_and_what_cannot_be_used_is_named(asked, given, refused):
    answers = read(asked, ["K1", "K2"])
    assert (list(answers.given.items()), answers.refused) == (list(given.items()), refused)


def test_what_is_named_is_short_and_nothing_in_it_unseen():
    assert deal_check.named("a\x00b\u202ec" + "d" * 60) == "a\ufffdb\ufffdc" + "d" * 55 + "…"
    refused = read([(f"X{n}", ["yes"]) for n in range(25)], ["K1"]).refused
    assert len(refused) == 21 and refused[-1] == "The address holds 5 more of the kind."


def test_a_query_string_says_edition_answers_and_day():
    given = {"K1": "visible", "K2": "not_visible"}
    assert deal_check.query("2026.01", given) == "edition=2026.01&K1=visible&K2=not_visible"
    assert deal_check.query("2026.01", {}, "2026-03-01") == "edition=2026.01&as-of=2026-03-01"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({}, "Of 3 moves, 3 are not assessed."),
        ({"K1": "visible", "K3": "unknown"}, "Of 3 moves, 1 is visible, 1 is unknown and 1 is not assessed."),
        ({"K1": "visible", "K2": "visible", "K3": "mitigated"}, "Of 3 moves, 2 are visible and 1 is mitigated."),
    ],
)
def test_answers_are_counted_in_a_sentence(given, sentence):
    assert deal_check.counted(["K1", "K2", "K3"], Answers(given)) == sentence
    assert deal_check.counted(["K1"], Answers({})) == "Of 1 move, 1 is not assessed."


# What an edition made of another's moves


def test_changes_are_told_in_a_sentence():
    old = [move("K1"), move("K2"), move("K3"), move("K4")]
    new = [move("K1", move="Otherwise."), move("K2", mitigation="Better."), move("K3"), move("K9")]
    changed = deal_check.changes(old, new)
    assert changed == deal_check.Changes({"K1": old[0]}, ["K2"], ["K9"], [old[3]])
    assert str(changed) == (
        "words K1 otherwise, gives other reasons or another mitigation for K2, adds K9 and has K4 no longer"
    )
    assert str(deal_check.changes(old, old)) == "has the same moves in the same words"


# Likeness


def test_likeness_counts_moves_that_both_sides_judge():
    given = {"K1": "visible", "K2": "mitigated", "K3": "unknown", "K4": "not_visible", "K5": "visible"}
    found = likeness(given, {"K1": "visible", "K2": "visible", "K3": "unknown", "K4": "unknown", "K6": "visible"})
    assert found == Likeness(["K1"], ["K2"])
    assert (found.compared, found.rank) == (2, (-1, 1))
    assert likeness({}, {"K1": "visible"}) == Likeness([], [])


def test_precedents_bear_on_a_move_that_they_name_or_whose_source_it_cites():
    rows = [
        {"code": "P1", "source": "jones-2025", "relevance": "-"},
        {"code": "P2", "source": "other", "relevance": "See K1."},
        {"code": "P3", "source": "other", "relevance": "See K10 and K1-a."},
        {"code": "P4", "source": "", "relevance": "-"},
    ]
    assert [row["code"] for row in deal_check.bearing(move("K1"), rows)] == ["P1", "P2"]
    assert [row["code"] for row in deal_check.bearing(move("K1", mechanism="As in P4."), rows)] == ["P1", "P2", "P4"]


# The pages


@pytest.fixture
def library(db):
    """A pattern and three deals: alike in two moves, in one, in none but older; one judges an older wording."""
    publish(pattern())
    words = {"alike": ("visible", "mitigated"), "half": ("visible", "visible"), "unlike": ("mitigated", "unknown")}
    for name, given in words.items():
        scores = [score(f"STC-K{number}", word) for number, word in enumerate(given, start=1)]
        publish(partnership(name, exhibits=[exhibit(scores=scores)]), "2026-01-06")


def test_every_combination_of_answers_has_its_groups(client, library):
    for first, second in product(ANSWERS, repeat=2):
        given = [first, second, ""]
        asked = {f"STC-K{number}": answer for number, answer in enumerate(given, start=1) if answer}
        page = read_page(get(client, f"{LIST}?{deal_check.query('2026.01', asked, '2026-03-01')}"))
        expected = [title for answer, title in TITLES.items() if answer in given]
        shown = [one.text for one in page.one("main").all("h2") if one.text in TITLES.values()]
        assert shown == expected, given
        for number, answer in enumerate(given, start=1):
            name = deal_check.GROUPS[answer]
            assert len(list(section(page, name).all(id=f"STC-K{number}"))) == 1
        told = page.one("ol", class_="check-answers").text_of("span", class_="check-answer")
        assert [one.lower() for one in told] == [SAID[answer] for answer in given]


def test_an_answered_form_leads_to_an_address_that_stays(client, library):
    page = read_page(get(client, FORM))
    form = page.one("form", class_="check-form")
    assert (form.attributes["action"], form.attributes["method"]) == (LIST, "get")
    chosen = [one.attributes for one in form.all("input", type="radio") if "checked" in one.attributes]
    assert [(one["name"], one["value"]) for one in chosen] == [("STC-K1", ""), ("STC-K2", ""), ("STC-K3", "")]
    assert form.one("input", name="edition").attributes["value"] == "2026.01"
    answer = get(client, LIST + "?edition=2026.01&STC-K1=visible&STC-K2=&STC-K3=unknown")
    assert (answer.status_code, answer.headers["Location"]) == (302, address("STC-K1=visible&STC-K3=unknown"))
    assert get(client, LIST + "?STC-K1=visible").headers["Location"] == address()
    assert get(client, address(day="2030-01-01")).headers["Location"] == address()
    assert get(client, f"{LIST}?as-of=2026-03-01&STC-K1=visible&edition=2026.01").headers["Location"] == address()


def test_changing_the_answers_keeps_them(client, library):
    page = read_page(get(client, address("STC-K1=visible&STC-K3=unknown")))
    [change] = [one for one in page.all("a") if one.text == "Change the answers"]
    moved = get(client, change.attributes["href"]).headers["Location"]
    assert moved == FORM + "?edition=2026.01&STC-K1=visible&STC-K3=unknown"
    again = read_page(get(client, moved))
    chosen = [one.attributes for one in again.all("input", type="radio") if "checked" in one.attributes]
    assert [one["value"] for one in chosen] == ["visible", "", "unknown"]


def test_what_the_deal_shows_comes_with_why_what_to_do_and_who_else(client, library):
    page = read_page(get(client, address("STC-K1=visible&STC-K2=mitigated&STC-K3=not_visible")))
    assert page.one("p", class_="check-counted").text == (
        "Of 3 moves, 1 is visible, 1 is mitigated and 1 is not visible."
    )
    shown = section(page, "act").one(id="STC-K1")
    assert "STC-K1 fails [1]." in shown.text and "Instead of STC-K1 do this [2, p. 4]." in shown.text
    assert shown.one("span", class_="box")
    groups = [(one.one("p").text, [row.text for row in one.all("li")]) for one in shown.all(class_="seen-group")]
    assert groups == [
        ("Visible", [f"{name}, edition 2026.01. Evidence on STC-K1 [3]." for name in ("Alike", "Half")]),
        ("Mitigated", ["Unlike, edition 2026.01. Evidence on STC-K1 [3]."]),
    ]
    links = [one.attributes["href"] for one in shown.one(class_="seen").all("a")]
    assert "/partnerships/alike/?as-of=2026-03-01#STC-K1" in links
    assert "/partnerships/alike/2026.01/#STC-K1" in links
    held = section(page, "hold").one(id="STC-K2")
    assert [one.one("p").text for one in held.all(class_="seen-group")] == ["Mitigated"]


def test_deals_are_ranked_by_what_they_have_alike(client, library):
    page = read_page(get(client, address("STC-K1=visible&STC-K2=mitigated")))
    rows = list(section(page, "deals").one("tbody").all("tr"))
    assert [row.one("th").text.split()[0] for row in rows] == ["The", "Alike", "Half"]
    assert [row.text_of(class_="check-alike") for row in rows] == [[], ["2 of 2"], ["1 of 2"]]
    assert rows[0].text_of("td") == ["", "Visible", "Mitigated", "Not assessed"]
    assert [row.text_of(class_="check-same") for row in rows] == [
        [],
        ["Visible, as you answered", "Mitigated, as you answered"],
        ["Visible, as you answered"],
    ]
    assert rows[2].text_of("td")[2:] == ["Visible", "Not assessed"]
    assert "1 was judged otherwise on every move that can be compared." in section(page, "deals").text
    none = section(read_page(get(client, address("STC-K1=not_visible"))), "deals")
    assert "No tracked deal was judged as you answered" in none.text and not list(none.all("table"))
    unknown = section(read_page(get(client, address("STC-K1=unknown"))), "deals")
    assert "No tracked deal can be compared yet" in unknown.text


def test_equally_alike_deals_stand_newest_first_and_the_rest_is_counted(client, monkeypatch, library):
    monkeypatch.setattr("library.checklist.MOST_DEALS", 2)
    monkeypatch.setattr("library.checklist.MOST_CELLS", 1)
    publish(partnership("newer", announced="2026-01"), "2026-01-07")
    page = read_page(get(client, address("STC-K1=visible")))
    rows = section(page, "deals").one("tbody")
    assert [row.text.split()[0] for row in rows.all("th")] == ["The", "Newer", "Alike"]
    assert "1 less alike is left out." in section(page, "deals").text
    assert section(page, "act").one(class_="seen").text_of("li")[:2] == [
        "Newer, edition 2026.01. Evidence on STC-K1 [3].",
        "2 more in the matrix",
    ]


def test_a_score_of_another_wording_is_shown_as_such_and_counts_for_no_likeness(client, library):
    publish_again(pattern(), "2026-02-05", kill_list=[move("STC-K1", move="Otherwise."), move("STC-K2")])
    page = read_page(get(client, address("STC-K1=visible&STC-K2=mitigated", "2026.02")))
    assert "scored against the wording of 2026.01" in section(page, "act").one(id="STC-K1").text
    row = list(section(page, "deals").one("tbody").all("tr"))[1]
    assert row.text_of(class_="check-alike") == ["1 of 1"]
    assert "nor does a score given to another wording" in section(page, "deals").text


def test_single_source_and_retired_are_said_wherever_a_deal_is_named(client, library):
    deal = partnership("aster", confidence="single_source", status="unknown", announced="")
    publish(deal, "2026-01-08")
    act(LedgerEntry.Act.RETIREMENT, deal, "2026-01-09")
    page = read_page(get(client, address()))
    said = next(one.text for one in section(page, "act").all("li") if "Aster" in one.text)
    assert said.startswith("Aster (single source) (retired), edition")
    row = next(one.text for one in section(page, "deals").all("tr") if "Aster" in one.text)
    assert "Status unknown · edition 2026.01 · Single source · Retired" in row
    assert "Visible in: Alike; Half; Aster (single source, retired)." in page.one("pre").text


# Later editions and past days


def test_a_checklist_opened_later_is_the_same_and_says_what_has_changed(client, library):
    before = read_page(get(client, address("STC-K1=visible&STC-K3=unknown")))
    assert not list(before.all("aside", class_="past-bar"))
    kill_list = [move("STC-K1", move="Otherwise."), move("STC-K2"), move("STC-K9")]
    publish_again(pattern(), "2026-03-05", kill_list=kill_list)
    publish(partnership("later"), "2026-03-06")
    after = read_page(get(client, address("STC-K1=visible&STC-K3=unknown"), "2026-04-01"))
    for name in ("answers", "act", "ask", "read", "deals", "precedents", "sources"):
        assert section(after, name).text == section(before, name).text
    bar = after.one("aside", class_="past-bar")
    assert bar.text == (
        "Drawn from edition 2026.01, as of 2026-03-01 (UTC). The current edition, 2026.03, words STC-K1 otherwise, "
        "adds STC-K9 and has STC-K3 no longer. Carry the answers over to edition 2026.03"
    )
    form = read_page(get(client, bar.one("a").attributes["href"], "2026-04-01"))
    assert "These answers were given to edition 2026.01. Edition 2026.03 words STC-K1 otherwise" in form.text
    assert "Reworded since you answered. In edition 2026.01: “Do STC-K1.”" in form.one(id="STC-K1").text
    assert "Added since edition 2026.01." in form.one(id="STC-K9").text
    assert "STC-K3 Do STC-K3. You answered: Unknown" in form.text
    chosen = [one.attributes for one in form.all("input", type="radio") if "checked" in one.attributes]
    assert [(one["name"], one["value"]) for one in chosen] == [("STC-K1", "visible"), ("STC-K2", ""), ("STC-K9", "")]


def test_a_standing_edition_on_a_later_day_leads_to_a_new_checklist(client, library):
    publish_again(
        pattern(), "2026-02-05", kill_list=[move("STC-K1", mitigation="Better."), *pattern()["kill_list"][1:]]
    )
    form = read_page(get(client, FORM + "?edition=2026.01&STC-K1=visible"))
    assert "Reasons or mitigation changed since edition 2026.01." in form.one(id="STC-K1").text
    bar = read_page(get(client, address(edition="2026.02"), "2026-03-02")).one("aside")
    assert "That edition still stands; deals published since are not in it." in bar.text
    anew = get(client, bar.one("a").attributes["href"], "2026-03-02")
    assert anew.headers["Location"] == address(edition="2026.02", day="2026-03-02")


def test_a_past_day_shows_what_stood_then(client, library):
    publish_again(pattern(), "2026-02-05", kill_list=[move("STC-K8")])
    form = read_page(get(client, FORM + "?as-of=2026-01-31"))
    assert [one.attributes["value"] for one in form.all("input", type="hidden", name="edition")] == ["2026.01"]
    action = form.one("form", class_="check-form")
    assert action.one("input", name="as-of").attributes["value"] == "2026-01-31"
    answer = get(client, LIST + "?edition=2026.01&STC-K1=visible&as-of=2026-01-31")
    assert "Alike" in section(read_page(answer), "deals").text
    early = read_page(get(client, address(day="2026-01-05")))
    assert "No public deal on this pattern has been published yet." in section(early, "deals").text
    assert get(client, address(edition="2026.02", day="2026-01-31")).status_code == 404
    for asked in (FORM + "?as-of=2025-12-31", LIST + "?as-of=2025-12-31"):
        assert "was first published here on 2026-01-05" in read_page(get(client, asked)).text
    assert get(client, "/check/?as-of=2025-12-31").status_code == 200
    assert get(client, LIST + "?as-of=yesterday").status_code == 400


def test_answers_of_a_past_day_are_changed_at_that_day_until_the_reader_leaves_it(client, library):
    publish_again(pattern(), "2026-02-05", kill_list=[move("STC-K1", move="Otherwise.")])
    page = read_page(get(client, address(day="2026-01-31")))
    answering = FORM + "?edition=2026.01&STC-K1=visible&as-of=2026-01-31"
    change, crumb = [one for one in page.one("main").all("a") if one.attributes["href"].startswith(FORM + "?")]
    assert (change.attributes["href"], crumb.attributes["href"]) == (answering, answering)
    form = read_page(get(client, answering))
    hidden = {
        one.attributes["name"]: one.attributes["value"]
        for one in form.one("form", class_="check-form").all("input", type="hidden")
    }
    assert hidden == {"edition": "2026.01", "as-of": "2026-01-31"}
    now = FORM + "?edition=2026.01&STC-K1=visible"
    for past in (page, form):
        assert past.one("aside", class_="past-bar").one("a").attributes["href"] == now
    assert "Edition 2026.02 words STC-K1 otherwise" in read_page(get(client, now)).text


def test_a_renamed_pattern_is_found_and_an_unknown_one_is_not(client, library):
    publish_again(pattern(), "2026-02-05", slug="renamed")
    asked = "?edition=2026.01&STC-K1=visible"
    assert get(client, FORM + asked).headers["Location"] == "/check/renamed/" + asked
    moved = get(client, f"/check/renamed/checklist/{asked}&as-of=2026-03-01")
    assert moved.headers["Location"] == address()
    for path in ("/check/nothing/", "/check/nothing/checklist/", f"/check/nothing/checklist/{asked}"):
        assert get(client, path).status_code == 404


def test_a_retired_pattern_says_so(client, library):
    act(LedgerEntry.Act.RETIREMENT, pattern(), "2026-02-05")
    assert "Retired" in read_page(get(client, "/check/")).one(class_="families").text
    assert "This pattern has been retired." in read_page(get(client, FORM)).one("main").text
    assert "The pattern had been retired." in read_page(get(client, address())).one("main").text
    before = read_page(get(client, address(day="2026-01-31")))
    assert "The pattern has been retired. Read why" in before.one("aside").text
    assert "had been retired" not in before.one("main").text


def test_a_withheld_pattern_is_refused(client, library):
    publish_again(pattern(), "2026-02-05", kill_list=[move("STC-K8", move="Xanthippe.")])
    assert "Xanthippe" in get(client, FORM).content.decode()
    withhold("STC", "2026.02")
    for path in (FORM, LIST, address("STC-K8=visible", "2026.02")):
        answer = get(client, path)
        assert answer.status_code == 451 and "Xanthippe" not in answer.content.decode()
    older = read_page(get(client, address()))
    assert "What replaced this text is withheld. See why" in older.one("aside").text
    assert "pattern-stc" not in read_page(get(client, "/check/")).one("main").text


# Addresses that somebody made


def test_an_edition_that_is_none_leads_to_the_form_with_the_answers(client, library):
    for edition in ("2031.01", "nonsense", "%00", "2026.01%00", "<b>", "9" * 500, "٢٠٢٦.٠١"):
        answer = get(client, f"{LIST}?edition={edition}&STC-K1=visible")
        assert answer.status_code == 302 and answer.headers["Location"].startswith(FORM + "?edition=")
        page = read_page(get(client, answer.headers["Location"]))
        assert "which this pattern does not have. Read each answer again against edition 2026.01." in page.text
        chosen = [one.attributes["value"] for one in page.all("input", type="radio") if "checked" in one.attributes]
        assert chosen == ["visible", "", ""]


def test_hostile_query_strings_are_named_and_do_no_harm(client, library):
    hostile = "STC-K1=%3Cscript%3E&%3Cimg%3E=%27%22&STC-K2=visible&STC-K2=unknown&x%00=%E2%80%AE&STC-K3=visible"
    for path in (FORM + "?" + hostile, address(hostile)):
        answer = get(client, path)
        assert answer.status_code == 200
        assert b"<script>" not in answer.content and b"<img>" not in answer.content
        told = read_page(answer).one(class_="notice-refused").text_of("li")
        assert told == [
            "“<img>” is no move of this edition; “'\"” is left out.",
            "“x\ufffd” is no move of this edition; “\ufffd” is left out.",
            "“<script>” is no answer to STC-K1 and is left out.",
            "STC-K2 is answered more than once, as visible and as unknown; it counts as not assessed.",
        ]
    many = "&".join(f"k{n}=v" for n in range(400))
    assert "The address holds 380 more of the kind." in get(client, address(many)).content.decode()


# What is not kept


def test_answers_stay_out_of_caches_indexes_and_referrers(client, chief, library):
    paths = (FORM + "?STC-K1=visible", LIST + "?STC-K1=visible", address(), address() + "&format=csv")
    anonymous = [get(client, path) for path in paths]
    client.force_login(chief)
    for path, answer in zip(paths, anonymous, strict=True):
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["X-Robots-Tag"] == "noindex"
        assert "ETag" not in answer.headers and "Vary" not in answer.headers and not answer.cookies
        assert get(client, path).getvalue() == answer.getvalue()
        assert client.post(path).status_code == 405


def test_answers_are_confidential_also_where_no_view_reads_them(client, library):
    answered = {
        LIST[:-1] + "?STC-K1=visible": 301,
        FORM[:-1] + "?STC-K1=visible": 301,
        "/check?STC-K1=visible": 301,
        "/check/?STC-K1=visible": 200,
        "/check/nope/?STC-K1=visible": 404,
        "/check/nope/checklist/?STC-K1=visible&as-of=2026-01-31": 404,
        LIST + "odd/?STC-K1=visible": 404,
        LIST + "?STC-K1=visible&as-of=yesterday": 400,
        LIST + "?as-of=2026-01-31&STC-K1=visible": 302,
        FORM + "?" + "&".join(f"k{number}" for number in range(20_001)): 400,
    }
    for path, status in answered.items():
        answer = get(client, path)
        assert answer.status_code == status
        assert answer.headers["Cache-Control"] == "private, no-store", path
        assert answer.headers["Referrer-Policy"] == "no-referrer", path
        assert answer.headers["X-Robots-Tag"] == "noindex", path


def test_answers_are_confidential_on_the_way_to_tls(client, settings):
    settings.SECURE_SSL_REDIRECT = True
    answer = get(client, LIST + "?STC-K1=visible")
    assert (answer.status_code, answer.headers["Location"][:8]) == (301, "https://")
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_pages_without_answers_are_as_public_as_any(client, library):
    for path in ("/check/", FORM, "/check/?as-of=2026-01-31", FORM + "?as-of=2026-01-31", "/matrix/?pattern=x"):
        answer = get(client, path)
        assert answer.headers["Cache-Control"] == "public, max-age=0, s-maxage=60, must-revalidate"
        assert not list(read_page(answer).all("meta", name="robots"))
    for path in (FORM + "?STC-K1=visible", address()):
        assert read_page(get(client, path)).one("meta", name="robots").attributes["content"] == "noindex"


def test_pages_take_as_many_statements_for_one_deal_as_for_three(client, db, django_assert_num_queries):
    publish(pattern())
    for names in (["one"], ["two", "three"]):
        for name in names:
            publish(partnership(name), "2026-01-06")
        paths = {"/check/": 2, FORM: 2, FORM + "?edition=2026.01&STC-K1=visible": 2}
        paths |= {address(): 5, address(day="2026-01-31"): 5, LIST + "?STC-K1=visible": 2}
        for path, statements in paths.items():
            with django_assert_num_queries(statements):
                assert get(client, path).status_code in (200, 302)


# What is taken away


def test_it_is_cited_with_edition_and_day_and_taken_as_files(client, library):
    page = read_page(get(client, address()))
    cited = page.one(id="cite-oscola").text
    assert cited == (
        "‘Pattern STC’, deal check STC (Anteroom, edition 2026.01 reviewed by Rhea Reviewer, 5 January 2026) "
        f"<http://testserver{address()}> accessed 1 March 2026"
    )
    for form, begins in (("bib", "@incollection{anteroom-STC-2026.01,"), ("ris", "TY  - ELEC"), ("csl.json", "[")):
        answer = get(client, address() + f"&format={form}")
        assert answer.getvalue().decode().startswith(begins)
        assert answer.headers["Content-Disposition"] == (
            f'attachment; filename="anteroom-STC-2026.01-check-2026-03-01.{form}"'
        )
    assert b"<main" in get(client, address() + "&format=odd").content


def test_the_file_for_spreadsheets_has_a_line_for_each_move(client, library):
    answer = get(client, address("STC-K1=visible&STC-K2=not_visible") + "&format=csv")
    rows = read_lines(answer)
    assert [(row["move"], row["answer"], row["visible in"], row["mitigated in"]) for row in rows] == [
        ("STC-K1", "Visible", "Alike; Half", "Unlike"),
        ("STC-K2", "Not visible", "Half", "Alike"),
        ("STC-K3", "Not assessed", "", ""),
    ]
    assert rows[0]["address"] == "http://testserver" + address("STC-K1=visible&STC-K2=not_visible")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="anteroom-deal-check-STC-2026-03-01.csv"'


def test_the_file_says_of_every_deal_what_it_is_scored_whatever_was_answered(client, library):
    for number in range(7):
        publish(partnership(f"deal-{number}", announced="2025-01"), "2026-01-07")
    visible = "; ".join(["Alike", "Half", *(f"Deal-{number}" for number in range(7))])
    for answer in ANSWERS:
        query = deal_check.query("2026.01", {"STC-K1": answer} if answer else {}, "2026-03-01")
        first, *_ = read_lines(get(client, f"{LIST}?{query}&format=csv"))
        assert (first["visible in"], first["mitigated in"]) == (visible, "Unlike"), answer


def test_files_say_which_wording_was_scored_and_what_weakens_a_deal(client, library):
    publish(partnership("aster", confidence="single_source", announced=""), "2026-01-08")
    publish_again(pattern(), "2026-02-05", kill_list=[move("STC-K1", move="Otherwise."), move("STC-K2")])
    asked = address("STC-K1=visible&STC-K2=visible", "2026.02")
    older = "scored against the wording of 2026.01"
    said = f"Alike ({older}); Half ({older}); Aster (single source, {older})"
    first, second = read_lines(get(client, asked + "&format=csv"))
    assert (first["visible in"], first["mitigated in"]) == (said, f"Unlike ({older})")
    assert (second["visible in"], second["mitigated in"]) == ("Half", "Alike")
    text = read_page(get(client, asked)).one("pre").verbatim
    assert f"Mitigated in: Unlike ({older})." in text and f"Aster (single source, {older})" in text
    assert "Visible in: Half.\nMitigated in: Alike.\n" in text


def test_the_text_says_the_same_without_marks(client, library):
    text = read_page(get(client, address("STC-K1=visible&STC-K3=not_visible"))).one("pre").verbatim
    assert text == (
        "Deal check: Pattern STC (STC)\n"
        "Anteroom, pattern STC, edition 2026.01, reviewed 2026-01-05 by Rhea Reviewer. As of 2026-03-01.\n"
        "Of 3 moves, 1 is visible, 1 is not visible and 1 is not assessed.\n\n"
        "WHAT THE DEAL SHOWS\n\n"
        "[ ] STC-K1  Do STC-K1.\nWhy it fails: STC-K1 fails [1].\nMitigation: Instead of STC-K1 do this [2, p. 4].\n"
        "Visible in: Alike; Half.\nMitigated in: Unlike.\n\n"
        "TO READ\n\n"
        "[ ] STC-K2  Do STC-K2.\nWhy it fails: STC-K2 fails [1].\nMitigation: Instead of STC-K2 do this [2, p. 4].\n"
        "Visible in: Half.\nMitigated in: Alike.\n\n"
        "NOT VISIBLE IN THE DEAL\n\nSTC-K3  Do STC-K3.\n\n"
        "COMPARABLE DEALS\n1 of 1 alike: Alike, edition 2026.01\n1 of 1 alike: Half, edition 2026.01\n\n"
        "PRECEDENT TO CONSIDER\nSTC-P1. A case. A court. 2025-01-15. Final\n\n"
        "SOURCES\n"
        "[1] Smith, A. Title of smith-2026. Journal, 2026-01-02, https://example.org/smith-2026\n"
        "[2] Smith, A. Title of jones-2025. Journal, 2026-01-02, https://example.org/jones-2025\n\n"
        "No legal advice. The library judges public deals by their public terms; the answers are the reader’s "
        "own.\nWith the evidence on each deal and all sources:\n"
        f"http://testserver{address('STC-K1=visible&STC-K3=not_visible')}\n"
    )


def test_precedents_tied_to_a_pending_move_have_their_note(client, db):
    tied = {"code": "STC-P2", "title": "Tied", "source": "smith-2026", "relevance": "The note."}
    rest = {"forum": "", "date": "", "status": ""}
    publish(pattern(precedents=[*pattern()["precedents"], tied | rest]))
    page = read_page(get(client, address()))
    assert "The note." in section(page, "precedents").one("article", id="STC-P2").text
    assert "STC-P2. Tied [1]\n" in page.one("pre").verbatim
    assert "Tied" in section(page, "act").one(id="STC-K1").one("dl").text
    assert section(page, "precedents").one("ul").text_of("li") == ["A case A court, 2025-01-15. Final"]
    done = read_page(get(client, address("&".join(f"STC-K{n}=not_visible" for n in (1, 2, 3)))))
    assert "The note." not in section(done, "precedents").text and "Tied" in section(done, "precedents").text
    publish_again(pattern(), "2026-02-05", precedents=[])
    none = read_page(get(client, address(edition="2026.02")))
    assert "No precedent has been published for this pattern." in section(none, "precedents").text
    assert "PRECEDENT" not in none.one("pre").text and "COMPARABLE" not in none.one("pre").text


def test_the_pattern_page_leads_to_its_check_and_keeps_its_day(client, library):
    for path, href in (("", FORM), ("?as-of=2026-01-31", FORM + "?as-of=2026-01-31")):
        page = read_page(get(client, "/patterns/pattern-stc/" + path))
        [link] = [one for one in page.one("section", id="kill-list").all("a") if one.text.startswith("Check a deal")]
        assert link.attributes["href"] == href
