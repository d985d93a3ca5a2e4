"""Talking about an item: what is recorded, who may, what never changes, and what blocks a sign-off."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from accounts import roles
from library.models import Edition
from reviews import cases, comments, permissions, workflow
from reviews.models import Comment, Event, Submission
from reviews.refusals import NotAllowed
from reviews.talk import of_draft
from tests.conftest import make_person
from tests.factories import approve, make_draft, make_edition, make_source, make_submission, pattern_document

pytestmark = pytest.mark.django_db

MECHANISM = ("kill_list", "STC-K1", "mechanism")


def remark(submission, by, text="Why?", place=MECHANISM, **options):
    return comments.comment(
        submission.kind,
        submission.code,
        by=by,
        text=text,
        texts=[submission.read()],
        place=place,
        submission=submission,
        **options,
    )


# Saying


def test_a_comment_keeps_who_when_where_and_the_words_it_is_about(submission, reviewer):
    made = remark(submission, reviewer, text="Why?\r\nSay it.  \n")
    assert (made.text, made.place, made.quote) == (
        "Why?\nSay it.",
        list(MECHANISM),
        "Why move 1 fails [@smith-2026].",
    )
    assert (made.name, made.role, made.user_id) == ("Rhea Reviewer", "Reviewer", reviewer.pk)
    event = Event.objects.last()
    assert (event.what, event.submission, event.digest_after) == ("commented", submission.pk, submission.digest)
    assert (event.name, event.reason) == ("Rhea Reviewer", "Why?\nSay it.")


def test_a_name_stays_when_its_account_is_renamed_and_closed(submission, reviewer):
    made = remark(submission, reviewer)
    reviewer.first_name, reviewer.is_active = "Élodie", False
    reviewer.save()
    made.refresh_from_db()
    assert (made.name, made.role) == ("Rhea Reviewer", "Reviewer")


def test_french_names_and_words_are_kept(submission):
    person = make_person("zoe", "Zoé", "L’Hérault-Nuñez", roles.REVIEWER)
    made = remark(submission, person, text="Ça ne suffit pas : « où » ?")
    assert (made.name, made.text) == ("Zoé L’Hérault-Nuñez", "Ça ne suffit pas : « où » ?")


@pytest.mark.parametrize("text", ["", "  \n "])
def test_a_comment_says_something(submission, reviewer, text):
    with pytest.raises(NotAllowed, match="Write what you want to say"):
        remark(submission, reviewer, text=text)
    assert not Comment.objects.exists() and Event.objects.count() == 1


def test_a_comment_has_an_end(submission, reviewer):
    assert remark(submission, reviewer, text="x" * 5_000)
    with pytest.raises(NotAllowed, match="5,001 characters; use at most 5,000"):
        remark(submission, reviewer, text="x" * 5_001)


def test_the_same_said_twice_within_a_minute_is_one_comment(submission, reviewer, other_reviewer):
    made = remark(submission, reviewer)
    assert remark(submission, reviewer) == made
    assert Event.objects.filter(what="commented").count() == 1
    others = [
        remark(submission, reviewer, text="Why not?"),
        remark(submission, reviewer, place=()),
        remark(submission, reviewer, is_blocking=True),
        remark(submission, other_reviewer),
    ]
    assert Comment.objects.count() == 1 + len(others)


def test_the_same_is_said_again_once_it_is_resolved_or_time_has_passed(submission, reviewer, monkeypatch):
    made = remark(submission, reviewer)
    comments.resolve(made, by=reviewer)
    again = remark(submission, reviewer)
    monkeypatch.setattr(comments, "TWICE", timedelta(0))
    assert len({made, again, remark(submission, reviewer)}) == 3


def test_the_same_words_about_another_wording_or_submission_are_a_new_comment(submission, reviewer, editor):
    made = [remark(submission, reviewer), remark(submission, reviewer, place=())]
    workflow.withdraw(submission, by=editor)
    rows = pattern_document()["kill_list"]
    rows[0]["mechanism"] = "Another wording."
    again = make_submission(pattern_document(kill_list=rows), editor)
    made += [remark(again, reviewer), remark(again, reviewer, place=())]
    assert len(set(made)) == 4
    assert made[2].quote == "Another wording." and made[2].submission == made[3].submission == again.pk


def test_the_same_answer_after_somebody_spoke_is_a_new_one(submission, reviewer, editor):
    asked = remark(submission, reviewer)
    said = [(editor, "Done."), (reviewer, "Not yet, the second sentence too."), (editor, "Done.")]
    answers = [comments.reply(asked, by=by, text=text) for by, text in said]
    assert list(asked.replies.all()) == answers and len(set(answers)) == 3
    assert Event.objects.filter(what="replied").count() == 3
    assert comments.reply(asked, by=editor, text="Done.") == answers[-1]


def test_the_same_answer_is_given_again_once_time_has_passed(submission, reviewer, editor, monkeypatch):
    asked = remark(submission, reviewer)
    answer = comments.reply(asked, by=editor, text="Done.")
    monkeypatch.setattr(comments, "TWICE", timedelta(0))
    assert comments.reply(asked, by=editor, text="Done.") != answer


def test_the_same_answer_twice_is_one(submission, reviewer, editor):
    made = remark(submission, reviewer)
    answer = comments.reply(made, by=editor, text="Because.")
    assert comments.reply(made, by=editor, text="Because.") == answer
    assert comments.reply(made, by=reviewer, text="Because.") != answer
    assert Event.objects.filter(what="replied").count() == 2


@pytest.mark.parametrize(
    "place", [("kill_list", "STC-K9"), ("nothing",), ("title", "x"), ("tags", "x"), ("kill_list", "STC-K1", "x")]
)
def test_a_comment_is_about_something(submission, reviewer, place):
    with pytest.raises(NotAllowed, match="no longer has the place"):
        remark(submission, reviewer, place=place)


def test_long_words_are_quoted_from_their_beginning(editor, reviewer):
    make_source(editor)
    long = make_submission(pattern_document(fits_when="word " * 100_000), editor)
    quote = remark(long, reviewer, place=("fits_when",)).quote
    assert quote.startswith("word word") and quote.endswith("word …") and len(quote) <= 300


@pytest.mark.parametrize(
    ("place", "quote"),
    [
        ((), ""),
        (("kill_list", "STC-K2"), "Move 2 of STC\nWhy move 2 fails [@smith-2026]."),
        (("anchors",), "smith-2026\nWhat it found."),
        (("family",), "Sovereign\nsovereign"),
    ],
)
def test_rows_lists_and_the_whole_item_can_be_spoken_of(submission, reviewer, place, quote):
    made = remark(submission, reviewer, place=place).quote
    assert made.startswith(quote) if quote else made == ""


# Who may


def test_strangers_do_not_comment_answer_or_resolve(submission, reviewer, stranger):
    made = remark(submission, reviewer)
    for act in (
        lambda: remark(submission, stranger),
        lambda: comments.reply(made, by=stranger, text="x"),
        lambda: comments.resolve(made, by=stranger),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert Comment.objects.count() == 1


ROLES = [roles.EDITOR, roles.REVIEWER, roles.LEGAL_REVIEWER, roles.CHIEF_EDITOR, roles.ADMINISTRATOR, "none"]
DESK = {roles.EDITOR, roles.REVIEWER, roles.LEGAL_REVIEWER, roles.CHIEF_EDITOR}
BLOCKERS = DESK - {roles.EDITOR}


@pytest.mark.parametrize("role", ROLES)
def test_every_role_has_exactly_its_rights(role):
    person = make_person("pat", "Pat", "Person", role)
    mild, hard = Comment(), Comment(is_blocking=True)
    assert permissions.may_comment(person) is (role in DESK)
    assert permissions.may_block(person) is (role in BLOCKERS)
    assert permissions.may_resolve(person, mild, {person.pk}) is (role in DESK)
    assert permissions.may_resolve(person, hard, set()) is (role in BLOCKERS)
    assert permissions.may_resolve(person, hard, {person.pk}) is False
    assert permissions.may_reopen(person, mild) is (role in DESK)
    assert permissions.may_reopen(person, hard) is (role in BLOCKERS)


def test_editors_do_not_block(submission, other_editor):
    with pytest.raises(PermissionDenied, match="Only reviewers block"):
        remark(submission, other_editor, is_blocking=True)


def test_who_wrote_the_text_does_not_resolve_what_blocks_it(editor, chief):
    """Not even the reviewer who asked, once they mended it themselves."""
    make_source(editor)
    submission = make_submission(pattern_document(), editor)
    made = remark(submission, chief, is_blocking=True)
    workflow.request_changes(submission, by=chief, reason="See my comment")
    make_draft(pattern_document(title="Mended by the chief"), chief)
    assert comments.writers("pattern", "STC") == {editor.pk, chief.pk}
    with pytest.raises(PermissionDenied, match="A reviewer who did not write this text"):
        comments.resolve(made, by=chief)
    made.refresh_from_db()
    assert made.is_open


def test_only_reviewers_reopen_what_blocks(submission, reviewer, editor):
    made = remark(submission, reviewer, is_blocking=True)
    comments.resolve(made, by=reviewer)
    with pytest.raises(PermissionDenied, match="Only reviewers reopen"):
        comments.reopen(made, by=editor)
    comments.reopen(made, by=reviewer)
    assert comments.open_blocking("pattern", "STC") == [made]


def test_without_a_draft_nobody_wrote():
    assert comments.writers("pattern", "NIX") == set()


# Answers and resolution


def test_answers_stand_under_the_comment_and_tell_its_author(submission, reviewer, editor):
    made = remark(submission, reviewer)
    answer = comments.reply(made, by=editor, text="Because.")
    assert (answer.answers, answer.place, answer.submission) == (made, made.place, submission.pk)
    event = Event.objects.last()
    assert (event.what, event.other_id, event.other, event.reason) == (
        "replied",
        reviewer.pk,
        "Rhea Reviewer",
        "Because.",
    )
    with pytest.raises(NotAllowed, match="Answer the comment that began"):
        comments.reply(answer, by=reviewer, text="And?")


def test_resolving_and_reopening_say_who(submission, reviewer, editor):
    made = remark(submission, reviewer)
    comments.resolve(made, by=editor)
    made.refresh_from_db()
    assert (made.is_open, made.resolved_by, made.resolved_by_id) == (False, "Edda Editor", editor.pk)
    with pytest.raises(NotAllowed, match="resolved already"):
        comments.resolve(made, by=reviewer)
    comments.reopen(made, by=reviewer)
    made.refresh_from_db()
    assert (made.is_open, made.resolved_by, made.resolved_by_id) == (True, "", None)
    with pytest.raises(NotAllowed, match="open already"):
        comments.reopen(made, by=editor)
    told = list(Event.objects.exclude(what="submitted").values_list("what", "other"))
    assert told == [("commented", ""), ("resolved", "Rhea Reviewer"), ("reopened", "")]


def test_a_comment_beside_the_draft_names_its_digest(draft, editor):
    comments.comment("pattern", "STC", by=editor, text="To do", texts=[draft.read()])
    event = Event.objects.get()
    assert (event.what, event.submission, event.digest_after) == ("commented", None, draft.digest)


# What the database holds


def test_what_was_said_is_never_changed_or_deleted(submission, reviewer):
    made = remark(submission, reviewer)
    same = Comment.objects.filter(pk=made.pk)
    for change in ({"text": "Else"}, {"name": "Else"}, {"is_blocking": True}, {"place": []}):
        with pytest.raises(IntegrityError, match="only the resolution"), transaction.atomic():
            same.update(**change)
    with pytest.raises(IntegrityError, match="never deleted"), transaction.atomic():
        same.delete()
    with pytest.raises(IntegrityError, match="never deleted"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM reviews_comment")


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"text": ""}, "a_comment_says_something"),
        ({"resolved_by": "Rhea"}, "a_comment_is_resolved_by_somebody"),
        ({"resolved_by_id": 1}, "a_comment_is_resolved_by_somebody"),
    ],
)
def test_half_a_comment_is_refused_by_the_database(submission, reviewer, change, constraint):
    made = remark(submission, reviewer)
    made.pk = None
    for field, value in change.items():
        setattr(made, field, value)
    with pytest.raises(IntegrityError, match=constraint):
        made.save(force_insert=True)


def test_an_answer_is_no_remark(submission, reviewer):
    made = remark(submission, reviewer)
    said = {"kind": "pattern", "code": "STC", "user_id": 1, "name": "x", "role": "", "at": made.at, "text": "x"}
    answer = comments.reply(made, by=reviewer, text="And")
    for wrong in (
        {"answers": answer, "place": made.place},  # of an answer
        {"answers": made, "place": ["title"]},  # elsewhere
        {"answers": made, "place": made.place, "code": "ABC"},  # on another item
    ):
        with pytest.raises(IntegrityError, match="answers a remark at the same place"), transaction.atomic():
            Comment.objects.create(**{**said, **wrong})
    with pytest.raises(IntegrityError, match="an_answer_neither_blocks"), transaction.atomic():
        Comment.objects.create(**said, answers=made, place=made.place, is_blocking=True)


# Blocking


def test_an_open_blocking_comment_refuses_every_sign_off(submission, reviewer, other_reviewer):
    made = remark(submission, other_reviewer, is_blocking=True)
    remark(submission, other_reviewer)
    with pytest.raises(NotAllowed, match="1 comment blocks this text"):
        approve(submission, reviewer)
    remark(submission, reviewer, is_blocking=True)
    assert workflow.why_not_sign_off(cases.case_of(submission), reviewer).startswith("2 comments block this text")
    assert not Edition.objects.exists()
    for one in comments.open_blocking("pattern", "STC"):
        comments.resolve(one, by=reviewer)
    assert made.pk and approve(submission, reviewer).number


def test_a_blocking_comment_lives_on_in_the_next_submission(submission, editor, reviewer):
    remark(submission, reviewer, is_blocking=True)
    workflow.withdraw(submission, by=editor)
    again = make_submission(pattern_document(title="Again"), editor)
    with pytest.raises(NotAllowed, match="1 comment blocks"):
        approve(again, reviewer)


def test_a_blocking_comment_blocks_no_other_item(submission, editor, reviewer):
    remark(submission, reviewer, is_blocking=True)
    assert make_edition(pattern_document("ABC"), editor, reviewer).code == "ABC"


# Rows that move, go and come back


def detach(editor, rows):
    document = pattern_document()
    document["kill_list"] = [document["kill_list"][row] for row in rows]
    return make_draft(document, editor)


def test_a_comment_follows_its_row_and_is_detached_and_attached_again(submission, editor, reviewer):
    made = remark(submission, reviewer, place=("kill_list", "STC-K3"))

    def thread(draft):
        talk = of_draft(draft, reviewer)
        return talk.threads[0], [one.comment for one in talk.detached]

    moved, detached = thread(detach(editor, [2, 0, 1]))
    assert moved.stands and not moved.is_earlier and detached == []
    gone, detached = thread(detach(editor, [0, 1]))
    assert not gone.stands and detached == [made]
    assert gone.where == "Kill list, STC-K3" and made.quote.startswith("Move 3 of STC")
    back, detached = thread(detach(editor, [0, 1, 2]))
    assert back.stands and not back.is_earlier and detached == []


def test_a_comment_on_changed_words_is_about_an_earlier_wording(submission, editor, reviewer):
    remark(submission, reviewer)
    remark(submission, reviewer, place=())
    document = pattern_document()
    document["kill_list"][0]["mechanism"] = "Another reason."
    on_words, on_whole = of_draft(make_draft(document, editor), reviewer).threads
    assert on_words.is_earlier and not on_whole.is_earlier


@pytest.mark.django_db(transaction=True)
def test_a_blocking_comment_waits_for_a_publication_under_way(editor, reviewer, other_reviewer):
    """Between the check of a sign-off and its commit nobody can slip a blocking comment in."""
    from threading import Thread

    from library.ledger import lock_library

    make_source(editor)
    submission = make_submission(pattern_document(), editor)

    def say():
        try:
            remark(submission, other_reviewer, is_blocking=True)
        finally:
            connection.close()

    late = Thread(target=say)
    with transaction.atomic():
        lock_library()
        late.start()
        late.join(0.4)
        assert late.is_alive() and not Comment.objects.exists()
    late.join(10)
    assert Comment.objects.count() == 1
    assert Submission.objects.get().state == "open"
