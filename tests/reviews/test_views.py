"""The desk's pages: each works, and refuses the wrong role, the stranger, the bad id, the wrong method."""

import pytest
from django.urls import reverse

from accounts import roles
from history.models import Draft
from library.models import Edition
from reviews import workflow
from reviews.models import Event, SignOff, Submission
from tests.conftest import make_person
from tests.factories import (
    approve,
    make_draft,
    make_edition,
    make_source,
    make_submission,
    partnership_document,
    pattern_document,
)

pytestmark = pytest.mark.django_db
ITEM = "/desk/pattern/STC/"


@pytest.fixture
def draft(editor):
    make_source(editor)
    return make_draft(pattern_document(), editor)


@pytest.fixture
def submission(draft, editor):
    return workflow.submit("pattern", "STC", by=editor, note="The first text of STC")


def page(submission, verb=""):
    return f"/desk/submissions/{submission.pk}/{verb}"


def as_(client, person):
    client.force_login(person)
    return client


def text_of(response):
    return " ".join(response.content.decode().split())


def shown(submission, **changed):
    return {"digest": submission.digest, "base_edition": submission.base_edition, **changed}


# Who gets in


def pages(submission):
    """Every address of the desk, with its method."""
    return [
        ("get", "/desk/"),
        ("get", ITEM),
        ("post", f"{ITEM}submit/"),
        ("get", page(submission)),
        ("post", page(submission, "sign-off/")),
        ("post", page(submission, "request-changes/")),
        ("post", page(submission, "withdraw/")),
    ]


def test_who_has_no_role_is_told_what_everybody_is_told_of_nothing(client, stranger, submission):
    as_(client, stranger)
    nothing = client.get("/nothing-of-the-kind/").content
    absent = ["/desk/pattern/NIX/", "/desk/submissions/999999/"]
    answers = [getattr(client, method)(path) for method, path in pages(submission)]
    answers += [client.get(path) for path in absent]
    assert [answer.status_code for answer in answers] == [404] * 9
    assert {answer.content for answer in answers} == {nothing}


def test_an_administrator_without_a_role_at_the_desk_is_a_stranger_there(client, submission):
    as_(client, make_person("adam", "Adam", "Admin", roles.ADMINISTRATOR))
    assert {getattr(client, method)(path).status_code for method, path in pages(submission)} == {404}


def test_who_is_not_signed_in_is_sent_there_whatever_exists(client, submission):
    for path in ["/desk/", ITEM, "/desk/pattern/NIX/", page(submission), "/desk/submissions/999999/"]:
        answer = client.get(path)
        assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next={path}")
        assert answer.content == b""


def test_who_was_signed_out_comes_back_to_the_page_not_the_verb(client, submission):
    answer = client.post(page(submission, "sign-off/"), shown(submission))
    assert answer["Location"] == f"/accounts/login/?next={page(submission)}"


@pytest.mark.parametrize(
    "path",
    [
        "/desk/pattern/NIX/",
        "/desk/partnership/STC/",
        "/desk/source/smith-2026/",
        "/desk/family/sovereign/",
        "/desk/pear/STC/",
        "/desk/pattern/a%00b/",
        "/desk/submissions/999999/",
        "/desk/submissions/99999999999999999999999/",
    ],
)
def test_what_is_not_there_is_not_found(client, editor, draft, path):
    assert as_(client, editor).get(path).status_code == 404


def test_pages_are_read_and_verbs_are_posted(client, chief, submission):
    as_(client, chief)
    for method, path in pages(submission):
        other = client.get if method == "post" else client.post
        assert other(path).status_code == 405, path


# Queue


def test_queue_of_a_reviewer_has_what_they_may_sign_oldest_first(client, editor, reviewer, submission):
    make_submission(pattern_document("ABC"), editor)
    answer = as_(client, reviewer).get("/desk/")
    assert [item.draft.code for item in answer.context["queue"].to_sign] == ["STC", "ABC"]
    assert "Waiting for your review" in text_of(answer)
    assert "Your changes not yet submitted" not in text_of(answer)


def test_queue_says_what_a_reviewer_wrote_and_may_not_sign(client, chief, submission):
    make_submission(pattern_document("ABC"), chief)
    queue = as_(client, chief).get("/desk/").context["queue"]
    assert [item.draft.code for item in queue.to_sign] == ["STC"]
    assert [item.draft.code for item in queue.not_theirs] == ["ABC"]
    assert "You wrote part of these texts" in text_of(client.get("/desk/"))


def test_queue_keeps_apart_what_waits_for_a_second_signature(client, settings, submission, reviewer):
    settings.SIGN_OFFS_NEEDED = 2
    approve(submission, reviewer)
    queue = as_(client, reviewer).get("/desk/").context["queue"]
    assert (queue.to_sign, [item.draft.code for item in queue.signed]) == ([], ["STC"])


def test_queue_of_an_editor_has_their_changes_and_what_blocks(client, editor, other_editor, draft):
    make_draft(pattern_document("ABC", moves=2), editor)
    make_draft(pattern_document("XYZ"), other_editor)
    answer = as_(client, editor).get("/desk/")
    found = {waiting.item.draft.code: len(waiting.blockers) for waiting in answer.context["queue"].unsubmitted}
    assert found == {"STC": 0, "ABC": 1}
    assert "1 thing to mend first" in text_of(answer)
    assert "Ready to submit" in text_of(answer)


def test_queue_tells_the_editor_why_a_text_came_back(client, editor, other_editor, reviewer, submission):
    workflow.request_changes(submission, by=reviewer, reason="Move 2 is vague")
    answer = as_(client, editor).get("/desk/")
    waiting = answer.context["queue"].sent_back[0]
    assert (waiting.item.draft.code, waiting.reason, waiting.reason_by) == ("STC", "Move 2 is vague", "Rhea Reviewer")
    assert "Move 2 is vague" in text_of(answer)
    assert as_(client, other_editor).get("/desk/").context["queue"].sent_back == []


def test_queue_of_an_editor_has_what_is_in_review(client, editor, other_editor, submission):
    assert [item.draft.code for item in as_(client, editor).get("/desk/").context["queue"].in_review] == ["STC"]
    assert as_(client, other_editor).get("/desk/").context["queue"].in_review == []


def test_queue_forgets_whose_part_is_published(client, editor, other_editor, reviewer, submission):
    approve(submission, reviewer)
    make_draft(pattern_document(title="Changed by Otto"), other_editor)
    assert as_(client, editor).get("/desk/").context["queue"].unsubmitted == []
    assert len(as_(client, other_editor).get("/desk/").context["queue"].unsubmitted) == 1


def test_queue_is_narrowed_by_words_and_kind(client, editor, draft):
    make_draft(pattern_document("ABC", title="Capital letters"), editor)
    make_draft(partnership_document(), editor)
    as_(client, editor)

    def listed(**query):
        return [item.draft.code for item in client.get("/desk/", query).context["queue"].listed]

    assert listed() == ["ABC", "stargate", "STC"]
    assert listed(q="capital") == ["ABC"]
    assert listed(q="stc") == ["STC"]
    assert listed(kind="partnership") == ["stargate"]
    assert listed(q="%") == []
    assert "No item has this" in text_of(client.get("/desk/", {"q": "nothing like it"}))
    assert client.get("/desk/", {"q": "a\0b", "kind": "pear"}).status_code == 200


def test_empty_queue_says_what_will_stand_there(client, chief):
    told = text_of(as_(client, chief).get("/desk/"))
    assert "Nothing waits for you." in told
    assert "Everything you wrote is submitted or published." in told
    assert "There are no patterns or partnerships yet." in told


@pytest.mark.parametrize("count", [1, 3, 40])
def test_queue_takes_as_many_statements_for_many_items_as_for_one(
    client, count, editor, other_editor, reviewer, chief, django_assert_num_queries
):
    make_source(editor)
    for number in range(count):
        make_draft(pattern_document(f"D{number}"), chief)
        make_submission(pattern_document(f"S{number}"), editor)
        make_submission(pattern_document(f"C{number}"), chief)
        back = make_submission(pattern_document(f"B{number}"), chief)
        workflow.request_changes(back, by=reviewer, reason="Because")
        make_draft(partnership_document(f"p{number}", pattern="D0"), chief)
    as_(client, chief)
    with django_assert_num_queries(16):
        queue = client.get("/desk/").context["queue"]
    lists = (queue.to_sign, queue.not_theirs, queue.sent_back, queue.unsubmitted, queue.listed)
    assert [len(found) for found in lists] == [count, count, count, 2 * count, min(5 * count, 100)]
    assert queue.unlisted == max(0, 5 * count - 100)


# Item


def test_item_says_where_it_stands_and_leads_to_its_form(client, editor, draft):
    answer = as_(client, editor).get(ITEM)
    told = text_of(answer)
    assert answer.context["item"].state.words == ["Draft"]
    assert answer.context["edit_url"] in told and "/admin/patterns/pattern/" in answer.context["edit_url"]
    assert "Readers see nothing of this yet." in told
    assert "Submit for review" in told
    assert "First draft" in told


def test_item_of_a_reviewer_has_neither_form_nor_submit(client, reviewer, draft):
    answer = as_(client, reviewer).get(ITEM)
    assert answer.status_code == 200
    assert answer.context["edit_url"] == ""
    assert "Submit for review" not in text_of(answer) and "/change/" not in text_of(answer)


def test_item_lists_what_blocks_with_its_field(client, editor, reviewer):
    make_source(editor)
    document = pattern_document(subtitle="")
    document["kill_list"][0] |= {"mitigation": "", "grounding": "inferred"}
    make_draft(document, editor)
    answer = as_(client, editor).get(ITEM)
    form = answer.context["edit_url"]
    assert [href for _, href in answer.context["blockers"]] == [
        f"{form}#field-subtitle",
        f"{form}#field-STC-K1-mitigation",
    ]
    assert "STC-K1 needs a mitigation." in text_of(answer)
    assert [href for _, href in answer.context["warnings"]] == [f"{form}#field-STC-K1-mechanism"]
    assert "Submit for review" not in text_of(answer)
    assert [href for _, href in as_(client, reviewer).get(ITEM).context["blockers"]] == ["", ""]


def test_item_tells_its_submissions_with_outcome_and_reason(client, editor, reviewer, submission):
    workflow.request_changes(submission, by=reviewer, reason="Move 2 is vague")
    second = make_submission(pattern_document(title="Second"), editor, note="Clearer")
    workflow.withdraw(second, by=editor, reason="A typo")
    edition = make_edition(pattern_document(title="Third"), editor, reviewer)
    told = text_of(as_(client, editor).get(ITEM))
    for words in ("Move 2 is vague", "Changes requested", "A typo", "Withdrawn", "Clearer"):
        assert words in told
    assert f'<a href="/patterns/pattern-stc/{edition.number}/">edition {edition.number}</a>' in told
    assert "Public page" in told and "Verified" in told


def test_item_ties_each_publication_to_its_edition(client, editor, reviewer, submission):
    first = approve(submission, reviewer)
    second = make_edition(pattern_document(title="Second"), editor, reviewer)
    third = make_edition(pattern_document(), editor, reviewer)
    past = as_(client, editor).get(ITEM).context["submissions"]
    assert [row.edition for row in past] == [third, second, first]


def test_item_takes_as_many_statements_for_three_submissions_as_for_one(
    client, editor, reviewer, submission, django_assert_num_queries
):
    approve(submission, reviewer)
    as_(client, editor)
    with django_assert_num_queries(14):
        client.get(ITEM)
    make_edition(pattern_document(title="Second"), editor, reviewer)
    make_edition(pattern_document(title="Third"), editor, reviewer)
    with django_assert_num_queries(14):
        client.get(ITEM)


# Submit


def test_submitting_freezes_the_draft(client, editor, draft):
    answer = as_(client, editor).post(f"{ITEM}submit/", {"note": "The first text\r\n"}, follow=True)
    assert answer.redirect_chain == [(ITEM, 302)]
    assert "is in review now." in text_of(answer)
    submission = Submission.objects.get()
    assert (submission.digest, submission.note) == (draft.digest, "The first text")


def test_submitting_without_a_note_says_so_at_the_note(client, editor, draft):
    answer = as_(client, editor).post(f"{ITEM}submit/", {"note": " "})
    assert answer.status_code == 409
    told = text_of(answer)
    assert 'id="id_submitform_note_error"' in told and 'href="#id_submitform_note"' in told
    assert 'aria-describedby="id_submitform_note_helptext id_submitform_note_error"' in told
    assert not Submission.objects.exists()


@pytest.mark.parametrize("bad", ["turned \u202e round", "null \0"])
def test_a_note_that_no_document_may_hold_is_refused_and_kept(client, editor, draft, bad):
    answer = as_(client, editor).post(f"{ITEM}submit/", {"note": bad})
    assert answer.status_code == 409
    assert answer.context["form"].errors["note"]
    assert not Submission.objects.exists()


def test_what_blocks_refuses_and_keeps_the_note(client, editor):
    make_source(editor)
    make_draft(pattern_document(moves=2), editor)
    answer = as_(client, editor).post(f"{ITEM}submit/", {"note": "My long note"})
    assert answer.status_code == 409
    told = text_of(answer)
    assert "1 thing must be mended before review." in told
    assert "My long note</textarea>" in told
    assert "A pattern needs at least three kill-list moves." in told


def test_a_second_submission_is_refused_in_words(client, editor, submission):
    make_draft(pattern_document(title="Other"), editor)
    answer = as_(client, editor).post(f"{ITEM}submit/", {"note": "Again"})
    assert answer.status_code == 409
    assert "already in review" in text_of(answer) and "Again</textarea>" in text_of(answer)


def test_reviewers_do_not_submit(client, reviewer, draft):
    answer = as_(client, reviewer).post(f"{ITEM}submit/", {"note": "Mine"})
    assert answer.status_code == 403
    assert "Only editors submit drafts." in text_of(answer)
    assert not Submission.objects.exists()


# Review


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


def test_later_editions_are_told_by_their_changes(client, editor, reviewer, submission):
    edition, second = change(editor, reviewer, submission)
    answer = as_(client, reviewer).get(page(second))
    told = text_of(answer)
    assert answer.context["changes"] == 3
    assert f"3 changes against edition {edition.number}, digest {second.digest[:12]}…, and approve" in told
    assert "exactly these bytes for publication as the next edition." in told
    assert "<ins>, and why</ins>" in told
    assert [claim.sources[0].pinpoints for claim in answer.context["claims"] if claim.sources] == [["p. 9"], []]
    for claim in answer.context["claims"]:
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
    claims = as_(client, reviewer).get(page(second)).context["claims"]
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
    claims = as_(client, reviewer).get(page(second)).context["claims"]
    assert [claim.changes[0].path for claim in claims] == [("bibliography", "smith-2026", "title")]


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
    with django_assert_num_queries(16):
        client.get(page(second))
    workflow.withdraw(second, by=editor)
    single = make_submission(pattern_document(title="One change"), editor)
    with django_assert_num_queries(16):
        client.get(page(single))


# Sign off


def test_sign_off_publishes_and_leads_to_the_edition(client, reviewer, submission):
    answer = as_(client, reviewer).post(page(submission, "sign-off/"), shown(submission), follow=True)
    edition = Edition.objects.get()
    assert answer.redirect_chain == [(ITEM, 302)]
    assert edition.digest == submission.digest
    address = reverse("pattern-edition", args=["pattern-stc", edition.number])
    assert f'is published as <a href="{address}">edition {edition.number}</a>.' in text_of(answer)


def test_the_form_as_drawn_signs(client, editor, reviewer, submission):
    _, second = change(editor, reviewer, submission)
    form = as_(client, reviewer).get(page(second)).context["sign_form"]
    values = {field.html_name: field.value() for field in form}
    assert values == shown(second)
    assert client.post(form.action, values).status_code == 302
    assert Edition.objects.count() == 2


def test_first_of_two_signatures_says_that_one_is_missing(client, settings, reviewer, submission):
    settings.SIGN_OFFS_NEEDED = 2
    assert "Sign off</button>" in text_of(as_(client, reviewer).get(page(submission)))
    answer = client.post(page(submission, "sign-off/"), shown(submission), follow=True)
    assert "when the next reviewer has signed it too" in text_of(answer)
    assert not Edition.objects.exists()
    again = client.post(page(submission, "sign-off/"), shown(submission))
    assert again.status_code == 409
    assert "You have signed this text off already." in text_of(again)


def test_last_of_two_signatures_says_that_it_publishes(client, settings, reviewer, other_reviewer, submission):
    settings.SIGN_OFFS_NEEDED = 2
    approve(submission, reviewer)
    told = text_of(as_(client, other_reviewer).get(page(submission)))
    assert "Sign off and publish</button>" in told and "1 of 2: Rhea Reviewer" in told


@pytest.mark.parametrize(
    "forged", [{"digest": "0" * 64}, {"digest": ""}, {"digest": "a\0"}, {"base_edition": "2020.01"}]
)
def test_what_was_not_shown_is_not_signed(client, reviewer, submission, forged):
    answer = as_(client, reviewer).post(page(submission, "sign-off/"), shown(submission, **forged))
    assert answer.status_code == 409
    told = text_of(answer)
    assert "Nothing was recorded" in told and f'href="{page(submission)}"' in told
    assert not SignOff.objects.exists() and not Edition.objects.exists()
    assert Event.objects.exclude(what="submitted").count() == 0


def test_an_empty_form_signs_nothing(client, reviewer, submission):
    assert as_(client, reviewer).post(page(submission, "sign-off/")).status_code == 409
    assert not SignOff.objects.exists()


def test_text_that_changed_meanwhile_is_told(client, editor, reviewer, submission):
    workflow.withdraw(submission, by=editor, reason="I found a mistake")
    second = make_submission(pattern_document(title="Pattern STC mended"), editor)
    answer = as_(client, reviewer).post(page(submission, "sign-off/"), shown(submission))
    told = text_of(answer)
    assert answer.status_code == 409
    assert "This submission is withdrawn. Nothing was recorded." in told
    assert "I found a mistake" in told
    assert "<ins>Pattern STC mended</ins>" in told or "<ins> mended</ins>" in told
    assert f'href="{page(second)}"' in told
    assert not SignOff.objects.exists()


def test_signing_the_newer_text_with_the_older_digest_is_told(client, editor, reviewer, submission):
    workflow.withdraw(submission, by=editor)
    second = make_submission(pattern_document(title="Pattern STC mended"), editor)
    answer = as_(client, reviewer).post(page(second, "sign-off/"), shown(second, digest=submission.digest))
    assert answer.status_code == 409
    assert "The text changed after you opened this page." in text_of(answer)
    assert [told.path for told in answer.context["changes"]] == [("title",)]


def test_signing_twice_by_a_double_click_is_told(client, reviewer, submission):
    as_(client, reviewer).post(page(submission, "sign-off/"), shown(submission))
    answer = client.post(page(submission, "sign-off/"), shown(submission))
    assert answer.status_code == 409
    assert "already published as edition" in text_of(answer)
    assert SignOff.objects.count() == 1 and Edition.objects.count() == 1


def test_contributors_and_editors_do_not_sign(client, chief, editor, submission):
    workflow.withdraw(submission, by=editor)
    own = make_submission(pattern_document(title="By the chief"), chief)
    for person, sentence in ((chief, "You contributed"), (editor, "Only reviewers sign off.")):
        answer = as_(client, person).post(page(own, "sign-off/"), shown(own))
        assert answer.status_code == 403
        assert sentence in text_of(answer)
    assert not SignOff.objects.exists()


# Request changes


def test_changes_are_requested_with_a_reason(client, reviewer, submission):
    answer = as_(client, reviewer).post(page(submission, "request-changes/"), {"reason": "Vague"}, follow=True)
    assert answer.redirect_chain == [(ITEM, 302)]
    assert Submission.objects.get().state == "changes_requested"
    assert Event.objects.last().reason == "Vague"


def test_changes_without_a_reason_are_not_requested(client, reviewer, submission):
    answer = as_(client, reviewer).post(page(submission, "request-changes/"), {"reason": ""})
    assert answer.status_code == 409
    assert 'href="#id_requestchangesform_reason"' in text_of(answer)
    assert Submission.objects.get().state == "open"


def test_a_reason_is_kept_when_somebody_else_decided_first(client, editor, reviewer, submission):
    workflow.withdraw(submission, by=editor)
    answer = as_(client, reviewer).post(page(submission, "request-changes/"), {"reason": "My long reason"})
    assert answer.status_code == 409
    assert "This submission is withdrawn; nothing was recorded." in text_of(answer)
    assert "My long reason</textarea>" in text_of(answer)


def test_editors_do_not_request_changes(client, editor, submission):
    answer = as_(client, editor).post(page(submission, "request-changes/"), {"reason": "Vague"})
    assert answer.status_code == 403
    assert "Only reviewers request changes." in text_of(answer)


# Withdraw


def test_who_submitted_withdraws(client, editor, submission):
    answer = as_(client, editor).post(page(submission, "withdraw/"), {"reason": ""}, follow=True)
    assert answer.redirect_chain == [(ITEM, 302)]
    assert "is withdrawn from review." in text_of(answer)
    assert Submission.objects.get().state == "withdrawn"


def test_others_do_not_withdraw(client, other_editor, reviewer, submission):
    for person in (other_editor, reviewer):
        assert as_(client, person).post(page(submission, "withdraw/"), {"reason": "x"}).status_code == 403
    assert Submission.objects.get().state == "open"


def test_a_closed_submission_is_not_withdrawn(client, editor, reviewer, submission):
    approve(submission, reviewer)
    answer = as_(client, editor).post(page(submission, "withdraw/"), {"reason": "Too late"})
    assert answer.status_code == 409
    assert "nothing was recorded" in text_of(answer) and "Too late</textarea>" in text_of(answer)


def test_a_reason_that_cannot_be_kept_is_refused(client, editor, submission):
    answer = as_(client, editor).post(page(submission, "withdraw/"), {"reason": "turned \u202e round"})
    assert answer.status_code == 409
    assert Submission.objects.get().state == "open"


# The frame


def test_desk_names_the_person_and_logs_out_by_post(client, reviewer):
    told = text_of(as_(client, reviewer).get("/desk/"))
    assert "Rhea Reviewer" in told and "reviewer</span>" in told
    assert '<form class="person" method="post" action="/accounts/logout/">' in told
    assert "Demo." not in told


def test_demo_says_so_on_every_page(client, settings, reviewer):
    settings.DEMO = True
    assert "Demo." in text_of(as_(client, reviewer).get("/desk/"))


# Evidence in the admin


@pytest.mark.parametrize(
    ("role", "status"), [(roles.CHIEF_EDITOR, 200), (roles.ADMINISTRATOR, 200), (roles.EDITOR, 403)]
)
@pytest.mark.parametrize("model", ["submission", "signoff", "event"])
def test_evidence_is_read_by_who_answers_for_the_library(client, role, status, model, reviewer, submission):
    approve(submission, reviewer)
    as_(client, make_person("pat", "Pat", "Person", role))
    assert client.get(f"/admin/reviews/{model}/").status_code == status


@pytest.mark.parametrize("model", [Submission, SignOff, Event])
def test_evidence_is_not_written_in_the_admin(admin_client, model, reviewer, submission):
    approve(submission, reviewer)
    base = f"/admin/reviews/{model._meta.model_name}/"
    pk = model.objects.first().pk
    assert admin_client.get(f"{base}{pk}/change/").status_code == 200
    assert admin_client.get(f"{base}add/").status_code == 403
    assert admin_client.get(f"{base}{pk}/delete/").status_code == 403
    assert admin_client.post(f"{base}{pk}/change/", {"state": "withdrawn"}).status_code == 403


def test_nothing_of_a_draft_is_lost_by_a_review(client, editor, reviewer, submission):
    before = Draft.objects.get(code="STC").digest
    workflow.request_changes(submission, by=reviewer, reason="Because")
    assert Draft.objects.get(code="STC").digest == before
