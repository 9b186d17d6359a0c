"""Raw clicks are kept for a limited time; their sums stay.

Only whole days (UTC) go. That they go is written down first, so that nobody takes the sums of
those days for wrong. Everything may be stopped halfway: the next time goes on.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import OperationalError, connection, transaction

from vaandel.links import partitions
from vaandel.links.models import AgentDay, ClickReference, ClicksKept
from vaandel.links.raw import alone, kept_since, start_ms, today
from vaandel.links.storage import clicks_alias, clicks_connection
from vaandel.links.store import DAY_MS
from vaandel.organizations.tenancy import every_tenant

logger = logging.getLogger("vaandel.links")

# A conversion can be credited for this long.
REFERENCES_FOR: Final = timedelta(days=365)
FAMILIES_FOR: Final = timedelta(days=366)
# So few that the ingest, which waits meanwhile on SQLite, does not notice.
ROWS_AT_A_TIME: Final = 5000
# Between two batches, so that whoever waits has a turn.
PAUSE_SECONDS: Final = 0.02
# To drop a month on PostgreSQL, everybody who reads clicks must have finished.
LOCK_TIMEOUT: Final = "5s"


def forget_old_clicks() -> int:
    """Delete raw clicks older than ``CLICK_DAYS``, and what else is kept for a time only.

    For the clock. Returns how many rows went, those of whole months not counted.
    """
    before = today() - timedelta(days=settings.CLICK_DAYS)
    _mark(before)
    forget = _forget_months_and_rows if connection.vendor == "postgresql" else _forget_rows
    gone = forget(start_ms(before))
    with every_tenant():
        gone += AgentDay.objects.filter(day__lt=today() - FAMILIES_FOR).delete()[0]
        return gone + _in_batches(_forget_references)


def _mark(before: date) -> None:
    """Say that days before this one are no longer complete; while nobody adds them up."""
    if kept_since() >= before:
        return
    with alone():
        ClicksKept.objects.update_or_create(pk=1, defaults={"since": before})


def _forget_months_and_rows(before_ms: int) -> int:
    """PostgreSQL: months that are over are dropped, which costs nothing however many clicks."""
    this = partitions.month_of(before_ms)
    with connection.cursor() as cursor:
        months = partitions.existing(cursor)
    for month in sorted(month for month in months if month < this):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
                partitions.drop(cursor, month)
        except OperationalError:
            logger.warning("The clicks of %s are in use; they are dropped later.", month.table)
    if this not in months:
        return 0
    return _in_batches(lambda: _forget_in_month(this, before_ms))


def _forget_in_month(month: partitions.Month, before_ms: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {month.table} WHERE ctid = ANY (ARRAY("  # noqa: S608 - our own names
            f"SELECT ctid FROM {month.table} WHERE at_ms < %s LIMIT %s))",
            [before_ms, ROWS_AT_A_TIME],
        )
        return int(cursor.rowcount)


def _forget_rows(before_ms: int) -> int:
    """SQLite: from the oldest id on, until everything is young.

    Ids follow the order of reading. A click that was read days late goes when its neighbours do.
    """
    gone, after, newest = 0, -1, 0
    while newest < before_ms + DAY_MS:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT max(id), min(at_ms), max(at_ms) FROM "
                "(SELECT id, at_ms FROM links_click WHERE id > %s ORDER BY id LIMIT %s)",
                [after, ROWS_AT_A_TIME],
            )
            last, oldest, newest = cursor.fetchone()
        if last is None:
            break
        if oldest < before_ms:
            with transaction.atomic(using=clicks_alias()), clicks_connection().cursor() as cursor:
                cursor.execute(
                    "DELETE FROM links_click WHERE id > %s AND id <= %s AND at_ms < %s",
                    [after, last, before_ms],
                )
                gone += cursor.rowcount
            time.sleep(PAUSE_SECONDS)
        after = last
    return gone


def _forget_references() -> int:
    before = datetime.now(UTC) - REFERENCES_FOR
    old = ClickReference.objects.filter(at__lt=before).order_by("at")
    some = list(old.values_list("pk", flat=True)[:ROWS_AT_A_TIME])
    return ClickReference.objects.filter(pk__in=some).delete()[0] if some else 0


def _in_batches(forget: Callable[[], int]) -> int:
    """Again until it finds less than there may be at a time."""
    gone = 0
    while number := forget():
        gone += number
        if number < ROWS_AT_A_TIME:
            break
        time.sleep(PAUSE_SECONDS)
    return gone
