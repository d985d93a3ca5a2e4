from django.db import migrations

from library.frozen import freeze


class Migration(migrations.Migration):
    dependencies = [("readers", "0001_initial"), ("library", "0002_frozen")]

    operations = [freeze("readers_reportevent")]
