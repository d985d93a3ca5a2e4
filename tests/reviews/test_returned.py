"""Words of a withheld edition that come back are named to who submits and to who reviews."""

import pytest
from django.core.management import call_command

from history.models import Draft
from library.models import Edition
from library.publication import withhold
from reviews import dossier, workflow
from reviews.returned import returned_in, sentences, words
from tests.factories import (
    approve,
    make_draft,
    make_edition,
    make_source,
    make_submission,
    partnership_document,
    pattern_document,
)
from tests.reviews.desk import as_, page, shown, text_of

pytestmark = pytest.mark.django_db
LEAK = "Frau Müller wohnt in Bern."
GROUND = "Personal data that were leaked"


def leaking(**more):
    """The pattern with a sentence about somebody in two places, one of them a row of its own."""
    document = pattern_document(moves=4, **more)
    document["kill_list"][3] |= {"move": "Ask her [@smith-2026]", "mechanism": LEAK}
    return {**document, "fits_when": LEAK}


def take_down(*editions):
    withhold(list(editions), [], GROUND)


@pytest.fixture
def withheld(editor, reviewer):
    """Edition 1 is shown, edition 2 said too much and is withheld, and so stands no more."""
    make_source(editor)
    make_edition(pattern_document(), editor, reviewer)
    edition = make_edition(leaking(), editor, reviewer)
    take_down(edition)
    return edition


def returned(document):
    editions = dossier.editions(document["kind"], document["code"])
    return [(one.edition.number, one.places) for one in returned_in(document, editions)]


def test_every_place_that_says_it_again_is_named(withheld):
    assert returned(leaking(title="Almost the same")) == [
        (
            withheld.number,
            ["Fits when", "Kill list, STC-K4, move", "Kill list, STC-K4, mechanism", "Kill list, STC-K4, mitigation"],
        )
    ]


def test_words_are_known_again_wherever_they_stand(withheld):
    document = pattern_document(structure=LEAK)
    document["clauses"][0]["negotiate"] = LEAK
    assert returned(document) == [(withheld.number, ["Structure", "Example clauses, STC-C1, what to negotiate"])]


def test_what_the_edition_before_said_too_is_not_told(withheld):
    assert returned(pattern_document()) == []


def test_a_changed_word_is_another_text(withheld):
    assert returned(pattern_document(fits_when="Frau Müller wohnte in Bern.")) == []


@pytest.mark.parametrize(
    "text",
    [
        f"{LEAK} ",
        f"{LEAK} And more.",
        f"As was said: {LEAK}",
        "Said before!\nfrau  Müller wohnt in Bern [@smith-2026, p. 3]",
    ],
)
def test_a_sentence_is_known_again_inside_another_text(withheld, text):
    assert returned(pattern_document(structure=text)) == [(withheld.number, ["Structure"])]


def test_sentences_of_fewer_than_four_words_are_no_evidence(editor, reviewer):
    make_source(editor)
    make_edition(pattern_document(), editor, reviewer)
    edition = make_edition(pattern_document(structure="She left. Nobody knows where she is."), editor, reviewer)
    take_down(edition)
    assert returned(pattern_document(structure="She left. Others stayed in their places.")) == []
    assert returned(pattern_document(structure="Nobody knows where she is; they say.")) == [
        (edition.number, ["Structure"])
    ]


def test_a_sentence_that_an_edition_that_is_shown_says_is_not_told(editor, reviewer):
    make_source(editor)
    make_edition(pattern_document(structure="It is built on rock. It holds."), editor, reviewer)
    take_down(make_edition(pattern_document(structure=f"It is built on rock. {LEAK}"), editor, reviewer))
    assert returned(pattern_document(structure="It is built on rock. It leans.")) == []


def test_long_texts_of_odd_signs_are_read_at_once():
    for text in ("." * 200_000 + "x", "[@" * 100_000, "\n" * 200_000):
        assert list(sentences(text)) == []


def test_what_a_later_edition_says_with_a_sign_off_is_not_told(withheld, editor, reviewer):
    make_edition(pattern_document(fits_when=LEAK), editor, reviewer)
    assert returned(pattern_document(title="Later", fits_when=LEAK)) == []
    later = leaking(title="Later")
    assert returned(later)[0][1][0] == "Kill list, STC-K4, move"


def test_of_a_first_edition_that_is_withheld_everything_is_told(editor, reviewer):
    make_source(editor)
    make_edition(pattern_document(), editor, reviewer)
    first = make_edition(partnership_document(), editor, reviewer)
    take_down(first)
    [(number, told)] = returned(partnership_document(summary="Another [@smith-2026]."))
    assert number == first.number and "Name" in told and "Parties, Host, name" in told and "Summary" not in told
    assert not {"Kind", "Code", "Status", "Confidence", "Address"} & set(told)


def test_several_withheld_editions_are_told_each(withheld, editor, reviewer):
    second = make_edition(pattern_document(fits_when="Frau Meier wohnt in Basel."), editor, reviewer)
    take_down(second)
    told = returned(leaking(does_not_fit_when="Frau Meier wohnt in Basel."))
    assert [(number, places[-1] if number == second.number else "") for number, places in told] == [
        (withheld.number, ""),
        (second.number, "Does not fit when"),
    ]


def test_words_are_texts_that_people_wrote():
    document = {"code": "X", "tags": ["a"], "aliases": ["B", "C"], "parties": [{"name": "D", "country": "AE"}]}
    exhibit = {"pattern": "STC", "scores": [{"move": "STC-K1", "score": "visible", "evidence": "E", "sources": []}]}
    assert list(words({**document, "format": 1, "exhibits": [exhibit], "summary": ""})) == [
        (("aliases",), "B"),
        (("aliases",), "C"),
        (("parties", "D", "name"), "D"),
        (("exhibits", "STC", "scores", "STC-K1", "evidence"), "E"),
    ]


def test_reviewer_and_submitter_are_warned_and_nothing_is_blocked(client, withheld, editor, other_editor, reviewer):
    make_draft(leaking(title="Almost the same"), other_editor)
    item = text_of(as_(client, editor).get("/desk/pattern/STC/"))
    up = workflow.submit("pattern", "STC", by=editor, note="Again")
    review = text_of(as_(client, reviewer).get(page(up)))
    for told in (item, review):
        assert f"Words of edition {withheld.number}, which is withheld, stand in this text again." in told
        assert "It does not see what is put in other words" in told
        assert GROUND in told and "<li>Kill list, STC-K4, mechanism</li>" in told
        warning = told.partition('class="warns"')[2]
        assert "<a " not in warning.partition("</div>")[0]  # nothing leads to what is withheld
    assert 'read <a href="#warnings">the warning at the top</a>' in review
    answer = client.post(page(up, "sign-off/"), shown(up))
    assert answer.status_code == 302 and Edition.objects.count() == 3


def test_long_lists_are_cut(client, editor, reviewer):
    make_source(editor)
    take_down(make_edition(pattern_document(moves=12), editor, reviewer))
    up = make_submission(pattern_document(moves=12, title="Almost"), editor)
    told = text_of(as_(client, reviewer).get(page(up)))
    assert told.count("<li>Kill list, STC-K") <= 12 and " more</li>" in told


def test_a_closed_submission_and_another_item_are_not_warned(client, withheld, editor, reviewer):
    up = make_submission(leaking(title="Almost the same"), editor)
    workflow.withdraw(up, by=editor)
    assert "stand in this text again" not in text_of(as_(client, reviewer).get(page(up)))
    assert returned({**pattern_document("CAP"), "fits_when": LEAK}) == []


def test_a_text_that_says_nothing_of_it_is_not_warned(client, withheld, editor, reviewer):
    up = make_submission(pattern_document(title="Clean"), editor)
    assert "stand in this text again" not in text_of(as_(client, reviewer).get(page(up)))
    approve(up, reviewer)
    call_command("verify_ledger")
    assert Draft.objects.get(code="STC").read()["title"] == "Clean"


@pytest.mark.parametrize("count", [1, 3])
def test_it_takes_as_many_statements_for_three_withheld_as_for_one(
    client, withheld, editor, reviewer, count, django_assert_num_queries
):
    for n in range(count - 1):
        take_down(make_edition(pattern_document(fits_when=f"Person {n}"), editor, reviewer))
    up = make_submission(leaking(title="Almost the same"), editor)
    as_(client, reviewer)
    with django_assert_num_queries(13):
        client.get(page(up))
