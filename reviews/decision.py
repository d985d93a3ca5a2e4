"""What one person may decide on one submission: sign it off, request changes, withdraw it, and why not."""

from dataclasses import dataclass

from django.urls import reverse

from reviews import cases, permissions, planned, reading, rules, workflow
from reviews.forms import OverrideForm, RequestChangesForm, SignOffForm, WithdrawForm
from reviews.models import SignOff, Submission


@dataclass(frozen=True)
class Signing:
    """One sign-off that a person may give: of the whole text, or of a section that the rule asks of their role."""

    section: str
    title: str
    form: SignOffForm


def of(user, submission, changes, refused=None, case=None):
    """Return what `user` may do with `submission` now, the forms to do it with, and the sentence why not.

    `changes` counts what the page shows; a form `refused` (by its name) is shown again with what was typed. `case`
    is what cases.case_of returns, where the page has it.
    """
    refused = refused or {}
    is_open = submission.state == Submission.State.OPEN
    case = case or cases.case_of(submission)
    plan = planned.of(user, case, refused)
    signings = list(_signings(user, case, changes, plan["is_planned"])) if is_open else []
    return {
        "is_open": is_open,
        "given": case.given,
        "case": case,
        "rule": rules.told(case.needs),
        "was_raised": bool(submission.rule) and case.needs != submission.rule,
        "missing": case.missing,
        "why_not": workflow.why_not_sign_off(case, user) if is_open and not signings else "",
        "signings": signings,
        "may_request_changes": permissions.may_request_changes(user, submission),
        "may_withdraw": permissions.may_withdraw(user, submission),
        "may_override": permissions.may_override(user),
        "was_refused": [name for name, form in refused.items() if form.errors],
        **plan,
        **_other_forms(submission, refused),
    }


def _other_forms(submission, refused):
    shown = {"initial": _shown(submission)}
    return {
        "request_form": _at(refused.get("request") or RequestChangesForm(), "request-changes", submission),
        "withdraw_form": _at(refused.get("withdraw") or WithdrawForm(), "withdraw", submission),
        "override_form": _at(refused.get("override") or OverrideForm(**shown), "override", submission),
    }


def _signings(user, case, changes, is_planned):
    submission = case.submission
    for section in rules.sections_for(user, case.needs):
        if workflow.why_not_sign_off(case, user, section):
            continue
        signature = SignOff(section=section, user_id=user.pk, role=rules.role_of(user, case.needs))
        completes = not is_planned and not rules.missing(case.needs, [*case.given, signature])
        what = "Sign off" if section == rules.WHOLE else f"Sign off {rules.name_of(section)}"
        form = SignOffForm(
            initial={**_shown(submission), "section": section},
            declaration=reading.declaration(submission, changes, section),
            button=f"{what} and publish" if completes else what,
        )
        title = "The whole text" if section == rules.WHOLE else f"Only {rules.name_of(section)}"
        yield Signing(section, title, _at(form, "sign-off", submission))


def _shown(submission):
    return {"digest": submission.digest, "base_edition": submission.base_edition}


def _at(form, verb, submission):
    form.action = reverse(f"desk:{verb}", args=[submission.pk])
    return form
