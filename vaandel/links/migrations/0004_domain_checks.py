from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("links", "0003_conversions")]

    operations = [
        migrations.AddField(
            model_name="linksettings",
            name="domain_tried_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="linksettings",
            name="domain_failed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
