"""Bugs planted in workflow, permissions, rules, approvals and timeline: the machine notices each of them.

A mutant is a module whose source has one line changed; it is put in place of the real functions while the machine
runs, and must make it fail. So the machine cannot pass by looking away.
"""

import sys
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

import pytest

from tests.stories.test_workflow_machine import run

pytestmark = [pytest.mark.django_db, pytest.mark.drill]

MUTANTS = {
    "contributors may sign": (
        "reviews.permissions",
        'return any(person["id"] == user.pk for person in submission.contributors)',
        "return False",
    ),
    "anybody signs off": (
        "reviews.workflow",
        'if not permissions.may_review(by):\n        raise PermissionDenied("Only reviewers sign off.")',
        "pass",
    ),
    "any digest is signed": ("reviews.workflow", "if digest != submission.digest:", "if False:"),
    "an approval outlives an edition": (
        "reviews.approvals",
        "return {one.pk: rows[one.kind, one.code, one.base_edition] for one in submissions}",
        "return {one.pk: [row for key in rows if key[1] == one.code for row in rows[key]] for one in submissions}",
    ),
    "a lapsed approval counts": (
        "reviews.approvals",
        "Approval(row, digests[row.section] == row.section_digest)",
        "Approval(row, True)",
    ),
    "the first sign-off publishes": (
        "reviews.workflow",
        "if case.missing or Schedule.objects.waiting().of(submission).exists():",
        "if not case.given:",
    ),
    "a clause sign-off counts for the whole": (
        "reviews.rules",
        "covers = signature.section in (section, WHOLE)",
        "covers = True",
    ),
    "anybody counts as counsel": ("reviews.rules", "who == Who.EDITORIAL or", "True or"),
    "a lower rule lowers the bar": (
        "reviews.rules",
        "return stricter(submission.rule or default(), today or current(submission.kind))",
        "return today or current(submission.kind)",
    ),
    "what was withdrawn is signed": ("reviews.workflow", "if submission.state != State.OPEN:", "if False:"),
    "restored words have no author": (
        "history.timeline",
        "contributors=contributors(kind, code, 0, version))",
        "contributors=None)",
    ),
    "only the newest writer is a contributor": (
        "reviews.workflow",
        "timeline.contributors(draft.kind, draft.code, version_of_live(draft.kind, draft.code), draft.version)",
        "timeline.contributors(draft.kind, draft.code, draft.version - 1, draft.version)",
    ),
    "a source's author may sign": (
        "reviews.workflow",
        'people |= timeline.contributors_to("source", new)',
        "pass",
    ),
    "a change of nothing is a version": (
        "history.timeline",
        "if draft and draft.digest == digest:\n        return None",
        "pass",
    ),
    "anybody overrides": (
        "reviews.permissions",
        "return roles.has_role(user, roles.CHIEF_EDITOR)\n\n\ndef may_change",
        "return True\n\n\ndef may_change",
    ),
    "a closed submission moves": (
        "reviews.workflow",
        "State.WITHDRAWN: set(),",
        "State.WITHDRAWN: {State.WITHDRAWN, State.CHANGES_REQUESTED},",
    ),
    "a blocking comment blocks nothing": ("reviews.workflow", "if case.blocking:", "if False:"),
    "a second person is anybody": (
        "reviews.acts",
        "if permissions.has_reviewed_last(by, stands):",
        "if False:",
    ),
    "one person withholds": (
        "reviews.acts",
        "if not permissions.may_confirm_withholding(by, withholding):",
        "if False:",
    ),
    "a moment asks nothing again": (
        "reviews.workflow",
        '    _check_signers(case)\n    if case.missing:\n        raise NotAllowed(f"The sign-off rule is not met.',
        '    if False:\n        raise NotAllowed(f"The sign-off rule is not met.',
    ),
    "a sign-off does not wait for the moment": (
        "reviews.workflow",
        "if case.missing or Schedule.objects.waiting().of(submission).exists():",
        "if case.missing:",
    ),
    "a submission twice": (
        "reviews.workflow",
        "if up is None:",
        "if True:",
    ),
}


@contextmanager
def planted(name, old, new, times=1):
    """Put the module with `old` replaced by `new` in the place of the real one; `old` stands in it `times`."""
    module = import_module(name)
    source = Path(module.__file__).read_text()
    assert times in (None, source.count(old)), f"{name} has {source.count(old)} times: {old}"
    kept = dict(vars(module))
    changed = {}
    try:
        exec(compile(source.replace(old, new), module.__file__, "exec"), vars(module))
        # Others have imported the functions by name.
        changed = swap({id(value): vars(module)[key] for key, value in kept.items() if callable(value)})
        yield
    finally:
        for where, key, value in changed:
            where[key] = value
        vars(module).update(kept)


def swap(by_identity):
    """Put every changed function into all modules that hold the real one; return what to put back."""
    changed = []
    for module in [m for n, m in list(sys.modules.items()) if n.split(".")[0] in ("reviews", "history", "tests")]:
        for key, value in list(vars(module).items()):
            new = by_identity.get(id(value))
            if new is not None and new is not value and callable(value):
                changed.append((vars(module), key, value))
                vars(module)[key] = new
    return changed


@pytest.mark.parametrize("name", sorted({name for name, _, _ in MUTANTS.values()}))
def test_a_module_put_in_its_own_place_is_noticed_by_nobody(name):
    with planted(name, '"""', '"""', times=None):
        run(20, 30)


@pytest.mark.parametrize("mutant", MUTANTS)
def test_the_machine_notices(mutant):
    with planted(*MUTANTS[mutant]), pytest.raises(BaseException) as noticed:
        run(250, 40)
    assert not isinstance(noticed.value, (KeyboardInterrupt, SystemExit)), mutant
