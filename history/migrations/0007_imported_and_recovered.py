"""At which version an item said what a folder said; since when typing counts anew whose item was archived."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("history", "0006_contribution_through")]

    operations = [
        migrations.CreateModel(
            name="Imported",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=20)),
                ("code", models.CharField(max_length=80)),
                ("version", models.PositiveIntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "code"), name="one_imported_version_per_item"),
                ],
            },
        ),
        migrations.AddField(
            model_name="unfinished", name="recovered_at", field=models.DateTimeField(null=True)
        ),
    ]
