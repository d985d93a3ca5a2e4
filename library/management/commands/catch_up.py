"""What every start makes good: the ledger's head outside the database, pages that older code has drawn."""

from django.core.management.base import BaseCommand

from library.publication import catch_up


class Command(BaseCommand):
    help = "Write the ledger's head outside if a crash kept it back; draw pages again that older code has drawn."

    def handle(self, **options):
        self.stdout.write(f"Pages drawn again: {catch_up()}")
