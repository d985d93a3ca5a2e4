"""What blocks an item: one rule, one test."""

from dataclasses import replace

import pytest

from history.models import Draft
from partnerships.composition import Judged
from reviews import readiness
from reviews.readiness import Finding, Known, as_submitted, blockers, draft_findings, findings, findings_of_drafts
from tests.factories import make_draft, make_edition, make_source, partnership_document, pattern_document

pytestmark = pytest.mark.django_db
SOURCE = {"key": "smith-2026", "kind": "press_release", "origin": "", "publisher": "Publisher"}


def pattern(**fields):
    return pattern_document(bibliography=[SOURCE], **fields)


def partnership(**fields):
    """Ready for review: tied to an edition, as `bind` leaves it."""
    document = partnership_document(bibliography=[SOURCE])
    exhibit = document["exhibits"][0]
    scores = [{**score, "edition": "2026.06", "wording": "As it was"} for score in exhibit["scores"]]
    told = {"edition": "2026.06", "pattern_slug": "pattern-stc", "pattern_title": "Pattern STC"}
    variants = [{"code": "STC-V1", "name": "First form"}]
    return {**document, "exhibits": [{**exhibit, **told, "sub_variants": variants, "scores": scores}], **fields}


def changed(document, rows, **fields):
    """The document with `fields` of the first of its `rows` replaced."""
    first, *rest = document[rows]
    return {**document, rows: [{**first, **fields}, *rest]}


JUDGED = Judged("pattern-stc", "Pattern STC", {"STC-V1": "First form"}, {f"STC-K{n}": "As it was" for n in (1, 2, 3)})
MOVES = Known(live={}, published={"STC": {"2026.06": JUDGED}}, organisations=frozenset(), scored={})


def test_a_complete_pattern_has_no_findings():
    assert findings(pattern(tags=["export control"])) == []


def test_a_complete_partnership_has_no_findings():
    assert findings(partnership(), MOVES) == []


@pytest.mark.parametrize(
    ("field", "sentence"),
    [
        ("title", "The pattern needs a title."),
        ("subtitle", "The pattern needs a subtitle."),
        ("in_brief", "The pattern needs the text In brief."),
        ("structure", "The pattern needs a text on structure."),
    ],
)
def test_a_pattern_needs_its_texts(field, sentence):
    assert findings(pattern(**{field: ""})) == [Finding("", field, sentence)]


@pytest.mark.parametrize(
    ("rows", "field", "sentence"),
    [
        ("sub_variants", "name", "STC-V1 needs a name."),
        ("sub_variants", "description", "STC-V1 needs a description."),
        ("clauses", "title", "STC-C1 needs a title."),
        ("clauses", "text", "STC-C1 needs a text."),
        ("kill_list", "move", "STC-K1 needs the move."),
        ("kill_list", "mechanism", "STC-K1 needs why it fails."),
        ("kill_list", "mitigation", "STC-K1 needs a mitigation."),
        ("kill_list", "grounding", "STC-K1 needs its grounding."),
        ("precedents", "title", "STC-P1 needs a title."),
        ("precedents", "source", "STC-P1 needs a source."),
        ("precedents", "relevance", "STC-P1 needs its relevance."),
        ("anchors", "source", "STC-A1 needs a source."),
        ("anchors", "finding", "STC-A1 needs the finding."),
    ],
)
def test_a_row_needs_its_texts(rows, field, sentence):
    row = sentence.split()[0]
    assert findings(changed(pattern(), rows, **{field: ""})) == [Finding(row, field, sentence)]


@pytest.mark.parametrize(
    ("rows", "keep", "sentence"),
    [
        ("sub_variants", 0, "A pattern needs at least one sub-variant."),
        ("kill_list", 2, "A pattern needs at least three kill-list moves."),
        ("anchors", 0, "A pattern needs at least one scholarly anchor."),
    ],
)
def test_a_pattern_needs_so_many_rows(rows, keep, sentence):
    document = pattern()
    assert findings({**document, rows: document[rows][:keep]}) == [Finding("", rows, sentence)]


def test_clauses_and_precedents_may_be_absent():
    assert findings(pattern(clauses=[], precedents=[])) == []


def test_an_inferred_move_worded_as_fact_is_a_warning():
    document = changed(pattern(), "kill_list", grounding="inferred", mechanism="It fails always.")
    sentence = "STC-K1 is inferred but its mechanism reads as a known failure; write it as a warning."
    assert findings(document) == [Finding("STC-K1", "mechanism", sentence, blocks=False)]
    assert blockers(document) == []


@pytest.mark.parametrize("mechanism", ["It would likely fail.", "By analogy, it breaks."])
def test_an_inferred_move_worded_as_a_warning_is_fine(mechanism):
    assert findings(changed(pattern(), "kill_list", grounding="inferred", mechanism=mechanism)) == []


def test_an_inferred_move_without_mechanism_is_only_incomplete():
    document = changed(pattern(), "kill_list", grounding="inferred", mechanism="")
    assert [finding.sentence for finding in findings(document)] == ["STC-K1 needs why it fails."]


def test_every_citation_resolves():
    document = changed(pattern(fits_when="As said [@jones-2025]."), "clauses", text="So [@roe-1999, p. 2].")
    assert findings(document) == [
        Finding("", "fits_when", "The text cites jones-2025, which is not among the sources."),
        Finding("STC-C1", "text", "STC-C1 cites roe-1999, which is not among the sources."),
    ]


def test_the_source_of_a_row_is_among_the_sources():
    document = changed(pattern(), "anchors", source="jones-2025")
    sentence = "STC-A1 cites jones-2025, which is not among the sources."
    assert findings(document) == [Finding("STC-A1", "source", sentence)]


def test_a_citation_that_cannot_be_read_is_shown():
    document = pattern(fits_when="It fits [@smith 2026].")
    sentence = "The text has a citation that cannot be read: [@smith 2026]."
    assert findings(document) == [Finding("", "fits_when", sentence)]


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("summary", "", "The partnership needs a summary."),
        ("parties", [{"name": "Lab", "country": "US", "role": "lab"}], "A partnership has at least two parties."),
        ("exhibits", [], "Say which pattern the partnership shows."),
    ],
)
def test_a_partnership_needs_its_parts(field, value, sentence):
    assert findings(partnership(**{field: value}), MOVES) == [Finding("", field, sentence)]


def test_a_partnership_needs_a_source():
    document = partnership(sources=[], confidence="single_source")
    assert findings(document, MOVES) == [Finding("", "sources", "A partnership needs at least one source.")]


def test_a_rumor_is_never_published():
    found = findings(partnership(confidence="rumored"), MOVES)
    assert [(finding.field, finding.blocks) for finding in found] == [("confidence", True)]
    assert "never published" in found[0].sentence


@pytest.mark.parametrize(("kind", "first_party"), [("article", True), ("press_release", False)])
def test_primary_source_needs_one_marked_first_party(kind, first_party):
    document = changed(partnership(bibliography=[{**SOURCE, "kind": kind}]), "sources", first_party=first_party)
    found = findings(document, MOVES)
    assert [finding.field for finding in found] == ["confidence"]
    assert found[0].sentence.startswith("The grade primary source needs a filing")


def two_sources(**second):
    rows = [{"source": key, "supports": "the core", "first_party": False} for key in ("smith-2026", "roe-2026")]
    other = {**SOURCE, "key": "roe-2026", **second}
    return partnership(confidence="corroborated", sources=rows, bibliography=[SOURCE, other])


def test_corroborated_needs_two_origins():
    sentence = "The grade corroborated needs two sources of different origin."
    assert findings(two_sources(), MOVES) == [Finding("", "confidence", sentence)]
    assert findings(two_sources(origin="Agency"), MOVES) == []
    assert findings(two_sources(publisher="Other"), MOVES) == []
    assert [finding.sentence for finding in findings(two_sources(publisher=""), MOVES)] == [sentence]


def test_single_source_is_enough():
    assert findings(partnership(confidence="single_source"), MOVES) == []


def test_a_pattern_without_edition_is_published_first():
    document = changed(partnership(), "exhibits", edition="")
    sentence = "STC has no published edition yet; publish the pattern first."
    assert findings(document, MOVES) == [Finding("STC", "pattern", sentence)]


def test_a_score_needs_a_published_move():
    sentence = "STC-K3 is scored, but no published edition of STC has that move."
    older = {"STC": {"2026.06": replace(JUDGED, moves={"STC-K1": "As it was", "STC-K2": "As it was"})}}
    assert findings(partnership(), replace(MOVES, published=older)) == [Finding("STC", "STC-K3", sentence)]


def test_a_pattern_that_was_never_published_is_published_first():
    sentence = "STC has no published edition yet; publish the pattern first."
    assert findings(partnership(), replace(MOVES, published={})) == [Finding("STC", "pattern", sentence)]


def scored(**fields):
    document = partnership()
    exhibit = document["exhibits"][0]
    first, *rest = exhibit["scores"]
    return changed(document, "exhibits", scores=[{**first, **fields}, *rest])


@pytest.mark.parametrize("fields", [{"edition": ""}, {"edition": "2020.01"}, {"wording": "Never published"}])
def test_a_score_judges_a_wording_that_was_published(fields):
    sentence = "STC-K1 is scored against a wording that no edition of STC has; score it again."
    assert findings(scored(**fields), MOVES) == [Finding("STC", "STC-K1", sentence)]


@pytest.mark.parametrize(
    ("document", "field"), [(pattern(tags=["a", ""]), "tags"), (partnership(aliases=[""]), "aliases")]
)
def test_an_empty_list_item_blocks(document, field):
    sentence = f"One of the {field} is empty; take the empty line out."
    assert findings(document, MOVES) == [Finding("", field, sentence)]


NAMED = replace(MOVES, organisations=frozenset({"Host", "Host Cloud"}))


@pytest.mark.parametrize("text", ["Host signs.", "One thing [@smith-2026].\n\nThen Host Cloud signs."])
def test_an_organisation_without_a_citation_is_a_warning(text):
    [finding] = findings(pattern(in_brief=text), NAMED)
    assert finding.sentence.startswith("The text names Host") and not finding.blocks


@pytest.mark.parametrize("text", ["Host signs [@smith-2026].", "Hosting is dear.", "A host signs."])
def test_an_organisation_beside_its_citation_is_fine(text):
    assert findings(pattern(in_brief=text), NAMED) == []


def test_a_hypothetical_clause_may_name_anybody():
    assert findings(changed(pattern(), "clauses", text="The Host pays Host Cloud."), NAMED) == []


def test_known_organisations_are_the_parties_of_all_partnerships(editor):
    make_draft(partnership_document(), editor)
    assert readiness.known_for([]).organisations == {"Host", "Lab"}


def elsewhere(wording):
    """A partnership from another library's corpus: scored against an edition that this one never had."""
    document = partnership_document()
    exhibit = {**document["exhibits"][0], "edition": "2020.01", "pattern_slug": "old", "pattern_title": "Old"}
    scores = [{**score, "edition": "2020.01", "wording": wording(score["move"])} for score in exhibit["scores"]]
    return {**document, "exhibits": [{**exhibit, "scores": scores}]}


def test_a_judgement_of_the_same_words_elsewhere_stands_here(editor, reviewer):
    make_source(editor)
    edition = make_edition(pattern_document(), editor, reviewer)
    submitted = as_submitted(elsewhere(lambda move: f"Move {move[-1]} of STC"))
    [exhibit] = submitted["exhibits"]
    assert {exhibit["edition"], *(score["edition"] for score in exhibit["scores"])} == {edition.number}
    assert exhibit["pattern_title"] == "Pattern STC"


def test_a_judgement_of_other_words_elsewhere_is_made_again(editor, reviewer):
    make_source(editor)
    make_edition(pattern_document(), editor, reviewer)
    submitted = as_submitted(make_draft(elsewhere(lambda move: "Other words"), editor).read())
    assert [finding.row for finding in findings(submitted)] == ["STC"] * 3
    assert "no edition of STC has; score it again" in findings(submitted)[0].sentence


def test_without_a_live_pattern_nothing_is_released(editor):
    document = elsewhere(lambda move: "Other words")
    assert as_submitted(document) == document


def test_a_score_needs_its_evidence():
    sentence = "The score of STC-K1 needs its evidence."
    assert findings(scored(evidence=""), MOVES) == [Finding("STC", "STC-K1", sentence)]


def test_evidence_cites_what_exists():
    found = findings(scored(evidence="See [@gone-2020].", sources=[{"source": "lost", "pinpoint": ""}]), MOVES)
    assert [(finding.row, finding.field) for finding in found] == [("STC-K1", "evidence"), ("STC-K1", "source")]


def test_a_draft_is_judged_as_it_would_be_submitted(editor, reviewer):
    make_source(editor)
    make_edition(pattern_document(), editor, reviewer)
    draft = make_draft(partnership_document(), editor)
    assert draft.read()["exhibits"][0]["edition"] == ""
    assert draft_findings(draft) == []


def test_many_drafts_take_as_many_statements_as_one(editor, reviewer, django_assert_num_queries):
    make_source(editor)
    make_edition(pattern_document(), editor, reviewer)
    for code in ("one", "two", "three"):
        make_draft(partnership_document(code), editor)
    make_draft(pattern_document("ABC", moves=2), editor)
    drafts = list(Draft.objects.filter(kind__in=["pattern", "partnership"]))
    with django_assert_num_queries(5):
        found = findings_of_drafts(drafts)
    assert {pk: sentences for pk, sentences in found.items() if sentences} == {
        Draft.objects.get(code="ABC").pk: [
            Finding("", "kill_list", "A pattern needs at least three kill-list moves.")
        ]
    }
    with django_assert_num_queries(4):  # a partnership alone asks for no scores of its moves
        readiness.findings_of_drafts(drafts[:1])


@pytest.mark.parametrize(
    ("scores", "words"), [(1, "one score judges; look at it"), (15, "15 scores judge; look at them")]
)
def test_rewording_a_scored_move_is_a_warning(scores, words):
    document = pattern()
    live = {"STC": ("2026.06", changed(document, "kill_list", move="As it was"))}
    [finding] = findings(document, replace(MOVES, live=live, scored={"STC-K1": scores}))
    sentence = f"STC-K1 has other words than in edition 2026.06, which {words} again after publication."
    assert finding == Finding("STC-K1", "move", sentence, blocks=False)


def test_rewording_a_move_that_nobody_scored_is_fine():
    document = pattern()
    live = {"STC": ("2026.06", changed(document, "kill_list", move="As it was"))}
    assert findings(document, replace(MOVES, live=live)) == []


def test_scores_are_counted_by_move(editor):
    make_draft(partnership_document(), editor)
    make_draft(partnership_document("another"), editor)
    assert readiness.known_for([pattern()]).scored == {f"STC-K{n}": 2 for n in (1, 2, 3)}


def exhibited(**fields):
    return changed(partnership(), "exhibits", **fields)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"edition": "2020.01"}, "This library has no edition 2020.01 of STC; save the scorecard again."),
        ({"pattern_title": "Other"}, "Edition 2026.06 of STC has another title or address than is told here."),
        ({"pattern_slug": "other"}, "Edition 2026.06 of STC has another title or address than is told here."),
        (
            {"sub_variants": [{"code": "STC-K1", "name": "As it was"}]},
            "Edition 2026.06 of STC has no sub-variant STC-K1 of that name.",
        ),
        (
            {"sub_variants": [{"code": "STC-V1", "name": "Invented"}]},
            "Edition 2026.06 of STC has no sub-variant STC-V1 of that name.",
        ),
    ],
)
def test_an_exhibit_tells_of_its_edition_what_stands_there(fields, sentence):
    assert [finding.sentence for finding in findings(exhibited(**fields), MOVES)] == [sentence]


def test_a_score_needs_a_source_beside_its_evidence():
    sentence = "The score of STC-K1 needs a source for its evidence."
    assert findings(scored(sources=[]), MOVES) == [Finding("STC", "STC-K1", sentence)]
    assert findings(scored(sources=[], evidence="As told [@smith-2026]."), MOVES) == []
    assert findings(scored(sources=[], score="unknown"), MOVES) == []


@pytest.mark.parametrize("text", ["", "[//]: # (nothing)", "[@smith-2026]", "**\u200d**", "---"])
def test_text_that_would_not_be_seen_is_no_text(text):
    found = findings(changed(pattern(), "kill_list", mitigation=text), MOVES)
    assert [finding.sentence for finding in found] == ["STC-K1 needs a mitigation."]


@pytest.mark.parametrize("text", ["*Put* it in.", "- one\n- two", "Élan.", "“Quoted.”"])
def test_text_that_is_seen_is_text(text):
    assert findings(changed(pattern(), "kill_list", mitigation=text), MOVES) == []


def test_origins_are_told_apart_by_more_than_their_spelling():
    sentence = "The grade corroborated needs two sources of different origin."
    for origin in ("reuters", "Reuters."):
        rows = two_sources(origin=origin)
        rows["bibliography"][0] = {**SOURCE, "origin": "Reuters"}
        assert [finding.sentence for finding in findings(rows, MOVES)] == [sentence]
    nameless = two_sources(publisher="")
    nameless["bibliography"][0] = {**SOURCE, "publisher": ""}
    assert [finding.sentence for finding in findings(nameless, MOVES)] == [sentence]
