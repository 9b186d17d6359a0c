"""The months of raw clicks on PostgreSQL: each a table of its own, dropped when it is old."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

DAY_MS: Final = 86_400_000
_FIND: Final = """
SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
WHERE i.inhparent = 'links_click'::regclass ORDER BY c.relname
"""


class Month(NamedTuple):
    year: int
    month: int

    @property
    def table(self) -> str:
        return f"links_click_{self.year:04d}_{self.month:02d}"

    @property
    def start_ms(self) -> int:
        return int(datetime(self.year, self.month, 1, tzinfo=UTC).timestamp()) * 1000

    @property
    def next(self) -> Month:
        return Month(self.year + self.month // 12, self.month % 12 + 1)


def month_of(at_ms: int) -> Month:
    moment = datetime.fromtimestamp(at_ms / 1000, UTC)
    return Month(moment.year, moment.month)


def make(cursor: Any, moments: Iterable[int]) -> None:
    """See to it that there is a table for each of these moments (milliseconds since 1970)."""
    wanted = set(_months(moments))
    missing = sorted(wanted - existing(cursor))
    if missing:
        # Two runs may find the same month missing; the second waits and finds it.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('links_click'))")
        missing = sorted(wanted - existing(cursor))
    for month in missing:
        cursor.execute(
            f"CREATE TABLE {month.table} PARTITION OF links_click "
            f"FOR VALUES FROM ({month.start_ms}) TO ({month.next.start_ms})"
        )


def _months(moments: Iterable[int]) -> Iterator[Month]:
    days = {at_ms // DAY_MS for at_ms in moments}
    yield from {month_of(day * DAY_MS) for day in days}


def existing(cursor: Any) -> set[Month]:
    cursor.execute(_FIND)
    return {Month(int(name[-7:-3]), int(name[-2:])) for (name,) in cursor.fetchall()}


def drop(cursor: Any, month: Month) -> None:
    cursor.execute(f"DROP TABLE IF EXISTS {month.table}")
