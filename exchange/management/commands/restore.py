"""Put a backup back, and prove that the record in it is whole."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from exchange import restoring
from exchange.backup import CannotBackUp
from library import reading_rows


class Command(BaseCommand):
    help = "Restore a backup into an empty database, then verify ledger and history."

    def add_arguments(self, parser):
        parser.add_argument("directory", metavar="DIR", type=Path, help="what `manage.py backup` wrote")
        parser.add_argument(
            "--replace", action="store_true", help="back up what this database holds, then replace it"
        )

    def handle(self, directory, replace, **options):
        try:
            manifest, kept = restoring.restore(directory, replace)
            lost = restoring.lost_acts(manifest)
        except (CannotBackUp, ValueError) as error:
            raise CommandError(str(error)) from error
        if kept:
            self.stdout.write(f"What was here before is kept in {kept}.")
        self.stdout.write(f"Restored from {directory}, made {manifest['made_at']}.")
        if lost:
            self.stderr.write(lost)
        if problems := restoring.problems_after(directory):
            for problem in problems:
                self.stderr.write(problem)
            raise CommandError("the restored record is not sound; see above")
        self.stdout.write(
            f"verify_ledger: sound up to position {manifest['position']}, as the backup's head says."
            " verify_history: sound."
        )
        if others := reading_rows.drawn_by_other_code():
            self.stderr.write(f"What readers see: {reading_rows.unchecked(others)}.")
