import django.db.models.deletion
from django.db import migrations, models

# A schedule waits, then ends once; what was set is never rewritten, a change is a row of its own.
KEEP_SCHEDULE = """
CREATE FUNCTION keep_schedule() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'schedules are never deleted' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF OLD.state <> 'waiting' THEN
    RAISE EXCEPTION 'a schedule that has ended never changes' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF to_jsonb(OLD) - '{state,reason,ended_at}'::text[] <> to_jsonb(NEW) - '{state,reason,ended_at}'::text[] THEN
    RAISE EXCEPTION 'only the end of a schedule is added' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER schedule_is_kept BEFORE UPDATE OR DELETE ON reviews_schedule
  FOR EACH ROW EXECUTE FUNCTION keep_schedule();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('reviews', '0012_correction'),
    ]

    operations = [
        migrations.CreateModel(
            name='Schedule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('published', 'Published'), ('failed', 'Failed'), ('cancelled', 'Cancelled')], default='waiting', max_length=20)),
                ('reason', models.TextField(blank=True)),
                ('at', models.DateTimeField()),
                ('by_id', models.BigIntegerField()),
                ('by', models.TextField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='schedules', to='reviews.submission')),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.AddIndex(
            model_name='schedule',
            index=models.Index(condition=models.Q(('state', 'waiting')), fields=['due_at'], name='schedules_that_wait'),
        ),
        migrations.AddConstraint(
            model_name='schedule',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'waiting')), fields=('submission',), name='one_waiting_schedule_per_submission'),
        ),
        migrations.AddConstraint(
            model_name='schedule',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'published', 'failed', 'cancelled'])), name='schedule_state_is_known'),
        ),
        migrations.AddConstraint(
            model_name='schedule',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('state', 'waiting')), models.Q(models.Q(('state', 'waiting'), _negated=True), ('ended_at__isnull', False)), _connector='OR'), name='a_schedule_waits_or_has_ended'),
        ),
        migrations.AddConstraint(
            model_name='schedule',
            constraint=models.CheckConstraint(condition=models.Q(('due_at__gt', models.F('at'))), name='a_schedule_lies_ahead'),
        ),
        migrations.RunSQL(
            KEEP_SCHEDULE,
            "DROP TRIGGER schedule_is_kept ON reviews_schedule; DROP FUNCTION keep_schedule();",
        ),
    ]
