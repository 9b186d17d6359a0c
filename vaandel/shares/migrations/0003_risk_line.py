"""The closing line that rules of law ask for, as it went along with a text."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shares", "0002_publications")]

    operations = [
        migrations.AddField("share", "risk_line", models.TextField(blank=True, default="")),
        migrations.AddField("publication", "risk_line", models.TextField(blank=True, default="")),
    ]
