"""What networks say of posts: read at a polite rhythm, only where the person agreed (M3).

A figure that a network does not give stays None. Rows go when the person takes back the
consent or disconnects the account.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Exists, OuterRef
from django.utils import timezone

from vaandel.channels.adapter import Figures, Kind, Trouble
from vaandel.channels.adapters import ADAPTERS
from vaandel.channels.models import ConnectedAccount
from vaandel.channels.services import accounts, spending
from vaandel.mailing.queue import jittered
from vaandel.organizations.tenancy import every_tenant
from vaandel.shares.models import NetworkFigures, Publication, Share

logger = logging.getLogger("vaandel.shares")

# After publishing: most happens in the first days. The last one ends it.
RHYTHM: Final = (
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(days=1),
    timedelta(days=2),
    timedelta(days=4),
    timedelta(days=7),
    timedelta(days=14),
    timedelta(days=30),
)
AT_A_TIME: Final = 100
IN_ONE_CALL: Final = 25
LEASE: Final = timedelta(minutes=5)
FIRST_PAUSE: Final = timedelta(minutes=30)
LONGEST_PAUSE: Final = timedelta(days=1)
MOST_FAILURES: Final = 10


def begin_reading(share: Share, *, channel: str, at: datetime) -> None:
    """From now on its figures are read, the first time in an hour."""
    NetworkFigures.objects.get_or_create(
        share=share,
        defaults={
            "organization_id": share.organization_id,
            "source": channel,
            "next_read_at": at + RHYTHM[0],
        },
    )


def read_figures() -> int:
    """Ask the networks for the figures that are due; how many posts were asked about.

    For the worker. Posts of one account are asked about together.
    """
    now = timezone.now()
    with every_tenant():
        claimed = _claim(at=now)
        by_account: defaultdict[int | None, list[NetworkFigures]] = defaultdict(list)
        for row in claimed:
            by_account[row.share.publication.account_id].append(row)
        for rows in by_account.values():
            for start in range(0, len(rows), IN_ONE_CALL):
                _read_safely(rows[start : start + IN_ONE_CALL], at=now)
    return len(claimed)


def _claim(*, at: datetime) -> list[NetworkFigures]:
    """Due rows, each held by one process; their next moment is put ahead meanwhile."""
    due = NetworkFigures.objects.filter(next_read_at__lte=at).order_by("next_read_at")
    claimed = []
    rows = due.select_related("share__publication__account__enrolment")[:AT_A_TIME]
    for row in rows:
        held = NetworkFigures.objects.filter(pk=row.pk, next_read_at=row.next_read_at)
        if held.update(next_read_at=at + LEASE):
            claimed.append(row)
    return claimed


def _read_safely(rows: Sequence[NetworkFigures], *, at: datetime) -> None:
    """What is wrong with one account must not keep back the others."""
    try:
        _read(rows, at=at)
    except Trouble as trouble:
        _failed(rows, trouble, at=at)
    except Exception:
        logger.exception("Figures could not be read.")
        _failed(rows, Trouble(Kind.TRANSIENT, "broken"), at=at)


def _read(rows: Sequence[NetworkFigures], *, at: datetime) -> None:
    account = rows[0].share.publication.account
    if account is None or not account.reads_statistics:
        # The consent was taken back; `forget_figures` deletes them.
        return
    adapter = ADAPTERS[account.channel]
    if not adapter.abilities.figures:
        raise Trouble(Kind.REJECTED, "no_figures")
    opened = accounts.opened(account, at=at)
    by_id = {row.share.publication.remote_id: row for row in rows}
    booking = (account.organization_id, account.channel, adapter.reading_price(len(rows)))
    if not spending.book(*booking, at=at):
        raise Trouble(Kind.BUDGET, "no_budget")
    try:
        found = adapter.figures(opened.app, opened.account, list(by_id))
    except Trouble:
        # Nothing was read, so nothing is to be paid.
        spending.give_back(*booking, at=at)
        raise
    for remote_id, row in by_id.items():
        if remote_id in found:
            _note(row, found[remote_id], at=at)
        else:
            _failed([row], Trouble(Kind.TRANSIENT, "unreachable"), at=at)


def _note(row: NetworkFigures, figures: Figures | None, *, at: datetime) -> None:
    if figures is None:
        _write(row, gone_at=at, next_read_at=None)
        return
    values: Mapping[str, Any] = asdict(figures)
    published = row.share.publication.published_at or at
    _write(
        row,
        **values,
        fetched_at=at,
        reads=row.reads + 1,
        failures=0,
        problem="",
        gone_at=None,
        next_read_at=next_reading(published, after=at),
    )


def next_reading(published_at: datetime, *, after: datetime) -> datetime | None:
    """The next moment of the rhythm; None when thirty days are over."""
    moments = (published_at + age for age in RHYTHM)
    return next((moment for moment in moments if moment > after), None)


def _failed(rows: Sequence[NetworkFigures], trouble: Trouble, *, at: datetime) -> None:
    """Later and later. What the network does not give is not asked for again."""
    if trouble.kind is Kind.RECONNECT:
        _wait_for_the_person(rows, trouble, at=at)
        return
    for row in rows:
        failures = row.failures + 1
        moment: datetime | None = at + jittered(
            min(FIRST_PAUSE * 2 ** min(failures - 1, 10), LONGEST_PAUSE)
        )
        if trouble.kind is Kind.THROTTLED and trouble.retry_at is not None:
            moment = trouble.retry_at
        if trouble.kind is Kind.REJECTED or failures >= MOST_FAILURES:
            moment = None
        _write(row, failures=failures, problem=trouble.code, next_read_at=moment)


def _wait_for_the_person(rows: Sequence[NetworkFigures], trouble: Trouble, *, at: datetime) -> None:
    """Nobody was asked: once a day until they connected again, or the thirty days are over."""
    for row in rows:
        published = row.share.publication.published_at or at
        tomorrow = at + LONGEST_PAUSE
        again = tomorrow if tomorrow <= published + RHYTHM[-1] else None
        _write(row, problem=trouble.code, next_read_at=again)


def _write(row: NetworkFigures, **values: Any) -> None:
    """Unless the consent was taken back meanwhile, and the row is gone."""
    NetworkFigures.objects.filter(pk=row.pk).update(**values)


def forget_figures() -> int:
    """Delete what was read with a consent that is not there any more; how many. For the clock."""
    with every_tenant():
        agreed = ConnectedAccount.objects.filter(
            pk=OuterRef("share__publication__account_id"), reads_statistics=True
        )
        rows = NetworkFigures.objects.exclude(Exists(agreed))
        if not rows.exists():
            return 0
        deleted, _per_table = rows.delete()
        return deleted


def begin_reading_for_new_consents() -> int:
    """Who agrees later gets those of the last thirty days too; how many. For the clock."""
    now = timezone.now()
    with every_tenant():
        published = (
            Publication.objects.filter(
                state=Publication.State.PUBLISHED,
                published_at__gt=now - RHYTHM[-1],
                account__reads_statistics=True,
                share__network_figures=None,
            )
            .exclude(remote_id="")
            .select_related("share")[:500]
        )
        for publication in published:
            if publication.share is not None:
                begin_reading(publication.share, channel=publication.channel, at=now)
        return len(published)
