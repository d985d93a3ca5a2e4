"""The life of a report: what may follow on what, and the verbs that do it. `_move` alone writes its state."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.models import User
from library.models import Edition, Standing
from readers import limits, mailboxes, permissions, receipts, report_letters
from readers.claims import Claim
from readers.mailboxes import same_mailbox
from readers.models import Report, ReportEvent
from readers.models.report import SOURCE
from readers.refusals import NotAllowed, SentAlready, TooMany

State, What = Report.State, ReportEvent.What
TRANSITIONS = {
    State.RECEIVED: {State.LOOKED_AT, State.CORRECTED, State.NOT_CHANGED, State.SPAM, State.WITHDRAWN},
    State.LOOKED_AT: {State.LOOKED_AT, State.CORRECTED, State.NOT_CHANGED, State.SPAM, State.WITHDRAWN},
    State.CORRECTED: {State.LOOKED_AT},
    State.NOT_CHANGED: {State.LOOKED_AT},
    State.SPAM: {State.LOOKED_AT},
    State.WITHDRAWN: set(),
}
ANSWERED_WITHIN = timedelta(days=14)  # what the status page tells, and after which the desk calls it late
OF_ONE_ADDRESS_IN_A_DAY = 5
TOO_MANY_TO_ONE_ADDRESS = (
    "This e-mail address has been given with several reports today already. Leave it out, or send this tomorrow."
)


@transaction.atomic
def send(claim: Claim, typed: dict[str, str], *, nonce: str, network: str) -> Report:
    """Take a report and return it; of a form sent twice, the one that was taken already.

    `typed` has problem, text, url, thanks and email, all cleaned; `nonce` is the form's, `network` where it came
    from (limits.network_of).
    Raises SentAlready for a form that was sent before with anything else in it, TooMany beyond the limits.
    """
    limits.lock()
    if earlier := Report.objects.filter(nonce=nonce).first():
        if all(getattr(earlier, name) == value for name, value in {**typed, **_named(claim)}.items()):
            return earlier
        raise SentAlready(
            f"This form was sent before, under the receipt {earlier.receipt}. What you typed since stands below; "
            "send it once more and it becomes a second report."
        )
    if sentence := limits.why_too_many(network) or _why_too_many_to(typed["email"]):
        raise TooMany(sentence)
    own = {"receipt": receipts.make(), "nonce": nonce, "claim": claim.name, "sent_at": timezone.now()}
    report = Report.objects.create(**_named(claim), **own, **typed)
    limits.count(network)
    report_letters.of_receipt(report)
    return report


def _named(claim: Claim) -> dict[str, str]:
    """What a report keeps of the claim that it is about."""
    return {name: getattr(claim, name) for name in ("kind", "code", "row", "edition", "title")}


def _why_too_many_to(email: str) -> str:
    """The form must not fill a stranger's mailbox, whatever tag stands in its address."""
    if not email:
        return ""
    today = Report.objects.filter(sent_at__gt=timezone.now() - timedelta(days=1))
    lately = today.annotate(small=Lower("email")).filter(same_mailbox(mailboxes.normal(email), "small"))
    return TOO_MANY_TO_ONE_ADDRESS if lately.count() >= OF_ONE_ADDRESS_IN_A_DAY else ""


@transaction.atomic
def take(report: Report, *, by: User) -> None:
    """Say that `by` looks at the report now. Raises PermissionDenied, NotAllowed."""
    permissions.check_may_answer(by)
    if report.state == State.LOOKED_AT and report.taken_by_id == by.pk:
        raise NotAllowed("You are looking at it already.")
    if not report.is_open:
        raise NotAllowed("It is closed; reopen it first.")
    _move(report, State.LOOKED_AT, What.TAKEN, by, taken_by_id=by.pk, taken_by=by.name)


@transaction.atomic
def correct(report: Report, *, edition: Edition, summary: str, reason: str = "", is_thanked: bool, by: User) -> None:
    """Close the report: `edition` put the matter right. Raises PermissionDenied, NotAllowed.

    `summary`, what was reported, and `reason`, what was changed, are public.
    """
    permissions.check_may_answer(by)
    if not editions_for(report).filter(pk=edition.pk).exists():
        raise NotAllowed(f"Edition {edition.number} of {edition.code} cannot have put this right.")
    named = {"kind": edition.kind, "code": edition.code, "edition": edition.number}
    said = {**named, "summary": summary, "reason": reason, "is_thanked": is_thanked and bool(report.thanks)}
    _move(report, State.CORRECTED, What.CORRECTED, by, said)
    report_letters.of_decision(report)


@transaction.atomic
def leave_unchanged(report: Report, *, summary: str, reason: str, is_thanked: bool, by: User) -> None:
    """Close the report without a change, for a public reason. Raises PermissionDenied, NotAllowed."""
    permissions.check_may_answer(by)
    said = {"summary": summary, "reason": reason, "is_thanked": is_thanked and bool(report.thanks)}
    _move(report, State.NOT_CHANGED, What.NOT_CHANGED, by, said)
    report_letters.of_decision(report)


@transaction.atomic
def set_aside(report: Report, *, by: User) -> None:
    """Mark the report as spam: nobody is told, and it is erased later. Raises PermissionDenied, NotAllowed."""
    permissions.check_may_answer(by)
    _move(report, State.SPAM, What.SPAM, by)
    report_letters.of_closing(report)


@transaction.atomic
def reopen(report: Report, *, by: User) -> None:
    """Take back a decision or the mark of spam; `by` looks at it now. Raises PermissionDenied, NotAllowed."""
    permissions.check_may_answer(by)
    if report.is_open:
        raise NotAllowed("It is open.")
    _move(report, State.LOOKED_AT, What.REOPENED, by, taken_by_id=by.pk, taken_by=by.name)
    report_letters.of_reopening(report)


@transaction.atomic
def withdraw(report: Report) -> None:
    """Close the report because its sender wishes so; address and name are erased at once. Raises NotAllowed."""
    _move(report, State.WITHDRAWN, What.WITHDRAWN, email="", thanks="")
    report_letters.of_closing(report)


@transaction.atomic
def remove_name(report: Report) -> None:
    """Thank the sender no longer by name, at their own wish; it is said once that they wished so."""
    if Report.objects.filter(pk=report.pk).exclude(thanks="").update(thanks=""):
        _write(report, What.NAME_REMOVED, None, {})
    report.refresh_from_db()


def editions_for(report: Report):
    """Return the editions that can have put the matter right, newest first, without their documents.

    Those of the item that came after the one that was read; of a source, the editions that stand and cite it.
    """
    shown = Edition.objects.filter(withheld__isnull=True).defer("document").order_by("-position")
    if report.kind == SOURCE:
        citing = Standing.objects.latest().filter(cites__key=report.code)
        return shown.filter(pk__in=citing.values("edition"), published_at__gt=report.sent_at)
    own = Edition.objects.filter(kind=report.kind, code=report.code)
    read = own.filter(number=report.edition).values("position")
    return shown.filter(kind=report.kind, code=report.code, position__gt=read)


def _move(report: Report, to: str, what: str, by: User | None = None, said: dict[str, Any] | None = None, **fields):
    """Write the event and the new state, if what the caller saw is still so. Raises NotAllowed."""
    if to not in TRANSITIONS[report.state]:
        raise NotAllowed(f"This report is {report.get_state_display().lower()}; nothing was recorded.")
    event = _write(report, what, by, said or {})
    fields["closed_at"] = None if to in Report.OPEN else event.at
    fields["decision"] = event if to in Report.DECIDED else None
    if not Report.objects.filter(pk=report.pk, state=report.state).update(state=to, **fields):
        raise NotAllowed("Somebody else acted on this report a moment ago; nothing was recorded.")
    report.refresh_from_db()


def _write(report: Report, what: str, by: User | None, said: dict[str, Any]) -> ReportEvent:
    who = {"user_id": by.pk, "name": by.name, "role": by.role} if by else {"name": "The sender"}
    event = ReportEvent(report=report.pk, what=what, at=timezone.now(), **who, **said)
    event.save()
    return event
