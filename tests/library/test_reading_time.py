"""How long a text is: its own prose is counted, nothing that is looked up."""

import pytest

from library import reading_time
from tests.library.factories import exhibit, move, partnership, pattern, publish, publish_again, score
from tests.library.html import read
from tests.library.reading import PATTERN, get


def short(**fields):
    """A pattern of five words: title, subtitle and three moves are empty but for them."""
    empty = dict.fromkeys(("in_brief", "fits_when", "does_not_fit_when", "structure"), "")
    rows = {name: [] for name in ("sub_variants", "clauses", "kill_list", "precedents", "anchors")}
    return pattern(title="Two words", subtitle="Three more words", **{**empty, **rows, **fields})


def test_titles_and_prose_are_counted_and_nothing_else():
    assert reading_time.of(short())["words"] == 5
    assert (
        reading_time.of(short(in_brief="One **two** [@jones-2025, p. 4]. [Three](https://example.org/a)"))["words"]
        == 8
    )
    one = move("STC-K1", move="One.", mechanism="Two three [@smith-2026].", mitigation="Four.")
    assert reading_time.of(short(kill_list=[one]))["words"] == 9
    assert reading_time.of(short(tags=["a", "b"], bibliography=[]))["words"] == 5


def test_scores_and_parties_of_a_partnership_are_read_too():
    judged = score("STC-K1", wording="One two.", evidence="Three.")
    deal = partnership(exhibits=[exhibit(scores=[judged], note="Four.", sub_variants=[])])
    bare = partnership(exhibits=[exhibit(scores=[], note="", sub_variants=[])])
    assert reading_time.of(deal)["words"] - reading_time.of(bare)["words"] == 4


@pytest.mark.parametrize(("words", "minutes"), [(0, 1), (233, 1), (234, 2), (471, 2), (472, 3)])
def test_minutes_are_rounded_up(words, minutes):
    assert reading_time.of(short(in_brief="word " * words))["minutes"] == minutes


@pytest.mark.django_db
def test_the_page_says_how_long_it_is_and_what_that_means(client):
    publish(short(in_brief="word " * 500))
    told = {one.one("dt").text: one for one in read(get(client, PATTERN)).one("dl", class_="plate").all("div")}
    assert told["Own text"].one("dd").text == "505 words, about 3 minutes"
    assert told["Own text"].one("a").attributes["href"] == "/methodology/#reading-time"
    assert "238" in read(get(client, "/methodology/")).one("div", id="reading-time").text
    publish_again(short(), "2026-02-05")
    past = {
        one.one("dt").text: one.one("dd").text
        for one in read(get(client, PATTERN)).one("dl", class_="plate").all("div")
    }
    assert past["Own text"] == "5 words, about 1 minute"
