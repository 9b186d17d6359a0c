"""Every second the clock asks which posts have changed: their links follow them."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("posts", "0001_initial")]

    operations: ClassVar = [
        migrations.AddIndex(
            model_name="post",
            index=models.Index(fields=["updated_at"], name="post_changed"),
        )
    ]
