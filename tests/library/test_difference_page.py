"""The difference between two editions, as a layperson reads it."""

from library.difference_page import is_correction, parts, summary
from tests.library.factories import exhibit, move, partnership, pattern, score, source


def told(old, new):
    return [(part["title"], change) for part in parts(old, new) for change in part["changes"]]


def test_parts_come_in_the_order_of_the_page():
    new = pattern(title="New", structure="New.", anchors=[], clauses=[], kill_list=[], precedents=[])
    titles = [part["title"] for part in parts(pattern(), new)]
    assert titles == ["Opening", "Kill list", "Example clauses", "Precedents", "Scholarly anchors"]


def test_rewording_is_told_to_the_word_and_names_sources_by_key():
    new = pattern(in_brief="What it was [@jones-2025].")
    (_, change) = told(pattern(), new)[0]
    assert change == {
        "what": "reworded",
        "place": "What it is",
        "words": [("same", "What it "), ("removed", "is"), ("added", "was"), ("same", " [jones-2025].")],
    }


def test_citation_counts_as_one_word():
    (_, change) = told(pattern(), pattern(in_brief="What it is [@smith-2026; @jones-2025, p. 2]."))[0]
    assert change["words"][1:3] == [("removed", "[jones-2025]"), ("added", "[smith-2026; jones-2025, p. 2]")]


def test_text_of_which_little_is_kept_is_shown_whole():
    old = pattern(structure="The host builds the plant, and the lab pays for the power it needs [@jones-2025].")
    new = pattern(structure='A state lends its land, and nobody but the public pays it back "in time".')
    [(_, change)] = told(old, new)
    assert change == {
        "what": "reworded",
        "place": "Structure",
        "before": "The host builds the plant, and the lab pays for the power it needs [jones-2025].",
        "after": "A state lends its land, and nobody but the public pays it back “in time”.",
    }


def test_long_addition_in_one_place_stays_one_addition():
    [(_, change)] = told(pattern(structure="One."), pattern(structure="One. " + "And more words. " * 9))
    assert [kind for kind, _ in change["words"]] == ["same", "added"]


def test_quotes_alone_are_a_rewording_too():
    [(_, change)] = told(pattern(structure="The host's."), pattern(structure="The host’s."))
    assert ("removed", "'") in change["words"]


def test_added_removed_and_moved_rows_are_told_whole():
    old = pattern()
    first, second, third = old["kill_list"]
    new = pattern(kill_list=[second, first, move("STC-K4", move="Don't [@smith-2026].", grounding="inferred")])
    removed, moved, added = [change for _, change in told(old, new)]
    assert (removed["what"], removed["place"]) == ("removed", "kill-list move STC-K3")
    assert moved == {"what": "moved", "place": "kill-list move STC-K2", "before": 2, "after": 1}
    assert added == {
        "what": "added",
        "place": "kill-list move STC-K4",
        "fields": [
            {"name": "Move", "text": "Don’t [smith-2026]."},
            {"name": "Why it fails", "text": "STC-K4 fails [smith-2026]."},
            {"name": "Mitigation", "text": "Instead of STC-K4 do this [jones-2025, p. 4]."},
            {"name": "Grounding", "text": "Inferred"},
        ],
    }
    assert third["code"] == "STC-K3"


def test_added_exhibit_is_told_with_its_scores_and_their_sources():
    sources = [{"source": "release-2025", "pinpoint": ""}, {"source": "other-2025", "pinpoint": "p. 2"}]
    new = partnership(exhibits=[exhibit(scores=[score("STC-K1", "not_visible", sources=sources)])])
    [(_, change)] = told(partnership(exhibits=[]), new)
    fields = {field["name"]: field["text"] for field in change["fields"]}
    assert fields["Sub-variant STC-V1, Name"] == "First form"
    assert fields["Score of STC-K1, Score"] == "Not visible"
    assert fields["Score of STC-K1, evidence release-2025"] == ""
    assert fields["Score of STC-K1, evidence other-2025, Pinpoint"] == "p. 2"


def test_another_score_is_told_as_such_with_both_words():
    old = partnership(exhibits=[exhibit(scores=[score("STC-K1", "visible")])])
    new = partnership(exhibits=[exhibit(scores=[score("STC-K1", "not_visible")])])
    [(_, change)] = told(old, new)
    assert change == {
        "what": "re-scored",
        "place": "exhibit of STC, score of STC-K1, Score",
        "before": "Visible",
        "after": "Not visible",
    }


def test_what_is_put_right_in_a_record_is_a_correction():
    records = [{**record, "title": "Right"} for record in pattern()["bibliography"]]
    corrected = pattern(bibliography=records, family={"slug": "sovereign", "name": "States"})
    changes = parts(pattern(), corrected)
    assert {change["what"] for part in changes for change in part["changes"]} == {"corrected"}
    assert is_correction(changes)
    assert summary(changes) == ["4 corrected in the record of a source or a family"]


def test_summary_counts_what_happened():
    first, second, _ = pattern()["kill_list"]
    new = pattern(title="Another", subtitle="New", kill_list=[second, first, move("STC-K4")])
    changes = parts(pattern(), new)
    assert summary(changes) == ["1 added", "1 removed", "1 moved", "2 reworded"]
    assert not is_correction(changes)
    assert (summary([]), is_correction([])) == ([], False)


def test_stored_words_are_told_in_those_of_the_page():
    (_, change) = told(partnership(), partnership(confidence="single_source"))[0]
    assert change["words"] == [("removed", "Primary"), ("added", "Single"), ("same", " source")]


def test_places_inside_a_partnership_are_named():
    old = partnership()
    new = partnership(bibliography=[source("release-2025", kind="press_release", note="Corrected")])
    new["exhibits"] = [{**old["exhibits"][0], "scores": []}]
    new["sources"] = []
    assert [(title, change["place"]) for title, change in told(old, new)] == [
        ("Patterns it shows", "exhibit of STC, score of STC-K1"),
        ("Evidence", "evidence release-2025"),
        ("Sources", "source release-2025, Note"),
    ]


def test_row_that_says_nothing_is_told_by_its_place_alone():
    old = partnership(parties=[{"name": "", "country": "", "role": ""}])
    assert told(old, partnership(parties=[]))[0][1] == {"what": "removed", "place": "party ", "fields": []}


def test_unknown_field_comes_last():
    assert told(pattern(), pattern(colour="green"))[0][0] == "Opening"


def test_same_documents_have_no_difference():
    assert parts(pattern(), pattern()) == []
