"""Editions and ledger entries refuse every change, in the database as in Python."""

from django.db import migrations

from library.frozen import freeze


class Migration(migrations.Migration):
    dependencies = [("library", "0001_initial")]

    operations = [freeze("library_edition"), freeze("library_ledgerentry")]
