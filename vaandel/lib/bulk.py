"""Many rows into a table at once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.db import connections, models, router, transaction
from django.utils.encoding import force_str

# Below this a temporary table takes longer than it saves.
FEWEST = 50


def insert_new(model: type[models.Model], rows: Sequence[models.Model], *, size: int = 1000) -> int:
    """Insert rows without keys; those that a constraint forbids are left out. How many went in.

    PostgreSQL takes them as one stream (COPY), which costs a fraction of long statements, most
    of all with JSON in them. They get no primary keys here. Whose rows they are is for the
    caller to check.
    """
    connection = connections[router.db_for_write(model)]
    if connection.vendor != "postgresql" or len(rows) < FEWEST:
        made = model._base_manager.bulk_create(rows, ignore_conflicts=True, batch_size=size)
        return len(made)
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    quoted = connection.ops.quote_name
    names = ", ".join(quoted(str(field.column)) for field in fields)
    table, stage = quoted(model._meta.db_table), quoted(f"new_{model._meta.db_table}")
    with transaction.atomic(connection.alias), connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMPORARY TABLE IF NOT EXISTS {stage} ON COMMIT DELETE ROWS"  # noqa: S608
            f" AS SELECT {names} FROM {table} WITH NO DATA"
        )
        with cursor.copy(f"COPY {stage} ({names}) FROM STDIN") as stream:
            for row in rows:
                stream.write_row([_value(field, row) for field in fields])
        cursor.execute(
            f"INSERT INTO {table} ({names}) SELECT {names} FROM {stage}"  # noqa: S608
            " ON CONFLICT DO NOTHING"
        )
        made_now = int(cursor.rowcount)
        cursor.execute(f"TRUNCATE {stage}")
    return made_now


def _value(field: models.Field[Any, Any], row: models.Model) -> object:
    value = getattr(row, field.attname)
    if isinstance(field, models.JSONField):
        return json.dumps(value, cls=field.encoder)
    return force_str(value) if isinstance(value, models.Choices) else value
