"""What a reviewer reads before signing."""

import re

import pytest

from reviews import workflow
from reviews.templatetags.desk import flowing
from tests.factories import (
    approve,
    make_edition,
    make_source,
    make_submission,
    partnership_document,
    pattern_document,
)
from tests.reviews.desk import as_, page, text_of

pytestmark = pytest.mark.django_db


def test_first_edition_is_told_whole_with_its_sources(client, reviewer, submission):
    answer = as_(client, reviewer).get(page(submission))
    told = text_of(answer)
    for words in ("Why move 3 fails", "First form", "What it found.", "A case", "Its limits.", "pattern-stc"):
        assert words in told
    assert "<ins>" not in told and "it is the first edition" in told
    assert "Look at p. 3" in told and "Title of smith-2026" in told and "no archived copy" in told
    assert submission.digest in told
    declared = f"I have read this text of STC, its whole first edition, digest {submission.digest[:12]}…"
    assert told.count(declared) == 1


def test_every_text_of_a_document_is_told(client, editor, reviewer):
    """A reviewer signs the whole document, so every text in it stands on the page."""
    make_source(editor)
    make_edition(pattern_document(), editor, reviewer)
    submission = make_submission(partnership_document(aliases=["The other name"]), editor)
    told = text_of(as_(client, reviewer).get(page(submission)))
    for text in texts_of(submission.read()):
        assert text.split(" [@")[0] in told, text


def texts_of(part):
    if isinstance(part, str):
        return (
            [part]
            if part and part not in ("primary_source", "press_release", "https://example.org/smith-2026")
            else []
        )
    inner = part.values() if isinstance(part, dict) else part if isinstance(part, list) else []
    return [text for value in inner for text in texts_of(value)]


def change(editor, reviewer, submission):
    """Publish the first text, then put up another with three changes."""
    edition = approve(submission, reviewer)
    document = pattern_document(title="Pattern STC, wider", fits_when="It fits often [@smith-2026, p. 9].")
    document["kill_list"][1]["mitigation"] = "What to do instead of move 2, and why."
    return edition, make_submission(document, editor, note="Three changes")


def claims_of(answer):
    return [passage.shown for passage in answer.context["passages"]]


def test_later_editions_are_told_by_their_changes(client, editor, reviewer, submission):
    edition, second = change(editor, reviewer, submission)
    answer = as_(client, reviewer).get(page(second))
    told = text_of(answer)
    assert answer.context["changes"] == 3
    assert f"3 changes against edition {edition.number}, digest {second.digest[:12]}…, and approve" in told
    assert "exactly these bytes for publication as the next edition." in told
    assert "<ins>, and why</ins>" in told
    claims = claims_of(answer)
    assert [claim.sources[0].pinpoints for claim in claims if claim.sources] == [["p. 9"], []]
    for claim in claims:
        for told_change in claim.changes:
            assert f'href="#{told_change.anchor}"' in told and f'id="{told_change.anchor}"' in told
    assert "What it found." not in told


def test_changes_of_one_row_stand_together(client, editor, reviewer, submission):
    approve(submission, reviewer)
    document = pattern_document()
    document["kill_list"][0] |= {"move": "Another move", "mechanism": "Another reason."}
    del document["kill_list"][2]
    document["kill_list"].append({**document["kill_list"][1], "code": "STC-K4", "move": "A fourth"})
    second = make_submission(document, editor)
    claims = claims_of(as_(client, reviewer).get(page(second)))
    assert [[told.path for told in claim.changes] for claim in claims] == [
        [("kill_list", "STC-K3")],
        [("kill_list", "STC-K1", "move"), ("kill_list", "STC-K1", "mechanism")],
        [("kill_list", "STC-K4")],
    ]
    assert [[source.key for source in claim.sources] for claim in claims] == [["smith-2026"], [], ["smith-2026"]]


def test_a_corrected_source_is_a_change_of_its_own(client, editor, reviewer, submission):
    approve(submission, reviewer)
    make_source(editor, title="The right title")
    second = workflow.submit("pattern", "STC", by=editor, note="A source was corrected")
    claims = claims_of(as_(client, reviewer).get(page(second)))
    assert [claim.changes[0].path for claim in claims] == [("bibliography", "smith-2026", "title")]
    assert [source.record["title"] for source in claims[0].sources] == ["The right title"]


def test_contributors_read_why_they_do_not_sign(client, chief):
    make_source(chief)
    own = make_submission(pattern_document(), chief)
    told = text_of(as_(client, chief).get(page(own)))
    assert "You contributed to this text since the live edition; somebody else signs it off." in told
    assert "sign-off/" not in told
    assert "Request changes" in told


def test_editors_read_the_review_without_a_decision(client, editor, other_editor, submission):
    told = text_of(as_(client, other_editor).get(page(submission)))
    assert "Only reviewers sign off." in told
    assert "sign-off/" not in told and "request-changes/" not in told and "withdraw/" not in told
    assert "withdraw/" in text_of(as_(client, editor).get(page(submission)))


def test_closed_submission_is_read_without_a_decision(client, reviewer, editor, submission):
    workflow.withdraw(submission, by=editor, reason="A typo")
    told = text_of(as_(client, reviewer).get(page(submission)))
    assert "nothing can be signed on this page" in told and "A typo" in told
    assert "sign-off/" not in told and "request-changes/" not in told


def test_review_takes_as_many_statements_for_three_changes_as_for_one(
    client, editor, reviewer, submission, django_assert_num_queries
):
    _, second = change(editor, reviewer, submission)
    as_(client, reviewer)
    with django_assert_num_queries(11):
        client.get(page(second))
    workflow.withdraw(second, by=editor)
    single = make_submission(pattern_document(title="One change"), editor)
    with django_assert_num_queries(11):
        client.get(page(single))


def test_what_is_read_is_counted_in_changes_as_everywhere(client, editor, reviewer, submission):
    approve(submission, reviewer)
    document = pattern_document(title="Wider")
    document["kill_list"][1] |= {"mechanism": "Another reason.", "mitigation": "Another way."}
    second = make_submission(document, editor)
    answer = as_(client, reviewer).get(page(second))
    assert [passage.counts for passage in answer.context["passages"]] == [1, 2]
    assert "<span data-read-count>0</span> of 3 changes read" in text_of(answer) and "3 changes against" in text_of(
        answer
    )
    client.post(page(second, "mark/"), {"read": answer.context["passages"][1].mark})
    answer = client.get(page(second))
    assert "<span data-read-count>2</span> of 3 changes read" in text_of(answer)
    assert "You have marked <span data-read-count>2</span> of 3 changes as read." in text_of(answer)


def test_a_text_read_whole_is_counted_in_passages(client, reviewer, submission):
    told = text_of(as_(client, reviewer).get(page(submission)))
    assert re.search(r"<span data-read-count>0</span> of \d+ passages read", told)


def test_line_ends_inside_a_paragraph_are_shown_as_readers_see_them():
    assert flowing("One\ntwo\n\nthree\n- four\n1. five\n> six") == "One two\n\nthree\n- four\n1. five\n> six"


def test_a_rewording_of_a_rows_name_does_not_name_it_twice(client, editor, reviewer, submission):
    approve(submission, reviewer)
    document = pattern_document()
    document["kill_list"][0]["move"] = "Move 1 of STC, worded anew"
    document["kill_list"][1]["mechanism"] = "Another reason."
    told = text_of(as_(client, reviewer).get(page(make_submission(document, editor))))
    assert re.findall(r'<p class="change-about">(.*?)</p>', told) == ["Move 2 of STC"]
