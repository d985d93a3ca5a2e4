from django.db import migrations, models

# A proposal is decided once; what it proposed never changes.
KEEP_WITHHOLDING = """
CREATE FUNCTION keep_withholding() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE decision text[] := ARRAY['state', 'decided_at', 'decided_by_id', 'decided_by', 'reason'];
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'withholdings are never deleted' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF OLD.state <> 'proposed' THEN
    RAISE EXCEPTION 'a decided withholding never changes' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF to_jsonb(OLD) - decision <> to_jsonb(NEW) - decision THEN
    RAISE EXCEPTION 'only the decision on a withholding is written' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER withholding_is_kept BEFORE UPDATE OR DELETE ON reviews_withholding
  FOR EACH ROW EXECUTE FUNCTION keep_withholding();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('reviews', '0008_event_code'),
    ]

    operations = [
        migrations.CreateModel(
            name='Withholding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=20)),
                ('code', models.CharField(max_length=60)),
                ('editions', models.JSONField()),
                ('ground', models.TextField()),
                ('note', models.TextField(blank=True)),
                ('proposed_at', models.DateTimeField()),
                ('proposed_by_id', models.BigIntegerField()),
                ('proposed_by', models.TextField()),
                ('proposed_role', models.TextField()),
                ('state', models.CharField(choices=[('proposed', 'Proposed'), ('confirmed', 'Confirmed'), ('refused', 'Refused')], default='proposed', max_length=20)),
                ('decided_at', models.DateTimeField(null=True)),
                ('decided_by_id', models.BigIntegerField(null=True)),
                ('decided_by', models.TextField(blank=True)),
                ('reason', models.TextField(blank=True)),
            ],
            options={
                'ordering': ['-pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'proposed')), fields=('kind', 'code'), name='one_open_withholding_per_item'), models.CheckConstraint(condition=models.Q(('state__in', ['proposed', 'confirmed', 'refused'])), name='withholding_state_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('decided_by', ''), ('decided_by_id', None), ('state', 'proposed')), models.Q(models.Q(('state', 'proposed'), _negated=True), ('decided_at__isnull', False), ('decided_by_id__isnull', False)), _connector='OR'), name='a_withholding_is_decided_by_somebody'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'confirmed'), _negated=True), models.Q(('decided_by_id', models.F('proposed_by_id')), _negated=True), _connector='OR'), name='withholding_takes_two_people')],
            },
        ),
        migrations.RunSQL(
            KEEP_WITHHOLDING,
            "DROP TRIGGER withholding_is_kept ON reviews_withholding; DROP FUNCTION keep_withholding();",
        ),
    ]
