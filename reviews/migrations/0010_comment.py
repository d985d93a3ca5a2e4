import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

# What was said stays said: only the resolution of a comment changes. An answer answers a remark on the same item.
KEEP_COMMENT = """
CREATE FUNCTION keep_comment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'comments are never deleted' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF to_jsonb(OLD) - ARRAY['resolved_at', 'resolved_by_id', 'resolved_by']
     <> to_jsonb(NEW) - ARRAY['resolved_at', 'resolved_by_id', 'resolved_by'] THEN
    RAISE EXCEPTION 'only the resolution of a comment changes' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER comment_is_kept BEFORE UPDATE OR DELETE ON reviews_comment
  FOR EACH ROW EXECUTE FUNCTION keep_comment();

CREATE FUNCTION answer_a_remark() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM reviews_comment
    WHERE id = NEW.answers_id AND answers_id IS NULL AND kind = NEW.kind AND code = NEW.code AND place = NEW.place
  ) THEN
    RAISE EXCEPTION 'an answer answers a remark at the same place' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER answer_has_its_remark BEFORE INSERT ON reviews_comment
  FOR EACH ROW WHEN (NEW.answers_id IS NOT NULL) EXECUTE FUNCTION answer_a_remark();
"""
FORGET_TRIGGERS = """
DROP TRIGGER answer_has_its_remark ON reviews_comment;
DROP FUNCTION answer_a_remark();
DROP TRIGGER comment_is_kept ON reviews_comment;
DROP FUNCTION keep_comment();
"""


class Migration(migrations.Migration):

    dependencies = [("reviews", "0009_withholding")]

    operations = [
        migrations.CreateModel(
            name='Comment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=20)),
                ('code', models.CharField(max_length=60)),
                ('place', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), blank=True, default=list, size=None)),
                ('quote', models.TextField(blank=True)),
                ('wording', models.CharField(blank=True, max_length=64)),
                ('submission', models.BigIntegerField(null=True)),
                ('text', models.TextField()),
                ('is_blocking', models.BooleanField(default=False)),
                ('user_id', models.BigIntegerField()),
                ('name', models.TextField()),
                ('role', models.TextField()),
                ('at', models.DateTimeField()),
                ('resolved_at', models.DateTimeField(null=True)),
                ('resolved_by_id', models.BigIntegerField(null=True)),
                ('resolved_by', models.TextField(blank=True)),
                ('answers', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replies', to='reviews.comment')),
            ],
            options={
                'ordering': ['pk'],
                'indexes': [models.Index(fields=['kind', 'code', 'id'], name='reviews_com_kind_6b8b79_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='a_comment_says_something'), models.CheckConstraint(condition=models.Q(models.Q(('resolved_at', None), ('resolved_by', ''), ('resolved_by_id', None)), models.Q(('resolved_at__isnull', False), ('resolved_by_id__isnull', False), models.Q(('resolved_by', ''), _negated=True)), _connector='OR'), name='a_comment_is_resolved_by_somebody'), models.CheckConstraint(condition=models.Q(('answers', None), models.Q(('is_blocking', False), ('resolved_at', None)), _connector='OR'), name='an_answer_neither_blocks_nor_is_resolved')],
            },
        ),
        migrations.RunSQL(KEEP_COMMENT, FORGET_TRIGGERS),
    ]
