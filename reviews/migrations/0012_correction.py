from django.db import migrations, models

# A correction is what happened; only the moment at which its submissions were opened is added, once.
KEEP_CORRECTION = """
CREATE FUNCTION keep_correction() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'corrections are never deleted' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF OLD.opened_at IS NOT NULL OR to_jsonb(OLD) - 'opened_at' <> to_jsonb(NEW) - 'opened_at' THEN
    RAISE EXCEPTION 'a correction is opened once and never changes'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER correction_is_kept BEFORE UPDATE OR DELETE ON reviews_correction
  FOR EACH ROW EXECUTE FUNCTION keep_correction();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('reviews', '0011_read_mark'),
    ]

    operations = [
        migrations.CreateModel(
            name='Correction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('source', 'Source'), ('family', 'Family')], max_length=20)),
                ('code', models.CharField(max_length=80)),
                ('title', models.TextField()),
                ('from_version', models.PositiveIntegerField()),
                ('to_version', models.PositiveIntegerField()),
                ('note', models.TextField()),
                ('at', models.DateTimeField()),
                ('by_id', models.BigIntegerField()),
                ('by', models.TextField()),
                ('opened_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.AddIndex(
            model_name='submission',
            index=models.Index(condition=models.Q(('correction__isnull', False)), fields=['correction'], name='submissions_of_corrections'),
        ),
        migrations.AddIndex(
            model_name='correction',
            index=models.Index(condition=models.Q(('opened_at', None)), fields=['id'], name='corrections_to_open'),
        ),
        migrations.AddConstraint(
            model_name='correction',
            constraint=models.UniqueConstraint(fields=('kind', 'code', 'to_version'), name='one_correction_per_version'),
        ),
        migrations.AddConstraint(
            model_name='correction',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['source', 'family'])), name='correction_kind_is_known'),
        ),
        migrations.AddConstraint(
            model_name='correction',
            constraint=models.CheckConstraint(condition=models.Q(('from_version__gte', 1), ('to_version__gt', models.F('from_version'))), name='a_correction_leads_to_a_later_version'),
        ),
        migrations.RunSQL(
            KEEP_CORRECTION,
            "DROP TRIGGER correction_is_kept ON reviews_correction; DROP FUNCTION keep_correction();",
        ),
    ]
