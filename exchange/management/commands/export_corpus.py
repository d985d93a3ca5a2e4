"""Write the drafts as a folder of YAML that import_corpus reads."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from exchange.exporting import NotHere, archived, export
from exchange.progress import Progress


class Command(BaseCommand):
    help = "Write all drafts as a corpus folder; archived items are left out and named."

    def add_arguments(self, parser):
        parser.add_argument("path", metavar="PATH", type=Path, help="a new or empty folder, or a corpus to renew")

    def handle(self, path, **options):
        progress = Progress("Writing")
        try:
            problems = export(path, progress.step)
        except NotHere as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{error.filename} cannot be written ({error.strerror})") from error
        finally:
            progress.end()
        self.stdout.write(f"Written: {path}")
        if left_out := archived():
            self.stdout.write(f"left out because they are archived: {', '.join(left_out)}")
        for problem in problems:
            self.stderr.write(f"{problem} (an import refuses this until the draft is finished)")
