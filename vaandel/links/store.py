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


# A click, and how often it is added; -1: it is taken away.
Change = tuple[Record, int]


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
ORGANIZATION_DAY: Final = RollUp("links_organizationday", ("organization_id", "day", "kind"), ())
AGENT_DAY: Final = RollUp("links_agentday", ("day", "family", "kind"), ())


def store(batch: Batch, *, file_number: int) -> int:
    """Add a batch; returns how many clicks there were. Clicks of links that were deleted are
    left out. Raises ``IntegrityError`` when a click is there already: call ``drop_known``."""
    database = clicks_connection()
    corrected = _correct(database, batch.late, file_number)
    named = {record.link_id for record in batch.records.values()}
    owners = owners_of(named | {record.link_id for record, _ in corrected})
    records = [record for record in batch.records.values() if record.link_id in owners]
    if len(records) < len(batch.records):
        logger.info("Clicks of links that were deleted were left out.")
    changes = [(record, 1) for record in records]
    changes += [change for change in corrected if change[0].link_id in owners]
    _add_clicks(database, records, owners, file_number)
    _add_references(database, records, owners)
    # Each table once and in one order, so that two nodes cannot wait for each other.
    new_visitors = _count_visitors(database, changes)
    add_up(database, changes, owners, new_visitors)
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
            # As text: thousands of numbers in a list are converted one by one.
            ids = f"{{{','.join(map(str, link_ids))}}}"
            cursor.execute(sql + "id = ANY(%s::bigint[])", [ids])
        else:
            among = "id IN (SELECT value FROM json_each(%s))"
            cursor.execute(sql + among, [str(list(link_ids))])
        return {row[0]: Owner._make(row[1:]) for row in cursor.fetchall()}


def _add_clicks(
    database: BaseDatabaseWrapper, records: list[Record], owners: dict[int, Owner], number: int
) -> None:
    base = number << NUMBER_BITS
    columns = ", ".join(CLICK_COLUMNS)
    with database.cursor() as cursor, database.wrap_database_errors:
        if database.vendor == "postgresql":
            partitions.make(cursor, [record.at_ms for record in records])
            bulk.copy(cursor, "links_click", columns, _lines(records, owners, base))
            return
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
        marks = ", ".join(["?"] * len(CLICK_COLUMNS))
        cursor.connection.executemany(
            f"INSERT INTO links_click ({columns}) VALUES ({marks})",  # noqa: S608
            rows,
        )


def _lines(records: list[Record], owners: dict[int, Owner], base: int) -> Iterator[str]:
    """Clicks in the order of `CLICK_COLUMNS`, for `COPY`."""
    texts = bulk.Texts()
    for number, link, at_ms, kind, host, country, family, visitor, _ in records:
        yield (
            f"{base | number}\t{owners[link][0]}\t{link}\t{at_ms}\t{kind}\t{texts[host]}\t"
            f"{texts[country]}\t{texts[family]}\t{texts[None] if visitor is None else visitor}"
        )


def _count_visitors(
    database: BaseDatabaseWrapper, changes: Iterable[Change]
) -> dict[tuple[int, date], int]:
    """How many visitors came or went, per link and day, where visitors are known."""
    clicks: defaultdict[tuple[date, int, int], int] = defaultdict(int)
    for record, times in changes:
        if record.visitor is not None and record.kind == _PERSON:
            clicks[_day(record.at_ms), record.link_id, record.visitor] += times
    new: Counter[tuple[int, date]] = Counter({(link, day): 0 for day, link, _ in clicks})
    with database.cursor() as cursor:
        for part in _parts(sorted(item for item in clicks.items() if item[1])):
            cursor.execute(
                "INSERT INTO links_dayvisitor (day, link_id, visitor, clicks) VALUES "  # noqa: S608
                + ", ".join(["(%s, %s, %s, %s)"] * len(part))
                + " ON CONFLICT (day, link_id, visitor) DO UPDATE"
                " SET clicks = links_dayvisitor.clicks + excluded.clicks"
                " RETURNING link_id, day, visitor, clicks",
                [
                    value
                    for (day, link, visitor), times in part
                    for value in (_adapted(database, day), link, visitor, times)
                ],
            )
            for link, on, visitor, now in cursor.fetchall():
                day = _as_date(on)
                new[link, day] += _came_or_went(now, clicks[day, link, visitor])
        if any(times < 0 for times in clicks.values()):
            cursor.execute("DELETE FROM links_dayvisitor WHERE clicks <= 0")
    return dict(new)


def _came_or_went(now: int, change: int) -> int:
    """1, -1 or 0 for somebody who has so many clicks after this change."""
    return (now > 0) - (now - change > 0)


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
    changes: Iterable[Change],
    owners: dict[int, Owner],
    new_visitors: dict[tuple[int, date], int],
) -> None:
    """Add to every roll-up, or take away."""
    # Not counters, which are slow where most keys are new.
    link_days: defaultdict[tuple[int, int, str], int] = defaultdict(int)
    hours: defaultdict[tuple[int, int, str, str, str, str], int] = defaultdict(int)
    families: defaultdict[tuple[int, str, str], int] = defaultdict(int)
    days: defaultdict[tuple[int, int, str], int] = defaultdict(int)
    for record, times in changes:
        day = record.at_ms // DAY_MS
        link_days[record.link_id, day, record.kind] += times
        families[day, record.family, record.kind] += times
        owner = owners[record.link_id]
        days[owner.organization_id, day, record.kind] += times
        if owner.campaign_id is not None:
            hours[
                owner.campaign_id,
                record.at_ms // HOUR_MS,
                record.kind,
                owner.channel,
                record.referrer_host,
                record.country,
            ] += times
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
            for (link, day, kind), count in link_days.items()
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
            for (campaign, hour, *rest), count in hours.items()
        ),
    )
    upsert(
        database,
        ORGANIZATION_DAY,
        (
            (organization, _date(day), kind, count)
            for (organization, day, kind), count in days.items()
        ),
    )
    upsert(
        database,
        AGENT_DAY,
        ((_date(day), family, kind, count) for (day, family, kind), count in families.items()),
    )


def upsert(database: BaseDatabaseWrapper, to: RollUp, rows: Iterable[Sequence[Any]]) -> None:
    """Add to the sums of rows, which are made where there is none yet.

    A row holds the keys, what comes with them, and one number for each sum; an absent number
    (``None``) leaves the sum as it is. They are added in the order of the keys, so that two runs
    at once cannot wait for each other.
    """
    columns = ", ".join((*to.keys, *to.more, *to.sums))
    added = ", ".join(_sum(to.table, name) for name in to.sums)
    head = f"INSERT INTO {to.table} ({columns})"
    tail = f"ON CONFLICT ({', '.join(to.keys)}) DO UPDATE SET {added}"
    with database.cursor() as cursor, database.wrap_database_errors:
        if database.vendor == "postgresql":
            tail = f"ORDER BY {', '.join(to.keys)} {tail}"
            bulk.copy_through(cursor, to.table, columns, rows, into=head, then=tail)
            return
        marks = ", ".join(["?"] * (columns.count(",") + 1))
        kept = _Kept(database)
        adapted = (
            [kept[value] if isinstance(value, date) else value for value in row]
            for row in sorted(tuple(row) for row in rows)
        )
        cursor.connection.executemany(f"{head} VALUES ({marks}) {tail}", adapted)


def _sum(table: str, name: str) -> str:
    if name == "count":
        return f"count = {table}.count + excluded.count"
    both = f"COALESCE({table}.{name}, 0) + excluded.{name}"
    return f"{name} = CASE WHEN excluded.{name} IS NULL THEN {table}.{name} ELSE {both} END"


def _correct(database: BaseDatabaseWrapper, late: dict[int, str], number: int) -> list[Change]:
    """Change the kind of clicks that were stored before; returns what that does to the sums."""
    base = number << NUMBER_BITS
    changes: list[Change] = []
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
            was = Record._make((record_number, *row, ""))
            changes += [(was, -1), (was._replace(kind=kind), 1)]
    return changes


class _Kept(dict[date, str]):
    """Days and hours as this database keeps them; there are few of them in a batch."""

    def __init__(self, database: BaseDatabaseWrapper) -> None:
        super().__init__()
        self._database = database

    def __missing__(self, value: date) -> str:
        kept: str = _adapted(self._database, value)
        self[value] = kept
        return kept


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
