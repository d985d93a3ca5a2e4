"""Recompose every draft and name those whose rows and kept document differ."""

from django.core.management.base import BaseCommand, CommandError

from history import timeline
from history.models import Draft


class Command(BaseCommand):
    help = "Check that the working rows of every item give its kept document."

    def handle(self, **options):
        problems = timeline.verify()
        for problem in problems:
            self.stderr.write(problem)
        if problems:
            raise CommandError(f"{len(problems)} problem{'s' if len(problems) != 1 else ''} in the working rows")
        self.stdout.write(f"The history is sound: {Draft.objects.count()} drafts, each what its rows give.")
