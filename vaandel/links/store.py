"""Writing a batch: raw clicks, then every roll-up, in the transaction of the caller.

In SQL and in bulk, since this runs for every click there is. What is written where:
clicks one by one; the sums per link and day; the sums per campaign and hour; families per day.
"""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from vaandel.links import bulk, partitions
from vaandel.links.batch import Batch
from vaandel.links.kinds import Kind
from vaandel.links.spool import Record
from vaandel.links.storage import clicks_connection

logger = logging.getLogger("vaandel.links")

NUMBER_BITS: Final = 32
HOUR_MS: Final = 3_600_000
DAY_MS: Final = 24 * HOUR_MS
ROWS_PER_STATEMENT: Final = 500
_PERSON: Final = Kind.HUMAN.value

CLICK_COLUMNS: Final = (
    "id",
    "organization_id",
    "link_id",
    "at_ms",
    "kind",
    "referrer_host",
    "country",
    "family",
    "visitor",
)


class Owner(NamedTuple):
    """Whom a link belongs to, and what its clicks are added up under."""

    organization_id: int
    campaign_id: int | None
    channel: str


class RollUp(NamedTuple):
    """A table of sums: the columns that make a row, in front of ``organization_id`` if it has
    one, and what is added to."""

    table: str
    keys: tuple[str, ...]
    more: tuple[str, ...]
    sums: tuple[str, ...] = ("count",)


LINK_DAY: Final = RollUp(
    "links_linkday",
    ("link_id", "day", "kind"),
    ("organization_id",),
    ("count", "uniques"),
)
CAMPAIGN_HOUR: Final = RollUp(
    "links_campaignhour",
    ("campaign_id", "hour", "kind", "channel", "referrer_host", "country"),
    ("organization_id",),
)
AGENT_DAY: Final = RollUp("links_agentday", ("day", "family", "kind"), ())


def store(batch: Batch, *, file_number: int) -> int:
    """Add a batch; returns how many clicks there were. Clicks of links that were deleted are
    left out. Raises ``IntegrityError`` when a click is there already: call ``drop_known``."""
    database = clicks_connection()
    owners = owners_of({record.link_id for record in batch.records.values()})
    records = [record for record in batch.records.values() if record.link_id in owners]
    if len(records) < len(batch.records):
        logger.info("Clicks of links that were deleted were left out.")
    _add_clicks(database, records, owners, file_number)
    new_visitors = _add_visitors(database, records)
    _add_references(database, records, owners)
    add_up(database, records, owners, new_visitors)
    if batch.late:
        _correct(database, batch.late, file_number)
    return len(records)


def drop_known(batch: Batch, *, file_number: int) -> int:
    """Take out what was stored before; returns how many there were. Never needed as long as
    nobody meddles with the files or the rows: it keeps a mistake from stopping all counting."""
    base = file_number << NUMBER_BITS
    with clicks_connection().cursor() as cursor:
        cursor.execute(
            "SELECT id FROM links_click WHERE id BETWEEN %s AND %s",
            [base + min(batch.records), base + max(batch.records)],
        )
        known = [row[0] - base for row in cursor.fetchall() if row[0] - base in batch.records]
    for number in known:
        del batch.records[number]
    return len(known)


def owners_of(link_ids: set[int]) -> dict[int, Owner]:
    """Of the links that still exist; read here, so that a record need not say it."""
    sql = "SELECT id, organization_id, campaign_id, channel FROM links_link WHERE "
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(sql + "id = ANY(%s)", [list(link_ids)])
        else:
            among = "id IN (SELECT value FROM json_each(%s))"
            cursor.execute(sql + among, [str(list(link_ids))])
        return {row[0]: Owner._make(row[1:]) for row in cursor.fetchall()}


def _add_clicks(
    database: BaseDatabaseWrapper, records: list[Record], owners: dict[int, Owner], number: int
) -> None:
    base = number << NUMBER_BITS
    columns = ", ".join(CLICK_COLUMNS)
    rows = (
        (
            base | record.number,
            owners[record.link_id].organization_id,
            record.link_id,
            record.at_ms,
            record.kind,
            record.referrer_host,
            record.country,
            record.family,
            record.visitor,
        )
        for record in records
    )
    with database.cursor() as cursor, database.wrap_database_errors:
        if database.vendor == "postgresql":
            partitions.make(cursor, {record.at_ms for record in records})
            bulk.copy(cursor, "links_click", columns, rows)
        else:
            marks = ", ".join(["?"] * len(CLICK_COLUMNS))
            cursor.connection.executemany(
                f"INSERT INTO links_click ({columns}) VALUES ({marks})",  # noqa: S608
                rows,
            )


def _add_visitors(
    database: BaseDatabaseWrapper, records: list[Record]
) -> dict[tuple[int, date], int]:
    """How many visitors are new, per link and day, where visitors are known."""
    known = {
        (record.link_id, _day(record.at_ms), record.visitor)
        for record in records
        if record.visitor is not None and record.kind == _PERSON
    }
    new: Counter[tuple[int, date]] = Counter({(link, day): 0 for link, day, _ in known})
    with database.cursor() as cursor:
        for part in _parts(sorted(known)):
            cursor.execute(
                "INSERT INTO links_dayvisitor (link_id, day, visitor) VALUES "  # noqa: S608
                + ", ".join(["(%s, %s, %s)"] * len(part))
                + " ON CONFLICT (link_id, day, visitor) DO NOTHING RETURNING link_id, day",
                [value for row in part for value in (row[0], _adapted(database, row[1]), row[2])],
            )
            new.update((link, _as_date(day)) for link, day in cursor.fetchall())
    return dict(new)


def _add_references(
    database: BaseDatabaseWrapper, records: list[Record], owners: dict[int, Owner]
) -> None:
    rows = [
        (record.reference, owners[record.link_id].organization_id, record.link_id, _at(record))
        for record in records
        if record.reference
    ]
    with database.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO links_clickreference (reference, organization_id, link_id, at) "
            "VALUES (%s, %s, %s, %s) ON CONFLICT (reference) DO NOTHING",
            rows,
        )


def add_up(
    database: BaseDatabaseWrapper,
    records: Iterable[Record],
    owners: dict[int, Owner],
    new_visitors: dict[tuple[int, date], int],
) -> None:
    """Add records to every roll-up."""
    # Not counters, which are slow where most keys are new.
    link_days: defaultdict[tuple[int, int, str], int] = defaultdict(int)
    hours: defaultdict[tuple[int, int, str, str, str, str], int] = defaultdict(int)
    families: defaultdict[tuple[int, str, str], int] = defaultdict(int)
    for record in records:
        day = record.at_ms // DAY_MS
        link_days[record.link_id, day, record.kind] += 1
        families[day, record.family, record.kind] += 1
        owner = owners[record.link_id]
        if owner.campaign_id is not None:
            hours[
                owner.campaign_id,
                record.at_ms // HOUR_MS,
                record.kind,
                owner.channel,
                record.referrer_host,
                record.country,
            ] += 1
    upsert(
        database,
        LINK_DAY,
        (
            (
                link,
                (on := _date(day)),
                kind,
                owners[link].organization_id,
                count,
                new_visitors.get((link, on)) if kind == _PERSON else None,
            )
            for (link, day, kind), count in sorted(link_days.items())
        ),
    )
    organizations = {
        owner.campaign_id: owner.organization_id for owner in owners.values() if owner.campaign_id
    }
    upsert(
        database,
        CAMPAIGN_HOUR,
        (
            (campaign, _hour(hour), *rest, organizations[campaign], count)
            for (campaign, hour, *rest), count in sorted(hours.items())
        ),
    )
    upsert(
        database,
        AGENT_DAY,
        (
            (_date(day), family, kind, count)
            for (day, family, kind), count in sorted(families.items())
        ),
    )


def upsert(database: BaseDatabaseWrapper, to: RollUp, rows: Iterable[Sequence[Any]]) -> None:
    """Add to the sums of rows, which are made where there is none yet.

    A row holds the keys, what comes with them, and one number for each sum; an absent number
    (``None``) leaves the sum as it is. Rows come in one order, so that two runs at once cannot
    wait for each other.
    """
    columns = ", ".join((*to.keys, *to.more, *to.sums))
    added = ", ".join(_sum(to.table, name) for name in to.sums)
    head = f"INSERT INTO {to.table} ({columns})"
    tail = f"ON CONFLICT ({', '.join(to.keys)}) DO UPDATE SET {added}"
    with database.cursor() as cursor, database.wrap_database_errors:
        if database.vendor == "postgresql":
            bulk.copy_through(cursor, to.table, columns, rows, into=head, then=tail)
            return
        marks = ", ".join(["?"] * (columns.count(",") + 1))
        adapted = (tuple(_adapted(database, value) for value in row) for row in rows)
        cursor.connection.executemany(f"{head} VALUES ({marks}) {tail}", adapted)


def _sum(table: str, name: str) -> str:
    if name == "count":
        return f"count = {table}.count + excluded.count"
    both = f"COALESCE({table}.{name}, 0) + excluded.{name}"
    return f"{name} = CASE WHEN excluded.{name} IS NULL THEN {table}.{name} ELSE {both} END"


def _correct(database: BaseDatabaseWrapper, late: dict[int, str], number: int) -> None:
    """Change the kind of clicks that were stored before, in the rows and in every sum."""
    base = number << NUMBER_BITS
    changed: list[tuple[Record, str]] = []
    with database.cursor() as cursor:
        for record_number, kind in sorted(late.items()):
            cursor.execute(
                "SELECT link_id, at_ms, kind, referrer_host, country, family, visitor "
                "FROM links_click WHERE id = %s",
                [base | record_number],
            )
            row = cursor.fetchone()
            if row is None or row[2] == kind:
                continue
            cursor.execute(
                "UPDATE links_click SET kind = %s WHERE id = %s AND at_ms = %s",
                [kind, base | record_number, row[1]],
            )
            changed.append((Record._make((record_number, *row, "")), kind))
    owners = owners_of({record.link_id for record, _ in changed})
    still = [(record, kind) for record, kind in changed if record.link_id in owners]
    gone = _forget_visitors(database, [record for record, _ in still])
    add_up(database, (record._replace(kind=kind) for record, kind in still), owners, {})
    _subtract(database, [record for record, _ in still], owners, gone)


def _forget_visitors(
    database: BaseDatabaseWrapper, records: list[Record]
) -> dict[tuple[int, date], int]:
    gone: Counter[tuple[int, date]] = Counter()
    with database.cursor() as cursor:
        for record in records:
            if record.visitor is None or record.kind != _PERSON:
                continue
            day = _day(record.at_ms)
            start = record.at_ms // DAY_MS * DAY_MS
            cursor.execute(
                "DELETE FROM links_dayvisitor WHERE link_id = %s AND day = %s AND visitor = %s "
                # Unless another click of theirs still counts.
                "AND NOT EXISTS (SELECT 1 FROM links_click c WHERE c.link_id = %s AND "
                "c.at_ms >= %s AND c.at_ms < %s AND c.visitor = %s AND c.kind = %s)",
                [
                    record.link_id,
                    _adapted(database, day),
                    record.visitor,
                    record.link_id,
                    start,
                    start + DAY_MS,
                    record.visitor,
                    _PERSON,
                ],
            )
            gone[record.link_id, day] += cursor.rowcount
    return gone


def _subtract(
    database: BaseDatabaseWrapper,
    records: list[Record],
    owners: dict[int, Owner],
    gone: dict[tuple[int, date], int],
) -> None:
    with database.cursor() as cursor:
        for record in records:
            day = _day(record.at_ms)
            cursor.execute(
                "UPDATE links_linkday SET count = count - 1, uniques = uniques - %s "
                "WHERE link_id = %s AND day = %s AND kind = %s",
                [
                    gone.pop((record.link_id, day), 0),
                    record.link_id,
                    _adapted(database, day),
                    record.kind,
                ],
            )
            cursor.execute(
                "UPDATE links_agentday SET count = count - 1 "
                "WHERE day = %s AND family = %s AND kind = %s",
                [_adapted(database, day), record.family, record.kind],
            )
            owner = owners[record.link_id]
            cursor.execute(
                "UPDATE links_campaignhour SET count = count - 1 WHERE campaign_id = %s "
                "AND hour = %s AND kind = %s AND channel = %s AND referrer_host = %s "
                "AND country = %s",
                [
                    owner.campaign_id,
                    _adapted(database, _hour(record.at_ms // HOUR_MS)),
                    record.kind,
                    owner.channel,
                    record.referrer_host,
                    record.country,
                ],
            )


def _adapted(database: BaseDatabaseWrapper, value: Any) -> Any:
    """A value as this database keeps it."""
    if isinstance(value, datetime):
        return database.ops.adapt_datetimefield_value(value)
    if isinstance(value, date):
        return database.ops.adapt_datefield_value(value)
    return value


def _at(record: Record) -> datetime:
    return datetime.fromtimestamp(record.at_ms / 1000, UTC)


def _day(at_ms: int) -> date:
    return _date(at_ms // DAY_MS)


@lru_cache(maxsize=1024)
def _date(day: int) -> date:
    return date.fromordinal(719_163 + day)


@lru_cache(maxsize=4096)
def _hour(hour: int) -> datetime:
    return datetime.fromtimestamp(hour * 3600, UTC)


def _as_date(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _parts(rows: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(rows), ROWS_PER_STATEMENT):
        yield rows[start : start + ROWS_PER_STATEMENT]
