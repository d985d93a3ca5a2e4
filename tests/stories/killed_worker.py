"""A worker that is killed while it publishes: `python -m tests.stories.killed_worker`, for test_killed_publication.

Reads lines `<point> <act> <submission> <person>` and does the act in a process of its own, which kills itself with
SIGKILL at the point; answers with the status of that process. `-` is no point, a number kills from outside after as
many seconds.
"""

import os
import signal
import sys
import threading
from unittest import mock

import django

# Where the process dies: right after this function of the product returns, all of them inside the transaction.
POINTS = {
    "lock": "reviews.workflow.lock_library",
    "sign-off": "reviews.workflow._sign",
    "state": "reviews.workflow._move",
    "ledger": "library.ledger.append",
    "edition": "library.standing.follow",
    "page": "library.pages.redraw",
    "commit": "reviews.workflow._publish",
}


def main():
    django.setup()
    for line in sys.stdin:
        point, act, submission, person = line.split()
        child = os.fork()
        if not child:
            with killed_at(point) if point in POINTS else mock.patch.dict({}):
                work(act, int(submission), int(person))
            os._exit(0)
        timer = threading.Timer(
            0 if point in POINTS or point == "-" else float(point), os.kill, (child, signal.SIGKILL)
        )
        if timer.interval:
            timer.start()
        _, status = os.waitpid(child, 0)
        timer.cancel()
        print(os.waitstatus_to_exitcode(status), flush=True)


def killed_at(point):
    from django.utils.module_loading import import_string

    whole = import_string(POINTS[point])

    def dies(*args, **options):
        whole(*args, **options)
        os.kill(os.getpid(), signal.SIGKILL)

    return mock.patch(POINTS[point], dies)


def work(act, submission, person):
    from accounts.models import User
    from reviews import schedules, workflow
    from reviews.models import Submission

    if act == "tick":
        return schedules.publish_due()
    up = Submission.objects.get(pk=submission)
    by = User.objects.get(pk=person)
    return workflow.sign_off(up, digest=up.digest, base_edition=up.base_edition, by=by)


if __name__ == "__main__":
    main()
