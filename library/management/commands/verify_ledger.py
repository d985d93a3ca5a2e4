"""Prove that the published record is whole and unaltered, or name what is not."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from library import ledger, reading_rows

OLDER_PAGES = (
    "That alone is no alteration, but the words of these pages could not be compared. Run catch_up, as every start"
    " does: it draws them again from the record, whatever they say. Then verify again."
)
OLDER_ROWS = (
    "what readers see was altered, or older code derived it. Run catch_up, which derives all of it again from the"
    " record; then verify again"
)


class Command(BaseCommand):
    help = "Check chain, columns, editions, what readers see of them, and the heads kept outside the database."

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
            older = reading_rows.drawn_by_older_code()
        self.refuse(problems, "the record was altered")
        self.refuse(derived, OLDER_ROWS if older else "the record was altered")
        state = f"{head.position} entries, head {head.hash}" if head else "it is empty"
        outside = f"{len(heads)} heads kept in {path} agree" if heads else "no head kept outside was compared"
        self.stdout.write(f"The ledger is sound: {state}; {outside}.")
        if older:
            self.stdout.write(f"Drawn by older code: {', '.join(older)}. {OLDER_PAGES}")

    def refuse(self, problems, what):
        """Name the problems and end with their number and `what` they mean; nothing when there are none."""
        for problem in problems:
            self.stderr.write(problem)
        if problems:
            raise CommandError(f"{len(problems)} problem{'s' if len(problems) != 1 else ''}: {what}")
