from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('history', '0005_unfinished'),
    ]

    operations = [
        migrations.AddField(
            model_name='contribution',
            name='through',
            field=models.CharField(blank=True, max_length=90),
        ),
    ]
