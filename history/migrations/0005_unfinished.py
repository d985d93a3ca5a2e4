from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("history", "0004_archived"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            "Unfinished",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=20)),
                ("code", models.CharField(max_length=80)),
                ("part", models.CharField(blank=True, max_length=60)),
                ("base_version", models.PositiveIntegerField()),
                ("base_digest", models.CharField(max_length=64)),
                ("token", models.CharField(max_length=32)),
                ("typed", models.TextField()),
                ("typed_at", models.DateTimeField()),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "unfinished text",
                "indexes": [models.Index(fields=["typed_at"], name="unfinished_by_age")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("author", "kind", "code", "part"), name="one_unfinished_text_per_person_and_form"
                    )
                ],
            },
        ),
    ]
