"""Load a folder of YAML into drafts: all or nothing, and nothing twice."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from exchange import importing


class Command(BaseCommand):
    help = "Load a corpus folder into drafts: all or nothing; unchanged entries make no new version."

    def add_arguments(self, parser):
        parser.add_argument("path", metavar="PATH", type=Path, help="the folder with families.yaml, patterns/, ...")
        parser.add_argument("--dry-run", action="store_true", help="check everything and say what would change")
        parser.add_argument("--by", metavar="USERNAME", help="the editor who imports")
        parser.add_argument(
            "--replace-edited",
            action="store_true",
            help="put the folder's texts in place of what editors changed since the last import",
        )
        parser.add_argument("--sign-off", action="store_true", help="publish what is ready; in a demo only")

    def handle(self, path, dry_run, by, replace_edited, sign_off, **options):
        if sign_off and not settings.DEMO:
            raise CommandError("--sign-off is for demos: elsewhere named reviewers sign off at the desk")
        if sign_off and dry_run:
            raise CommandError("--dry-run writes nothing and --sign-off publishes; give one of the two")
        author = None if dry_run else importing.importer(by)
        loaded = importing.load_with_progress(path, author, self.stderr, dry_run, replace_edited)
        self.say(importing.words_on_loading(loaded, dry_run))
        if sign_off:
            self.say(importing.words_on_signing(importing.sign_off_with_progress(loaded)))

    def say(self, lines):
        for line in lines:
            self.stdout.write(line)
