"""What the desk says of a submission's moment of publication, and what a chief editor may do about it."""

from django.urls import reverse

from reviews import permissions
from reviews.forms import PublishForm, ScheduleForm, UnscheduleForm
from reviews.models import Schedule, Submission


def newest(submission):
    """Return the schedule that was set last for `submission`, however it ended; None if there never was one.

    No statement where the submission was fetched with it, as `ScheduleQuerySet.beside` does.
    """
    if not hasattr(submission, "schedule_state"):
        return Schedule.objects.of(submission).first()
    says = {name: getattr(submission, f"schedule_{name}") for name in Schedule.SAYS}
    return Schedule(**says) if says["state"] else None


def of(user, case, refused):
    """Return the newest schedule of a submission under review, and the forms with which `user` changes it.

    A form `refused` (by its name) is shown again with what was typed.
    """
    submission, schedule = case.submission, newest(case.submission)
    is_planned = schedule is not None and schedule.state == Schedule.State.WAITING
    is_open = submission.state == Submission.State.OPEN
    may_schedule = permissions.may_schedule(user) and (is_open or "schedule" in refused)
    initial = {"due_at": schedule.due_at} if is_planned else {}
    forms = {
        "schedule": refused.get("schedule") or ScheduleForm(initial=initial),
        "unschedule": refused.get("unschedule") or UnscheduleForm(),
        "publish": PublishForm(),
    }
    for verb, form in forms.items():
        form.action = reverse(f"desk:{verb}", args=[submission.pk])
    return {
        "schedule": schedule,
        "is_planned": is_planned,
        "may_schedule": may_schedule,
        "may_publish": may_schedule and is_open and not (case.missing or case.blocking or case.is_overtaken),
        **{f"{verb}_form": form for verb, form in forms.items()},
    }
