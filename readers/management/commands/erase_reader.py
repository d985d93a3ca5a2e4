"""Erase the e-mail address of a reader who asks for it."""

from django.core.management.base import BaseCommand, CommandError

from readers import erasure, mailboxes


class Command(BaseCommand):
    help = (
        "Erase a reader's e-mail address: all that it follows, messages that wait to be sent to it, and the address "
        "in reports, which stay. Sign-in accounts are another matter. It says how much there was and not of whom."
    )

    def add_arguments(self, parser):
        parser.add_argument("address", help="the e-mail address, in capitals or not")

    def handle(self, *, address, **options):
        try:
            gone = erasure.erase(address)
        except mailboxes.NoAddress as problem:
            raise CommandError(str(problem)) from problem
        if not any(gone.values()):
            self.stdout.write("Nothing was kept about this address.")
            return
        told = ", ".join(f"{what} {count}" for what, count in gone.items())
        self.stdout.write(f"Erased from {told}. Backups made before still hold it until they are deleted.")
