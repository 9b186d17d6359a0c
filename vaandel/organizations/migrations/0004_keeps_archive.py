"""Whether the menu leads to the archive; the room of topics says so."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("organizations", "0003_stopped_and_looks")]

    operations = [
        migrations.AddField(
            model_name="organization",
            name="keeps_archive",
            field=models.BooleanField(default=False),
        ),
    ]
