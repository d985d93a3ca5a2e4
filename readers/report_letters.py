"""What is told of a report: letters to editors, messages to its sender. Neither repeats a word of the sender's.

Messages go to an address that nobody has proved to be the sender's own. Were their words in it, the form would carry
anybody's advertising to anybody.
"""

from django.conf import settings
from django.urls import reverse

from accounts.models import User
from library import lookups
from mailroom import letters
from readers import links, messages
from readers.log import Names
from readers.models import Report
from readers.permissions import ANSWERING

RECEIVED = "received"  # in what the message on receipt is about
SIGNED = (
    "If it was not you who reported it, do nothing: nothing comes after the answer. Anteroom keeps this address "
    "until 30 days after the report is closed. Nobody reads what is sent in reply to this message."
)


def about(report: Report) -> str:
    """Return what letters and messages about the report are about, or begin with."""
    return f"report/{report.pk}"


def of_receipt(report: Report) -> None:
    """Tell everybody who answers reports of a new one, and its sender that it has arrived."""
    people = User.objects.filter(is_active=True, groups__name__in=ANSWERING).distinct()
    text = (
        f"A reader reported a problem with {named(report)}: {report.get_problem_display().lower()}.\n\n"
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
    return {"subject": subject, "text": f"{text}\n\n{_absolute(links.to_answer(report))}\n\n\n-- \n{SIGNED}\n"}


def _decision(report: Report) -> str:
    return f"decision/{report.decision_id}"


def _received(report: Report) -> tuple[str, str]:
    text = (
        f"Thank you. A report about {named(report)} was sent with this address; an editor will look at it. The "
        "receipt that its sender was shown opens what was sent, and can withdraw it.\n\n"
        "What becomes of it stands here:"
    )
    return f"Your report about {report.about} has arrived", text


def _decided(report: Report) -> tuple[str, str]:
    decision, names, is_corrected = report.decision, Names([report]), report.state == Report.State.CORRECTED
    said = [f"You reported a problem with {named(report)}."]
    if is_corrected:
        subject = f"Your report about {report.about}: corrected in edition {decision.edition}"
        said += [_corrected(report, names)]
    else:
        subject = f"Your report about {report.about}: not changed"
        said += ["An editor has looked at it, and nothing was changed."]
    if names.is_told(report):
        why = "Changed" if is_corrected else "Not changed, because"
        said += [f"Reported: {decision.summary}", f"{why}: {decision.reason}" if decision.reason else ""]
    return subject, "\n\n".join(filter(None, [*said, "This answer stands here:"]))


def _corrected(report: Report, names: Names) -> str:
    """The edition that put it right, and where it and what changed are read, as far as they may be."""
    decision, edition, compare = report.decision, names.corrected_in(report), names.compare(report)
    of = f" of {decision.code}" if decision.code != report.code else ""
    if not edition:
        return f"It was corrected in edition {decision.edition}{of}, which is withheld."
    lines = [f"It is corrected in edition {decision.edition}{of}: {_absolute(edition)}"]
    return "\n".join(lines + ([f"What changed: {_absolute(compare)}"] if compare else []))


def _absolute(path: str) -> str:
    return settings.SITE_ORIGIN + path


def named(report: Report) -> str:
    """Return the claim by its code and the title of its item, which is left out when it is withheld by now."""
    code = report.row or report.code
    if not Names([report]).is_shown(report):
        return code
    return f"{code} in “{report.title}”" if report.row else f"“{report.title}” ({code})"
