from datetime import timedelta

from django.db import migrations, models

# A link shows what it was made with: only its revoking is written, once.
KEEP_LINK = """
CREATE FUNCTION keep_share_link() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'links are never deleted' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF OLD.revoked_at IS NOT NULL THEN
    RAISE EXCEPTION 'a revoked link never changes' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF to_jsonb(OLD) - '{revoked_at,revoked_by_id,revoked_by}'::text[]
     <> to_jsonb(NEW) - '{revoked_at,revoked_by_id,revoked_by}'::text[] THEN
    RAISE EXCEPTION 'only the revoking of a link is written' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER share_link_is_kept BEFORE UPDATE OR DELETE ON reviews_sharelink
  FOR EACH ROW EXECUTE FUNCTION keep_share_link();
"""


class Migration(migrations.Migration):
    dependencies = [("reviews", "0006_absence")]

    operations = [
        migrations.CreateModel(
            name="ShareLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("secret_digest", models.CharField(max_length=64, unique=True)),
                ("beginning", models.CharField(max_length=8)),
                ("kind", models.CharField(max_length=20)),
                ("code", models.CharField(max_length=60)),
                ("version", models.PositiveIntegerField()),
                ("document", models.BinaryField()),
                ("digest", models.CharField(max_length=64)),
                ("purpose", models.TextField()),
                ("made_at", models.DateTimeField()),
                ("made_by_id", models.BigIntegerField()),
                ("made_by", models.TextField()),
                ("expires_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(null=True)),
                ("revoked_by_id", models.BigIntegerField(null=True)),
                ("revoked_by", models.TextField(blank=True)),
            ],
            options={
                "ordering": ["-pk"],
                "indexes": [models.Index(fields=["kind", "code", "-id"], name="reviews_sha_kind_ec1ccf_idx")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("purpose", ""), _negated=True), name="a_link_says_whom_it_is_for"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("expires_at__gt", models.F("made_at")),
                            ("expires_at__lte", models.F("made_at") + timedelta(days=30)),
                        ),
                        name="a_link_ends_within_thirty_days",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("revoked_at", None), ("revoked_by", ""), ("revoked_by_id", None)),
                            models.Q(
                                ("revoked_at__isnull", False),
                                ("revoked_by_id__isnull", False),
                                models.Q(("revoked_by", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="a_link_is_revoked_by_somebody",
                    ),
                ],
            },
        ),
        migrations.RunSQL(
            KEEP_LINK, "DROP TRIGGER share_link_is_kept ON reviews_sharelink; DROP FUNCTION keep_share_link();"
        ),
    ]
