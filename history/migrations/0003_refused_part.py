from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("history", "0002_frozen")]

    operations = [
        migrations.AddField("refusedsave", "part", models.CharField(blank=True, max_length=60)),
        migrations.AlterModelOptions(
            "refusedsave", options={"ordering": ["-refused_at"], "verbose_name": "refused text"}
        ),
    ]
