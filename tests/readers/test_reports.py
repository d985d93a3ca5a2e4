"""The life of a report: every state by every step, who may, what is told to whom."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from library.frozen import NeverChanges
from mailroom.models import Letter
from readers import links, report_letters, reports
from readers.models import OutgoingMessage, Posting, Report, ReportEvent
from readers.refusals import NotAllowed, SentAlready, TooMany
from tests.library.factories import partnership, pattern, publish_again
from tests.library.test_withheld import withhold
from tests.readers.factories import DECIDED, REASON, SUMMARY, corrected, left, make_report, newest

State = Report.State


@pytest.fixture
def report(published):
    return make_report()


@pytest.fixture
def mended(report):
    """A later edition of the pattern."""
    publish_again(pattern(), timezone.now().date().isoformat(), title="Mended")
    return newest()


VERBS = {
    "take": lambda report, by: reports.take(report, by=by),
    "correct": corrected,
    "leave": left,
    "set aside": lambda report, by: reports.set_aside(report, by=by),
    "reopen": lambda report, by: reports.reopen(report, by=by),
    "withdraw": lambda report, by: reports.withdraw(report),
}
STEPS = {
    State.RECEIVED: [],
    State.LOOKED_AT: ["take"],
    State.CORRECTED: ["correct"],
    State.NOT_CHANGED: ["leave"],
    State.SPAM: ["set aside"],
    State.WITHDRAWN: ["withdraw"],
}
LEADS_TO = {
    State.RECEIVED: {"take": "looked_at", "correct": "corrected", "leave": "not_changed", "set aside": "spam"},
    State.LOOKED_AT: {"correct": "corrected", "leave": "not_changed", "set aside": "spam"},
    State.CORRECTED: {"reopen": "looked_at"},
    State.NOT_CHANGED: {"reopen": "looked_at"},
    State.SPAM: {"reopen": "looked_at"},
    State.WITHDRAWN: {},
}
for state in Report.OPEN:
    LEADS_TO[state]["withdraw"] = "withdrawn"


def tried(report, by, *verbs):
    """The state to which the verbs lead, None when the last is refused and records nothing; all is undone."""
    with transaction.atomic():
        for verb in verbs[:-1]:
            VERBS[verb](report, by)
        events, outcome = ReportEvent.objects.count(), None
        try:
            VERBS[verbs[-1]](report, by)
            outcome = Report.objects.get(pk=report.pk).state
        except NotAllowed:
            pass
        assert ReportEvent.objects.count() == events + bool(outcome)
        transaction.set_rollback(True)
    report.refresh_from_db()
    return outcome


def test_every_step_from_every_state(mended, report, editor):
    found = {state: {verb: tried(report, editor, *STEPS[state], verb) for verb in VERBS} for state in State.values}
    assert found == {state: dict.fromkeys(VERBS) | LEADS_TO[state] for state in State.values}


def test_nobody_but_editors_answers(mended, report, reviewer, stranger):
    for verb in set(VERBS) - {"withdraw"}:
        for person in (reviewer, stranger):
            with pytest.raises(PermissionDenied):
                VERBS[verb](report, person)
    assert not ReportEvent.objects.exists()


def test_an_event_says_who_in_which_role_and_when(report, chief, clock):
    reports.take(report, by=chief)
    event = ReportEvent.objects.get()
    assert (event.report, event.what, event.name, event.role, event.at) == (
        *(report.pk, "taken", "Cleo Chief", "Chief editor"),
        clock.now,
    )
    for change in (event.delete, ReportEvent.objects.all().delete):
        with pytest.raises(NeverChanges):
            change()


def test_another_editor_takes_over(report, editor, other_editor):
    reports.take(report, by=editor)
    with pytest.raises(NotAllowed, match="You are looking at it already"):
        reports.take(report, by=editor)
    reports.take(report, by=other_editor)
    assert report.taken_by == "Otto Editor"


def test_who_is_second_of_two_is_told(report, editor, other_editor):
    same = Report.objects.get()
    left(report, editor)
    with pytest.raises(NotAllowed, match="Somebody else acted on this report a moment ago"):
        reports.set_aside(same, by=other_editor)
    assert [event.what for event in ReportEvent.objects.all()] == ["not_changed"]


def test_only_a_later_edition_of_the_item_corrects(library, report, editor):
    assert list(reports.editions_for(report)) == []
    for edition in (newest(), newest("stargate")):
        with pytest.raises(NotAllowed, match="cannot have put this right"):
            reports.correct(report, edition=edition, by=editor, **DECIDED)
    publish_again(pattern(), "2026-02-05")
    publish_again(pattern(), "2026-03-05")
    assert [edition.number for edition in reports.editions_for(report)] == ["2026.03", "2026.02"]
    withhold("STC", "2026.03", day="2026-03-06")
    assert [edition.number for edition in reports.editions_for(report)] == ["2026.02"]


def test_a_source_is_corrected_in_an_edition_that_cites_it(library, clock, editor):
    report = make_report("@release-2025")
    assert (report.kind, report.code, report.edition, report.about) == ("source", "release-2025", "", "@release-2025")
    assert list(reports.editions_for(report)) == []
    publish_again(partnership(), "2026-12-05")
    publish_again(pattern(), "2026-12-06")
    assert [str(edition) for edition in reports.editions_for(report)] == ["stargate 2026.12"]
    assert corrected(report, editor, "stargate").decision.code == "stargate"


# Sending


def test_a_report_keeps_the_claim_as_it_was_read(library):
    publish_again(partnership(), "2026-02-05", name="Renamed")
    report = make_report("stargate/STC-K1", "2026.01", thanks="Zoë d’Été", url="https://example.org/")
    assert (report.kind, report.code, report.row, report.edition) == ("partnership", "stargate", "STC-K1", "2026.01")
    assert (report.title, report.claim) == ("Stargate", "Score of STC-K1: Do STC-K1.")
    assert (report.about, report.state) == ("stargate/STC-K1", "received")
    assert Posting.objects.count() == 1


def test_a_form_sent_twice_makes_one_report(published):
    first = make_report(nonce="one", network="here", email="reader@example.org")
    assert make_report(nonce="one", network="here", email="reader@example.org") == first
    assert (Report.objects.count(), Posting.objects.count(), OutgoingMessage.objects.count()) == (1, 1, 1)


def test_the_same_form_with_other_words_is_asked_about(published):
    first = make_report(nonce="one", email="typo@exmaple.org")
    others = [{name: "x@example.org"} for name in ("problem", "text", "url", "thanks", "email")]
    for other in [*others, {"about": "STC-K2"}, {"about": "STC"}]:
        with pytest.raises(SentAlready, match=first.receipt):
            make_report(nonce="one", **{"email": "typo@exmaple.org", **other})
    assert Report.objects.get() == first == make_report(nonce="one", email="typo@exmaple.org")


def test_beyond_the_limit_nothing_is_recorded(published):
    for _ in range(5):
        make_report(network="here")
    with pytest.raises(TooMany):
        make_report(network="here")
    make_report(network="there")
    assert Report.objects.count() == 6


def test_nobody_fills_the_mailbox_of_another(published):
    for tag in ("", "+a", "+b", "+a", ""):
        make_report(email=f"Victim{tag}@example.org")
    for tag in ("", "+a", "+c"):
        with pytest.raises(TooMany, match="Leave it out"):
            make_report(email=f"victim{tag}@EXAMPLE.org")
    make_report()
    make_report(email="other@example.org")
    assert OutgoingMessage.objects.count() == 6


# Letters


def letters_to(person):
    return list(Letter.objects.filter(person=person).values_list("about", "subject", "link"))


def test_editors_get_a_letter_without_a_word_of_the_readers(published, editor, chief, reviewer, stranger):
    report = make_report(text="Buy pills.", thanks="Pill Shop", email="reader@example.org")
    told = [(f"report/{report.pk}", "A reader reports a problem with STC-K1", f"/desk/reports/{report.pk}/")]
    assert letters_to(editor) == letters_to(chief) == told
    assert letters_to(reviewer) == letters_to(stranger) == []
    words = "".join(Letter.objects.values_list("text", flat=True))
    assert "STC-K1 in “Pattern STC”: a fact is wrong" in words
    assert all(word not in words for word in ("pills", "Pill", report.receipt, "reader@"))


def test_nobody_is_asked_to_look_at_what_is_closed(published, editor):
    for verb in ("leave", "set aside", "withdraw"):
        report = make_report()
        assert letters_to(editor)
        VERBS[verb](report, editor)
        assert not letters_to(editor)


def messages():
    return list(OutgoingMessage.objects.values_list("address", "subject"))


def test_the_sender_is_written_to_on_receipt_and_on_decision(published, editor):
    report = make_report(email="reader@example.org", text="Buy pills.", thanks="Pill Shop")
    left(report, editor)
    receipt, decision = OutgoingMessage.objects.all()
    assert receipt.subject == "Your report about STC-K1 has arrived"
    assert decision.subject == "Your report about STC-K1: not changed"
    assert {receipt.address, decision.address} == {"reader@example.org"}
    assert decision.text.startswith(
        "You reported a problem with STC-K1 in “Pattern STC”.\n\nAn editor has looked at it, and nothing was changed."
        f"\n\nReported: {SUMMARY}\n\nNot changed, because: {REASON}\n\nThis answer stands here:\n\n"
        f"http://testserver{links.to_answer(report)}\n"
    )
    assert f"stands here:\n\nhttp://testserver{links.to_answer(report)}\n" in receipt.text
    for word in ("pills", "Pill", report.receipt):
        assert all(word not in one.subject + one.text for one in (receipt, decision))


def test_the_decision_names_the_edition(published, editor):
    report = make_report(email="reader@example.org")
    publish_again(pattern(), "2026-12-05")
    corrected(report, editor, reason="")
    told = OutgoingMessage.objects.last()
    assert told.subject == "Your report about STC-K1: corrected in edition 2026.12"
    assert (
        "\n\nIt is corrected in edition 2026.12: http://testserver/patterns/pattern-stc/2026.12/\n"
        "What changed: http://testserver/patterns/pattern-stc/compare/2026.01/2026.12/\n\n"
        f"Reported: {SUMMARY}\n\nThis answer"
    ) in told.text


def test_the_decision_names_the_item_that_corrects_a_source(library, clock, editor):
    report = make_report("@release-2025", email="reader@example.org")
    publish_again(partnership(), "2026-12-05")
    text = report_letters.words(corrected(report, editor, "stargate"), f"decision/{report.decision_id}")["text"]
    assert "in edition 2026.12 of stargate: http://testserver/partnerships/stargate/2026.12/\n\nReported" in text
    withhold("stargate", "2026.12", day="2026-12-06")
    text = report_letters.words(report, f"decision/{report.decision_id}")["text"]
    assert "It was corrected in edition 2026.12 of stargate, which is withheld.\n\nThis answer" in text


def test_a_decision_taken_back_is_not_told(published, editor):
    report = make_report(email="reader@example.org")
    left(report, editor)
    reports.reopen(report, by=editor)
    assert len(messages()) == 1
    left(report, editor)
    assert len(messages()) == 2


def test_who_gave_no_address_gets_nothing(report, editor):
    left(report, editor)
    assert messages() == []


def test_who_withdraws_is_named_nowhere(published, editor):
    report = make_report(email="reader@example.org", thanks="Zoë")
    OutgoingMessage.objects.update(tries=1, problem="OSError")  # it could not be sent at once
    reports.withdraw(report)
    assert (report.email, report.thanks, messages()) == ("", "", [])
    assert ReportEvent.objects.values_list("name", "user_id").get() == ("The sender", None)


def test_a_name_is_thanked_only_where_one_was_given_and_taken_out_once(published, editor):
    report, nameless = make_report(thanks="Zoë"), make_report()
    assert left(report, editor).decision.is_thanked and not left(nameless, editor).decision.is_thanked
    for _ in range(2):
        reports.remove_name(report)
    assert report.thanks == "" and ReportEvent.objects.filter(what="name_removed").count() == 1


# What the database holds to


REFUSED = [
    ("a_report_is_about_a_known_kind", {"kind": "poem"}),
    ("a_report_names_the_edition_that_was_read", {"edition": ""}),
    ("a_report_names_the_edition_that_was_read", {"kind": "source"}),
    ("the_problem_of_a_report_is_known", {"problem": "taste"}),
    ("the_state_of_a_report_is_known", {"state": "lost", "closed_at": "2099-01-01T00:00Z"}),
    ("a_report_that_is_not_open_was_closed", {"state": "spam"}),
    ("a_report_that_is_not_open_was_closed", {"closed_at": "2099-01-01T00:00Z"}),
    ("a_decided_report_has_its_decision", {"state": "not_changed", "closed_at": "2099-01-01T00:00Z"}),
    ("who_looks_at_a_report_has_a_name", {"taken_by_id": 1}),
    ("a_report_is_looked_at_by_somebody", {"state": "looked_at"}),
    ("a_withdrawn_report_names_nobody", {"state": "withdrawn", "closed_at": "2099-01-01T00:00Z", "email": "a@b.org"}),
    ("a_report_is_closed_after_it_was_sent", {"state": "spam", "closed_at": "2000-01-01T00:00Z"}),
]
REFUSED_EVENTS = [
    ("a_step_of_the_desk_has_its_person", {"what": "taken"}),
    ("a_step_of_the_desk_has_its_person", {"what": "withdrawn", "user_id": 1}),
    ("a_correction_names_its_edition", {"what": "corrected", "user_id": 1, "summary": "Said."}),
    ("a_decision_is_summed_up", {"what": "not_changed", "user_id": 1, "reason": "Because."}),
    ("a_decision_is_summed_up", {"what": "taken", "user_id": 1, "summary": "Said."}),
    ("a_refusal_has_its_reason", {"what": "not_changed", "user_id": 1, "summary": "Said."}),
]


def test_the_database_refuses(report):
    for name, change in REFUSED:
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Report.objects.filter(pk=report.pk).update(**change)


def test_the_database_refuses_an_event(db):
    for name, fields in REFUSED_EVENTS:
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            ReportEvent(report=1, name="Somebody", at=timezone.now(), **fields).save()
