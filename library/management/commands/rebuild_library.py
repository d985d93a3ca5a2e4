"""Derive all reading rows and pages again from editions and ledger."""

from django.core.management.base import BaseCommand

from library.publication import rebuild


class Command(BaseCommand):
    help = "Derive what readers see again from editions and ledger, in one transaction."

    def handle(self, **options):
        self.stdout.write(f"Pages drawn again: {rebuild()}")
