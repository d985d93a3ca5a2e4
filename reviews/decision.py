"""What one person may decide on one submission: sign it off, request changes, withdraw it, and why not."""

from django.conf import settings
from django.urls import reverse

from reviews import permissions, reading, workflow
from reviews.forms import RequestChangesForm, SignOffForm, WithdrawForm
from reviews.models import Submission


def of(user, submission, changes, request_form=None, withdraw_form=None):
    """Return what `user` may do with `submission` now, the forms to do it with, and the sentence why not.

    `changes` counts what the page shows; a form given was refused and is shown again.
    """
    given = workflow.sign_offs(submission)
    completes = len({signature.user_id for signature in given} | {user.pk}) >= settings.SIGN_OFFS_NEEDED
    is_open = submission.state == Submission.State.OPEN
    form = SignOffForm(
        initial={"digest": submission.digest, "base_edition": submission.base_edition},
        declaration=reading.declaration(submission, changes),
        button="Sign off and publish" if completes else "Sign off",
    )
    return {
        "is_open": is_open,
        "given": given,
        "needed": settings.SIGN_OFFS_NEEDED,
        "why_not": workflow.why_not_sign_off(submission, user) if is_open else "",
        "sign_form": _at(form, "sign-off", submission),
        "may_request_changes": permissions.may_request_changes(user, submission),
        "may_withdraw": permissions.may_withdraw(user, submission),
        "request_form": _at(request_form or RequestChangesForm(), "request-changes", submission),
        "withdraw_form": _at(withdraw_form or WithdrawForm(), "withdraw", submission),
    }


def _at(form, verb, submission):
    form.action = reverse(f"desk:{verb}", args=[submission.pk])
    return form
