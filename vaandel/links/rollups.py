"""Do the sums agree with the rows that they are sums of; and how they are made again.

The same SQL counts the rows of a day for both. A click is in its row and in all its sums, or in
neither. So one statement compares, since it sees one moment; and while a day is made again the
ingest waits, for each day anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import connection

from vaandel.links.ingest import VISITOR_DAYS
from vaandel.links.raw import RawClicks, Rows, alone, kept_since, start_ms, today
from vaandel.links.storage import clicks_connection
from vaandel.links.store import (
    AGENT_DAY,
    CAMPAIGN_HOUR,
    HOUR_MS,
    LINK_DAY,
    ORGANIZATION_DAY,
    RollUp,
    upsert,
)

ONE_DAY: Final = timedelta(days=1)
# Of hours, in both kinds of database, in hours since 1970.
_HOUR: Final = {
    "sqlite": "CAST(strftime('%%s', hour) AS integer) / 3600",
    "postgresql": "CAST(extract(epoch FROM hour) AS bigint) / 3600",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """A sum that is not what its rows add up to.

    ``key`` names it: column to value. ``figure``: "count" or "uniques".
    """

    day: date
    table: str
    key: dict[str, str | int]
    figure: str
    kept: int
    counted: int


@dataclass(frozen=True, slots=True)
class CheckedDay:
    """A day (UTC): how many clicks its sums speak of, how many sums there are, what is wrong."""

    day: date
    clicks: int
    sums: int
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class _Figures:
    """How to count a table of sums for one day, and where to find what it has.

    ``keys``: name in the table to SQL over raw clicks ``c``, without the day.
    ``kept``: by the indexes, which begin with the organisation or the campaign.
    """

    to: RollUp
    keys: dict[str, str]
    sums: dict[str, str]
    kept: str
    organization: str = ""
    of_campaigns: bool = False


_COUNT: Final = "count(*)"
_UNIQUES: Final = "count(DISTINCT CASE WHEN c.kind = 'HUMAN' THEN c.visitor END)"
_LINK_DAYS: Final = _Figures(
    LINK_DAY,
    {"link_id": "c.link_id", "kind": "c.kind"},
    {"count": _COUNT, "uniques": _UNIQUES},
    "organization_id IN (SELECT id FROM organizations_organization) AND day = %s",
    organization="min(c.organization_id)",
)
_CAMPAIGN_HOURS: Final = _Figures(
    CAMPAIGN_HOUR,
    {
        "campaign_id": "l.campaign_id",
        "hour": f"c.at_ms / {HOUR_MS}",
        "kind": "c.kind",
        "channel": "l.channel",
        "referrer_host": "c.referrer_host",
        "country": "c.country",
    },
    {"count": _COUNT},
    "campaign_id IN (SELECT id FROM links_campaign) AND hour >= %s AND hour < %s",
    organization="min(l.organization_id)",
    of_campaigns=True,
)
_ORGANIZATION_DAYS: Final = _Figures(
    ORGANIZATION_DAY,
    {"organization_id": "c.organization_id", "kind": "c.kind"},
    {"count": _COUNT},
    "organization_id IN (SELECT id FROM organizations_organization) AND day = %s",
)
_FAMILIES: Final = _Figures(
    AGENT_DAY, {"family": "c.family", "kind": "c.kind"}, {"count": _COUNT}, "day = %s"
)
_ALL: Final = (_LINK_DAYS, _ORGANIZATION_DAYS, _CAMPAIGN_HOURS, _FAMILIES)


def days_with_rows(since: date | None, until: date | None) -> list[date]:
    """Days (UTC, both ends included) of which every raw click is still there."""
    last = min(until or today(), today())
    oldest = today() - timedelta(days=settings.CLICK_DAYS)
    first = max(since or oldest, oldest, kept_since())
    return [first + number * ONE_DAY for number in range((last - first).days + 1)]


def verify(since: date | None, until: date | None) -> list[Difference]:
    """Compare every sum with its rows; changes nothing and keeps nobody waiting."""
    checked = check(days_with_rows(since, until))
    return [difference for day in checked for difference in day.differences]


def check(days: Iterable[date]) -> Iterator[CheckedDay]:
    """The same, a day at a time."""
    rows = RawClicks()
    for day in days:
        wrong = [each for figures in _ALL for each in _differences(figures, rows.of(day), day)]
        # Rows may have expired while we counted them.
        gone = bool(wrong) and day < kept_since()
        yield CheckedDay(day, *_totals(day), () if gone else tuple(wrong))


def rebuild(since: date | None, until: date | None) -> int:
    """Make the sums of these days again; returns of how many. May be stopped and run again."""
    return rebuild_days(days_with_rows(since, until))


def rebuild_days(days: Iterable[date]) -> int:
    """Days whose rows have expired meanwhile are left alone."""
    rows = RawClicks()
    rebuilt = 0
    for day in days:
        with alone():
            if day < kept_since():
                continue
            for figures in _ALL:
                _make_again(figures, rows.of(day), day)
            if day >= today() - VISITOR_DAYS:
                _know_visitors_again(rows.of(day), day)
        rebuilt += 1
    return rebuilt


def _counted(figures: _Figures, rows: Rows) -> str:
    names = {**figures.keys, **figures.sums}
    if figures.organization:
        names["organization_id"] = figures.organization
    tables, where = rows.tables, rows.where
    if figures.of_campaigns:
        tables += " CROSS JOIN links_link l"
        where += " AND l.id = c.link_id AND l.campaign_id IS NOT NULL"
    columns = ", ".join(f"{sql} AS {name}" for name, sql in names.items())
    grouped = ", ".join(figures.keys.values())
    return f"SELECT {columns} FROM {tables} WHERE {where} GROUP BY {grouped}"  # noqa: S608


def _differences(figures: _Figures, rows: Rows, day: date) -> list[Difference]:
    sums = list(figures.sums)
    keys = ", ".join(figures.keys)
    kept_keys = ", ".join(
        f"{_HOUR[connection.vendor]} AS hour" if name == "hour" else name for name in figures.keys
    )
    kept = ", ".join(f"COALESCE({name}, 0) AS kept_{name}, 0 AS counted_{name}" for name in sums)
    counted = ", ".join(f"0, {name}" for name in sums)
    added = ", ".join(f"sum(kept_{name}), sum(counted_{name})" for name in sums)
    unequal = " OR ".join(f"sum(kept_{name}) <> sum(counted_{name})" for name in sums)
    sql = f"""
        SELECT {keys}, {added} FROM (
            SELECT {kept_keys}, {kept} FROM {figures.to.table} WHERE {figures.kept}
            UNION ALL
            SELECT {keys}, {counted} FROM ({_counted(figures, rows)}) AS now
        ) AS both_of_them
        GROUP BY {keys} HAVING {unequal} ORDER BY {keys}
    """  # noqa: S608 - our own names
    with connection.cursor() as cursor:
        cursor.execute(sql, [*_day_as_kept(figures, day), *rows.parameters])
        found = cursor.fetchall()
    return [
        Difference(day, figures.to.table, key, sums[number], int(row[at]), int(row[at + 1]))
        for row in found
        for key in [dict(zip(figures.keys, row, strict=False))]
        for number in range(len(sums))
        for at in [len(key) + 2 * number]
        if row[at] != row[at + 1]
    ]


def _totals(day: date) -> tuple[int, int]:
    clicks = sums = 0
    with connection.cursor() as cursor:
        for figures in _ALL:
            cursor.execute(
                "SELECT COALESCE(sum(count), 0), count(*) "  # noqa: S608 - our own names
                f"FROM {figures.to.table} WHERE {figures.kept}",
                _day_as_kept(figures, day),
            )
            in_table, rows = cursor.fetchone()
            sums += rows
            clicks += int(in_table) if figures is _LINK_DAYS else 0
    return clicks, sums


def _make_again(figures: _Figures, rows: Rows, day: date) -> None:
    """Read where links and clicks can be joined, write where clicks can be written."""
    with connection.cursor() as cursor:
        cursor.execute(_counted(figures, rows), rows.parameters)
        names = [column[0] for column in cursor.description]
        counted = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    clicks = clicks_connection()
    when = "hour >= %s AND hour < %s" if figures.of_campaigns else "day = %s"
    with clicks.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {figures.to.table} WHERE {when}",  # noqa: S608 - our own names
            _day_as_kept(figures, day),
        )
    upsert(clicks, figures.to, [_row(figures, values, day) for values in counted])


def _row(figures: _Figures, values: dict[str, Any], day: date) -> Sequence[Any]:
    values["day"] = day
    if "hour" in values:
        values["hour"] = datetime.fromtimestamp(values["hour"] * 3600, UTC)
    if "uniques" in values:
        # None where nobody is known: the mode that only counts.
        values["uniques"] = values["uniques"] or None
    return [values[name] for name in (*figures.to.keys, *figures.to.more, *figures.to.sums)]


def _know_visitors_again(rows: Rows, day: date) -> None:
    """Who has been there, so that the ingest goes on from the same visitors."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.link_id, c.visitor, count(*) "  # noqa: S608 - our own names
            f"FROM {rows.tables} WHERE {rows.where} "
            "AND c.kind = 'HUMAN' AND c.visitor IS NOT NULL GROUP BY c.link_id, c.visitor",
            rows.parameters,
        )
        known = cursor.fetchall()
    clicks = clicks_connection()
    on = clicks.ops.adapt_datefield_value(day)
    with clicks.cursor() as cursor:
        cursor.execute("DELETE FROM links_dayvisitor WHERE day = %s", [on])
        cursor.executemany(
            "INSERT INTO links_dayvisitor (day, link_id, visitor, clicks) VALUES (%s, %s, %s, %s)",
            [(on, *row) for row in known],
        )


def _day_as_kept(figures: _Figures, day: date) -> list[Any]:
    if not figures.of_campaigns:
        return [connection.ops.adapt_datefield_value(day)]
    starts = (datetime.fromtimestamp(start_ms(on) / 1000, UTC) for on in (day, day + ONE_DAY))
    return [connection.ops.adapt_datetimefield_value(start) for start in starts]
