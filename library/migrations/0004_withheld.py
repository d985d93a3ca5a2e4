import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("library", "0003_page_drawn_by")]

    operations = [
        migrations.AddField(
            model_name="standing",
            name="successor",
            field=models.CharField(blank=True, default="", max_length=60),
            preserve_default=False,
        ),
        migrations.CreateModel(
            name="Withheld",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.BigIntegerField(unique=True)),
                ("day", models.DateField()),
                ("ground", models.TextField()),
                (
                    "edition",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="withheld",
                        to="library.edition",
                    ),
                ),
            ],
            options={"verbose_name_plural": "withheld editions"},
        ),
    ]
