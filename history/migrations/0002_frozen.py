from django.db import migrations

from library.frozen import freeze


class Migration(migrations.Migration):
    dependencies = [("history", "0001_initial"), ("library", "0002_frozen")]

    operations = [freeze("history_contribution"), freeze("history_code")]
