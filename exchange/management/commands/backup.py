"""Back up the database and the heads of its ledger into a directory of their own."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from exchange import backup
from library import ledger


class Command(BaseCommand):
    help = "Write dump, ledger heads, manifest and checksums into a new directory."

    def add_arguments(self, parser):
        parser.add_argument("directory", metavar="DIR", type=Path, help="a new or empty directory")

    def handle(self, directory, **options):
        try:
            manifest = backup.make(directory)
            heads = ledger.read_anchors(settings.LEDGER_HEAD_FILE)
        except (backup.CannotBackUp, ValueError) as error:
            raise CommandError(str(error)) from error
        rows = sum(manifest["counts"].values())
        self.stdout.write(f"Backed up into {directory}: ledger position {manifest['position']}, {rows} rows.")
        if problems := ledger.verify(heads):
            for problem in problems:
                self.stderr.write(problem)
            raise CommandError("the backup is complete, but the ledger it holds was altered; see above")
