"""Finding the raw clicks of a day, and knowing since which day they are all there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any, Final, NamedTuple

from django.db import connection, transaction

from vaandel.links.models import ClicksKept, SpoolFile
from vaandel.links.storage import clicks_alias, clicks_connection
from vaandel.links.store import DAY_MS, NUMBER_BITS

_EPOCH: Final = date(1970, 1, 1).toordinal()
_MOST: Final = 2**63 - 1


class Rows(NamedTuple):
    """Parts of a query about raw clicks, which it calls ``c``; ``parameters`` are of both."""

    tables: str
    where: str
    parameters: list[Any]


class _Span(NamedTuple):
    """When the clicks of one spool file were, in milliseconds since 1970."""

    number: int
    first: int
    last: int


class RawClicks:
    """Finds the clicks of a day. Make one for a whole run, since it first looks at all of them.

    On SQLite rows have no order in time but that of the spool files they came from, whose numbers
    their ids begin with: it learns when the clicks of each file were. That costs no space.
    """

    def __init__(self) -> None:
        self._growing: set[int] = set()
        self._spans: list[_Span] = []
        if connection.vendor == "sqlite":
            # First: files that are not in here have given all their clicks.
            self._growing = set(SpoolFile.objects.values_list("pk", flat=True))
            self._spans = list(_spans())

    def of(self, day: date) -> Rows:
        """Of a day (UTC), whatever was added since this object was made."""
        start = start_ms(day)
        moments = "c.at_ms >= %s AND c.at_ms < %s"
        if connection.vendor != "sqlite":
            return Rows("links_click c", moments, [start, start + DAY_MS])
        # The order of a cross join is kept: one stretch of ids after the other.
        return Rows(
            "json_each(%s) r CROSS JOIN links_click c",
            "c.id >= json_extract(r.value, '$[0]') AND c.id <= json_extract(r.value, '$[1]') "
            f"AND {moments}",
            [json.dumps(self._stretches(start)), start, start + DAY_MS],
        )

    def _stretches(self, start: int) -> list[tuple[int, int]]:
        """First and last ids between which all clicks of the day that starts then are."""
        known = {
            span.number
            for span in self._spans
            if span.first < start + DAY_MS and span.last >= start
        }
        newest = max([0, *self._growing, *(span.number for span in self._spans)])
        found: list[tuple[int, int]] = []
        for number in sorted(known | self._growing):
            first, last = number << NUMBER_BITS, ((number + 1) << NUMBER_BITS) - 1
            if found and found[-1][1] == first - 1:
                first = found.pop()[0]
            found.append((first, last))
        return [*found, ((newest + 1) << NUMBER_BITS, _MOST)]


def _spans() -> Iterator[_Span]:
    number = 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute(
                "SELECT min(id) FROM links_click WHERE id >= %s", [number << NUMBER_BITS]
            )
            first_id = cursor.fetchone()[0]
            if first_id is None:
                return
            number = first_id >> NUMBER_BITS
            cursor.execute(
                "SELECT min(at_ms), max(at_ms) FROM links_click WHERE id >= %s AND id < %s",
                [number << NUMBER_BITS, (number + 1) << NUMBER_BITS],
            )
            yield _Span(number, *cursor.fetchone())
            number += 1


def start_ms(day: date) -> int:
    """The first moment of a day in UTC."""
    return (day.toordinal() - _EPOCH) * DAY_MS


def today() -> date:
    return datetime.now(UTC).date()


def kept_since() -> date:
    """The first day (UTC) of which every raw click is there."""
    return ClicksKept.objects.values_list("since", flat=True).first() or date.min


@contextmanager
def alone() -> Iterator[None]:
    """A transaction during which nobody else counts clicks, deletes them or adds them up again.

    The ingest begins with a row of this table, so it waits right there. On SQLite a transaction
    of the clicks file is alone anyway.
    """
    with transaction.atomic(using=clicks_alias()):
        if connection.vendor == "postgresql":
            with clicks_connection().cursor() as cursor:
                cursor.execute("LOCK TABLE links_spoolfile IN EXCLUSIVE MODE")
        yield
