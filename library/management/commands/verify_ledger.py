"""Prove that the published record is whole and unaltered, or name what is not."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from library import ledger, reading_rows

OTHER_ROWS = (
    "what readers see was altered, or other code derived it. Run catch_up, which derives all of it again from the"
    " record; then verify again"
)
UNCHECKED = 3  # how the command ends when all that it could check is sound


class Command(BaseCommand):
    help = (
        "Check chain, columns, editions, what readers see of them, and the heads kept outside the database. Ends with"
        " 0 when all of it is sound, with 1 when something was altered, and with 3 when the record is sound but pages"
        " drawn by other code, as after an upgrade, cannot be checked: run catch_up, then verify again."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--anchors", metavar="PATH", type=Path, help="a file of ledger heads; default: LEDGER_HEAD_FILE"
        )

    def handle(self, anchors, **options):
        if anchors and not anchors.is_file():
            raise CommandError(f"there is no file of ledger heads at {anchors}")
        path = anchors or settings.LEDGER_HEAD_FILE
        try:
            heads = ledger.read_anchors(path)
        except (OSError, ValueError) as error:
            raise CommandError(str(error)) from error
        with transaction.atomic():
            ledger.lock_library()  # a publication half read would look like an alteration
            problems, head = ledger.verify(heads), ledger.head()
            # What readers see is derived again only from a sound record.
            derived = [] if problems else reading_rows.verify()
            others = reading_rows.drawn_by_other_code()
        self.refuse(problems, "the record was altered")
        self.refuse(derived, OTHER_ROWS if others else "the record was altered")
        state = f"{head.position} entries, head {head.hash}" if head else "it is empty"
        outside = f"{len(heads)} heads kept in {path} agree" if heads else "no head kept outside was compared"
        self.stdout.write(f"The ledger is sound: {state}; {outside}.")
        if others:
            self.stdout.write(f"Drawn by other code: {', '.join(others)}.")
            raise CommandError(reading_rows.unchecked(others), returncode=UNCHECKED)

    def refuse(self, problems, what):
        """Name the problems and end with their number and `what` they mean; nothing when there are none."""
        for problem in problems:
            self.stderr.write(problem)
        if problems:
            raise CommandError(f"{len(problems)} problem{'s' if len(problems) != 1 else ''}: {what}")
