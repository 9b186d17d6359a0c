"""From which day on there is a row of every click, and a small index to find the rows of a day."""

from datetime import timedelta
from typing import Any

from django.db import connections, migrations, models

CLICKS = "clicks"
_SUMS = "SELECT max(day) FROM links_linkday"
_ROWS = "SELECT count(*) FROM (SELECT 1 FROM links_click LIMIT 1) AS one"
_MARK = "INSERT INTO links_clickskept (id, since) VALUES (1, %s)"
# Rows come in the order of time: the first and the last moment of each stretch say enough.
_INDEX = "CREATE INDEX links_click_at ON links_click USING brin (at_ms) WITH (autosummarize = on)"


def index_by_time(apps: Any, schema_editor: Any) -> None:
    """On PostgreSQL. In SQLite the ids do: see `rollups`."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(_INDEX)


def drop_index_by_time(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX links_click_at")


def mark_sums_without_rows(apps: Any, schema_editor: Any) -> None:
    """Of an installation that is older than the present rows: its sums are all there is."""
    here = schema_editor.connection
    clicks = connections[CLICKS] if CLICKS in connections.databases else here
    if clicks is not here and here.alias == CLICKS:
        # The sums of before are moved here by the migrations of the other file, which follow.
        return
    day = models.DateField()
    with clicks.cursor() as cursor:
        cursor.execute(_ROWS)
        if cursor.fetchone()[0]:
            return
        cursor.execute(_SUMS)
        last = day.to_python(cursor.fetchone()[0])
        if last is not None:
            cursor.execute("DELETE FROM links_clickskept")
            since = clicks.ops.adapt_datefield_value(last + timedelta(days=1))
            cursor.execute(_MARK, [since])


class Migration(migrations.Migration):
    dependencies = [("links", "0004_domain_checks")]

    operations = [
        migrations.CreateModel(
            name="ClicksKept",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("since", models.DateField()),
            ],
        ),
        migrations.RunPython(index_by_time, drop_index_by_time),
        migrations.RunPython(mark_sums_without_rows, migrations.RunPython.noop),
    ]
