"""Fill a demo: invented people, the starter corpus, and the sign-offs that publish it."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from exchange import demo, importing


class Command(BaseCommand):
    help = "Fill a demo with invented people and the starter corpus; run again after an interruption."

    def add_arguments(self, parser):
        parser.add_argument("--logins", action="store_true", help="only print the demo logins")

    def handle(self, logins, **options):
        if not settings.DEMO:
            raise CommandError("this fills a demo with invented people; `make run` without DATABASE_URL makes one")
        if not logins:
            self.seed()
        self.stdout.write(demo.login_table())

    def seed(self):
        if others := demo.strangers():
            raise CommandError(
                f"this database has accounts that are no demo accounts ({', '.join(others[:5])}); "
                "a demo never touches somebody's library. Set ANTEROOM_HOME to a new directory."
            )
        people = demo.make_people()
        editor = people[demo.EDITOR.username]
        loaded = importing.load_with_progress(settings.BASE_DIR / "corpus", editor, self.stderr)
        self.say(importing.words_on_loading(loaded))
        self.say(importing.words_on_signing(importing.sign_off_with_progress(loaded)))

    def say(self, lines):
        for line in lines:
            self.stdout.write("  " + line)
