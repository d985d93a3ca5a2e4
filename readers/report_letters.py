"""What is told of a report: letters to editors, messages to its sender. Neither repeats a word of the sender's.

Messages go to an address that nobody has proved to be the sender's own. Were their words in it, the form would carry
anybody's advertising to anybody.
"""

from django.conf import settings
from django.urls import reverse

from accounts.models import User
from library import lookups
from mailroom import letters
from readers import messages
from readers.log import Names
from readers.models import Report
from readers.permissions import ANSWERING

RECEIVED = "received"  # in what the message on receipt is about
SIGNED = (
    "Anteroom keeps this address until 30 days after the report is closed. Nobody reads what is sent in reply to "
    "this message."
)


def about(report: Report) -> str:
    """Return what letters and messages about the report are about, or begin with."""
    return f"report/{report.pk}"


def of_receipt(report: Report) -> None:
    """Tell everybody who answers reports of a new one, and its sender that it has arrived."""
    people = User.objects.filter(is_active=True, groups__name__in=ANSWERING).distinct()
    text = (
        f"A reader reported a problem with {_named(report)}: {report.get_problem_display().lower()}.\n\n"
        "Take it, so that others know, and answer it on its page."
    )
    link = reverse("reports:report", args=[report.pk])
    told = {"subject": f"A reader reports a problem with {report.about}", "text": text, "link": link}
    letters.write_to(people.values_list("pk", flat=True), about=about(report), **told)
    _write(report, RECEIVED)


def of_decision(report: Report) -> None:
    """Tell the sender what was decided, and nobody any more that it waits."""
    _write(report, _decision(report))
    letters.take_back([about(report)])


def of_reopening(report: Report) -> None:
    """What was decided holds no longer: nobody is told of it who has not been."""
    messages.take_back(f"{about(report)}/decision/")


def of_closing(report: Report) -> None:
    """Nobody need look at it any more, and its sender waits for nothing; no address is left in what waits."""
    letters.take_back([about(report)])
    messages.erase(about__startswith=f"{about(report)}/")


def _write(report: Report, occasion: str) -> None:
    """Write to the sender on an occasion, if there is an address."""
    if report.email:
        position = lookups.newest_position()
        messages.write(
            report.email, about=f"{about(report)}/{occasion}", **words(report, occasion), position=position
        )


def words(report: Report, occasion: str) -> dict[str, str] | None:
    """Return subject and text of what the sender is told, as it may be told now; None when it holds no longer."""
    if occasion not in (RECEIVED, _decision(report)):
        return None
    subject, text = _received(report) if occasion == RECEIVED else _decided(report)
    link = settings.SITE_ORIGIN + report.get_absolute_url()
    return {"subject": subject, "text": f"{text}\n\n{link}\n\n\n-- \n{SIGNED}\n"}


def _decision(report: Report) -> str:
    return f"decision/{report.decision_id}"


def _received(report: Report) -> tuple[str, str]:
    text = (
        f"Thank you. Your report {report.receipt} about {_named(report)} has arrived; an editor will look at it. "
        "What becomes of it stands here, where you can also withdraw it:"
    )
    return f"Your report {report.receipt} has arrived", text


def _decided(report: Report) -> tuple[str, str]:
    decision = report.decision
    if report.state == Report.State.CORRECTED:
        subject = f"Your report {report.receipt}: corrected in edition {decision.edition}"
    else:
        subject = f"Your report {report.receipt}: not changed"
    said = [f"You reported a problem with {_named(report)}."]
    said += [decision.summary, decision.reason] if Names([report]).is_told(report) else []
    return subject, "\n\n".join(filter(None, said))


def _named(report: Report) -> str:
    """The claim by its code and the title of its item, which is left out when it is withheld by now."""
    code = report.row or report.code
    if not Names([report]).is_shown(report):
        return code
    return f"{code} in “{report.title}”" if report.row else f"“{report.title}” ({code})"
