import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reviews', '0014_sign_off_position'),
    ]

    operations = [
        migrations.CreateModel(
            name='LeftOut',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=20)),
                ('code', models.CharField(max_length=60)),
                ('correction', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reviews.correction')),
            ],
            options={
                'ordering': ['correction_id', 'kind', 'code'],
                'constraints': [models.UniqueConstraint(fields=('correction', 'kind', 'code'), name='an_item_is_left_out_once_per_correction')],
            },
        ),
    ]
