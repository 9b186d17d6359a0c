"""The end of each chain, and what the database itself refuses."""

from __future__ import annotations

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

# An update may do one thing: empty the content after its time.
SAME = (
    "id", "organization_id", "number", "at", "kind", "subject",
    "content_digest", "previous_digest", "digest", "keep_until",
)  # fmt: skip
UNCHANGED = " AND ".join(f"NEW.{name} = OLD.{name}" for name in SAME)
EMPTIED = f"NEW.content = '' AND {UNCHANGED}"
RELEASED = (
    "EXISTS (SELECT 1 FROM archive_archivechain chain"
    " WHERE chain.organization_id = {row}.organization_id AND chain.released_at IS NOT NULL)"
)
MESSAGE = "entries of the archive are neither changed nor deleted"

SQLITE = (
    f"""CREATE TRIGGER archive_never_changed BEFORE UPDATE ON archive_archiveentry
    WHEN NOT ({EMPTIED} AND OLD.keep_until < date('now'))
    BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END""",
    f"""CREATE TRIGGER archive_never_deleted BEFORE DELETE ON archive_archiveentry
    WHEN NOT {RELEASED.format(row="OLD")}
    BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END""",
)
POSTGRESQL = (
    f"""CREATE FUNCTION archive_never_changed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'UPDATE' THEN
            IF {EMPTIED} AND OLD.keep_until < (now() AT TIME ZONE 'UTC')::date THEN
                RETURN NEW;
            END IF;
        ELSIF TG_OP = 'DELETE' THEN
            IF {RELEASED.format(row="OLD")} THEN
                RETURN OLD;
            END IF;
        ELSIF NOT EXISTS (
            SELECT 1 FROM archive_archiveentry entry WHERE NOT {RELEASED.format(row="entry")}
        ) THEN
            RETURN NULL;
        END IF;
        RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation';
    END $$""",
    """CREATE TRIGGER archive_never_changed BEFORE UPDATE OR DELETE ON archive_archiveentry
    FOR EACH ROW EXECUTE FUNCTION archive_never_changed()""",
    """CREATE TRIGGER archive_never_emptied BEFORE TRUNCATE ON archive_archiveentry
    FOR EACH STATEMENT EXECUTE FUNCTION archive_never_changed()""",
)
GONE = {
    "sqlite": (
        "DROP TRIGGER IF EXISTS archive_never_changed",
        "DROP TRIGGER IF EXISTS archive_never_deleted",
    ),
    "postgresql": (
        "DROP TRIGGER IF EXISTS archive_never_changed ON archive_archiveentry",
        "DROP TRIGGER IF EXISTS archive_never_emptied ON archive_archiveentry",
        "DROP FUNCTION IF EXISTS archive_never_changed()",
    ),
}


def lay(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    vendor = schema_editor.connection.vendor
    for statement in SQLITE if vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement, params=None)


def take_away(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in GONE[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [
        ("organizations", "0003_stopped_and_looks"),
        ("archive", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="ArchiveChain",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("length", models.PositiveIntegerField(default=0)),
                ("digest", models.CharField(blank=True, max_length=64)),
                ("checked_at", models.DateTimeField(blank=True, null=True)),
                ("checked_length", models.PositiveIntegerField(default=0)),
                ("broken_at", models.PositiveIntegerField(blank=True, null=True)),
                ("released_at", models.DateTimeField(blank=True, null=True)),
                ("organization", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="organizations.organization")),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [models.UniqueConstraint(fields=("organization",), name="one_chain_per_organization")],
            },
        ),
        migrations.RunPython(lay, take_away),
    ]
