from django.db import migrations, models


class Migration(migrations.Migration):
    """Sources have events too, and a source's key is longer than a code."""

    dependencies = [("reviews", "0007_share_link")]

    operations = [migrations.AlterField("event", "code", models.CharField(max_length=80))]
