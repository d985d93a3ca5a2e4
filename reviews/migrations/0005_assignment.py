import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reviews', '0004_rule'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Assignment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('assigned_at', models.DateTimeField()),
                ('assigned_by_id', models.BigIntegerField()),
                ('assigned_by', models.TextField()),
                ('due', models.DateField(null=True)),
                ('answer', models.CharField(blank=True, choices=[('accepted', 'Accepted'), ('declined', 'Declined')], max_length=20)),
                ('reason', models.TextField(blank=True)),
                ('answered_at', models.DateTimeField(null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to=settings.AUTH_USER_MODEL)),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='reviews.submission')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('answer', 'declined'), _negated=True), fields=('submission', 'person'), name='a_person_is_asked_once_per_submission'), models.CheckConstraint(condition=models.Q(('answer__in', ['', 'accepted', 'declined'])), name='an_assignment_is_accepted_or_declined'), models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at', None)), models.Q(models.Q(('answer', ''), _negated=True), ('answered_at__isnull', False)), _connector='OR'), name='an_answer_has_its_time'), models.CheckConstraint(condition=models.Q(models.Q(('answer', 'declined'), models.Q(('reason', ''), _negated=True)), models.Q(models.Q(('answer', 'declined'), _negated=True), ('reason', '')), _connector='OR'), name='who_declines_says_why')],
            },
        ),
    ]
