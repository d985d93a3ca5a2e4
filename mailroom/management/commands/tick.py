"""Do what falls due; safe twice or at once."""

from django.core.management.base import BaseCommand, CommandError

from mailroom import ticking


class Command(BaseCommand):
    help = "Do what falls due and send the letters that wait; call it every minute, twice or at once does no harm."

    def handle(self, **options):
        if failed := ticking.run():
            raise CommandError("\n".join(f"{name} failed: {error}" for name, error in failed.items()))
