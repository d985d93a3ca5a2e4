from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("history", "0003_refused_part")]

    operations = [
        migrations.CreateModel(
            name="Archived",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=20)),
                ("code", models.CharField(max_length=80)),
                ("at", models.DateTimeField()),
                ("user_id", models.BigIntegerField()),
                ("name", models.TextField()),
                ("role", models.TextField()),
                ("reason", models.TextField()),
            ],
            options={
                "ordering": ["-at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "code"), name="an_item_is_archived_once"),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="archiving_has_a_reason"
                    ),
                ],
            },
        ),
    ]
