"""Sums without a number of their own: found, and kept in order, by what they are sums of."""

from typing import Any

import django.db.models.deletion
from django.db import connections, migrations, models

CLICKS = "clicks"
_DAY_KIND = "day date NOT NULL, kind varchar(8) NOT NULL"
# No check that it is not negative: the rows of an upsert are, when something is taken away.
_COUNT = "count integer NOT NULL"
# The columns of each table, and the key that it is kept by.
TABLES = {
    "links_linkday": (
        f"organization_id bigint NOT NULL, link_id bigint NOT NULL, {_DAY_KIND}, {_COUNT}, "
        "uniques integer",
        "link_id, day, kind",
    ),
    "links_campaignhour": (
        "organization_id bigint NOT NULL, campaign_id bigint NOT NULL, hour {moment} NOT NULL, "
        "kind varchar(8) NOT NULL, channel varchar(20) NOT NULL, "
        f"referrer_host varchar(120) NOT NULL, country varchar(2) NOT NULL, {_COUNT}",
        "campaign_id, hour, kind, channel, referrer_host, country",
    ),
    "links_dayvisitor": (
        "day date NOT NULL, link_id bigint NOT NULL, visitor bigint NOT NULL, "
        "clicks integer NOT NULL DEFAULT 1",
        "day, link_id, visitor",
    ),
    "links_agentday": (
        f"{_DAY_KIND}, family varchar(40) NOT NULL, {_COUNT}",
        "day, family, kind",
    ),
}
_ORGANIZATIONS = (
    f"organization_id bigint NOT NULL, {_DAY_KIND}, {_COUNT}",
    "organization_id, day, kind",
)


def narrow(apps: Any, schema_editor: Any) -> None:
    connection = schema_editor.connection
    if CLICKS in connections.databases and connection.alias != CLICKS:
        return
    for table, (columns, key) in TABLES.items():
        names = ", ".join(
            column.split()[0] for column in columns.split(", ") if "DEFAULT" not in column
        )
        _make(schema_editor, f"{table}_new", columns, key)
        schema_editor.execute(
            f"INSERT INTO {table}_new ({names}) SELECT {names} FROM {table}"  # noqa: S608
        )
        schema_editor.execute(f"DROP TABLE {table}")
        schema_editor.execute(f"ALTER TABLE {table}_new RENAME TO {table}")
    schema_editor.execute(
        "CREATE INDEX link_day_of_organization ON links_linkday (organization_id, day, kind)"
    )
    _make(schema_editor, "links_organizationday", *_ORGANIZATIONS)
    schema_editor.execute(
        "INSERT INTO links_organizationday (organization_id, day, kind, count) "
        "SELECT organization_id, day, kind, sum(count) FROM links_linkday GROUP BY 1, 2, 3"
    )


def _make(schema_editor: Any, table: str, columns: str, key: str) -> None:
    """On SQLite in the order of the key itself; on PostgreSQL with room beside each sum, so that
    adding to it touches no index."""
    postgresql = schema_editor.connection.vendor == "postgresql"
    moment = "timestamptz" if postgresql else "datetime"
    kept = "WITH (fillfactor = 85)" if postgresql else "WITHOUT ROWID"
    schema_editor.execute(
        f"CREATE TABLE {table} ({columns.format(moment=moment)}, PRIMARY KEY ({key})) {kept}"
    )


class Migration(migrations.Migration):
    dependencies = [
        ("links", "0005_clicks_kept"),
        ("organizations", "0002_destinations"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.DeleteModel("LinkDay"),
                migrations.DeleteModel("CampaignHour"),
                migrations.DeleteModel("DayVisitor"),
                migrations.DeleteModel("AgentDay"),
        migrations.CreateModel(
            name='AgentDay',
            fields=[
                ('pk', models.CompositePrimaryKey('day', 'family', 'kind', blank=True, editable=False, primary_key=True, serialize=False)),
                ('day', models.DateField()),
                ('family', models.CharField(max_length=40)),
                ('kind', models.CharField(choices=[('HUMAN', 'Clicks by people'), ('REPEAT', 'The same visitor again within seconds'), ('PREVIEW', 'Link previews'), ('BOT', 'Robots'), ('PREFETCH', 'Loaded ahead by a browser'), ('SCANNER', 'Security scanners'), ('SELF', 'From a page of Vaandel itself'), ('ENDED', 'After the link had ended')], max_length=8)),
                ('count', models.IntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='DayVisitor',
            fields=[
                ('pk', models.CompositePrimaryKey('day', 'link_id', 'visitor', blank=True, editable=False, primary_key=True, serialize=False)),
                ('day', models.DateField()),
                ('link_id', models.BigIntegerField()),
                ('visitor', models.BigIntegerField()),
                ('clicks', models.IntegerField(default=1)),
            ],
        ),
        migrations.CreateModel(
            name='CampaignHour',
            fields=[
                ('pk', models.CompositePrimaryKey('campaign_id', 'hour', 'kind', 'channel', 'referrer_host', 'country', blank=True, editable=False, primary_key=True, serialize=False)),
                ('hour', models.DateTimeField()),
                ('kind', models.CharField(choices=[('HUMAN', 'Clicks by people'), ('REPEAT', 'The same visitor again within seconds'), ('PREVIEW', 'Link previews'), ('BOT', 'Robots'), ('PREFETCH', 'Loaded ahead by a browser'), ('SCANNER', 'Security scanners'), ('SELF', 'From a page of Vaandel itself'), ('ENDED', 'After the link had ended')], max_length=8)),
                ('channel', models.CharField(blank=True, max_length=20)),
                ('referrer_host', models.CharField(blank=True, max_length=120)),
                ('country', models.CharField(blank=True, max_length=2)),
                ('count', models.IntegerField(default=0)),
                ('campaign', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='hours', to='links.campaign')),
                ('organization', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='organizations.organization')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='OrganizationDay',
            fields=[
                ('pk', models.CompositePrimaryKey('organization_id', 'day', 'kind', blank=True, editable=False, primary_key=True, serialize=False)),
                ('day', models.DateField()),
                ('kind', models.CharField(choices=[('HUMAN', 'Clicks by people'), ('REPEAT', 'The same visitor again within seconds'), ('PREVIEW', 'Link previews'), ('BOT', 'Robots'), ('PREFETCH', 'Loaded ahead by a browser'), ('SCANNER', 'Security scanners'), ('SELF', 'From a page of Vaandel itself'), ('ENDED', 'After the link had ended')], max_length=8)),
                ('count', models.IntegerField(default=0)),
                ('organization', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='organizations.organization')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='LinkDay',
            fields=[
                ('pk', models.CompositePrimaryKey('link_id', 'day', 'kind', blank=True, editable=False, primary_key=True, serialize=False)),
                ('day', models.DateField()),
                ('kind', models.CharField(choices=[('HUMAN', 'Clicks by people'), ('REPEAT', 'The same visitor again within seconds'), ('PREVIEW', 'Link previews'), ('BOT', 'Robots'), ('PREFETCH', 'Loaded ahead by a browser'), ('SCANNER', 'Security scanners'), ('SELF', 'From a page of Vaandel itself'), ('ENDED', 'After the link had ended')], max_length=8)),
                ('count', models.IntegerField(default=0)),
                ('uniques', models.IntegerField(null=True)),
                ('link', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='days', to='links.link')),
                ('organization', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='organizations.organization')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'indexes': [models.Index(fields=['organization', 'day', 'kind'], name='link_day_of_organization')],
            },
        ),
            ],
        ),
        migrations.RunPython(narrow, migrations.RunPython.noop),
    ]
