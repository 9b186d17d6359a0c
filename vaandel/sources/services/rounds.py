"""The round along all sources. At least once: a fetch cut short is done again, items stay single.

Before a website is asked, its row is leased; a second worker passes it by. Whoever was so slow
that the lease is over and somebody else has it throws away what was fetched.
"""

from __future__ import annotations

import contextlib
import random
from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from vaandel.organizations.tenancy import every_tenant
from vaandel.sources.fetching import Answer, FeedFailed, fetch_feed
from vaandel.sources.models import Source
from vaandel.sources.problems import Problem
from vaandel.sources.services.storing import FIRST_ITEMS, store_entries
from vaandel.sources.services.subscribing import next_round

LEASE: Final = timedelta(minutes=3)
FIRST_PAUSE: Final = timedelta(minutes=15)
LONGEST_PAUSE: Final = timedelta(days=1)
PER_ROUND: Final = 20
KEPT_AFTER_REMOVAL: Final = timedelta(days=30)


def fetch_due_sources() -> int:
    """Fetch the sources whose time has come, some at a time. Returns how many were asked."""
    with every_tenant():
        now = timezone.now()
        Source.objects.filter(removed_at__lt=now - KEPT_AFTER_REMOVAL).delete()
        due = _due(now).order_by("next_fetch_at").values_list("pk", flat=True)[:PER_ROUND]
        return sum(_fetch_if_free(source_id) for source_id in list(due))


def fetch_now(*, source: Source, at: datetime) -> bool:
    """Fetch at once, for somebody who waits. False when a worker has just begun with it."""
    Source.objects.filter(pk=source.pk).update(next_fetch_at=at)
    return bool(_fetch_if_free(source.pk))


def _due(now: datetime) -> QuerySet[Source]:
    free = Q(leased_until=None) | Q(leased_until__lt=now)
    return Source.objects.filter(
        free, next_fetch_at__lte=now, paused_at=None, removed_at=None, url__startswith="http"
    )


def _fetch_if_free(source_id: int) -> int:
    now = timezone.now()
    lease = now + LEASE
    if not _due(now).filter(pk=source_id).update(leased_until=lease):
        return 0
    source = Source.objects.get(pk=source_id)
    try:
        answer = fetch_feed(source.url, etag=source.etag, last_modified=source.last_modified)
    except FeedFailed as failure:
        _note_failure(source, failure, lease)
    else:
        _note_answer(source, answer, lease)
    return 1


@transaction.atomic
def _note_answer(source: Source, answer: Answer, lease: datetime) -> None:
    at = timezone.now()
    changes = {
        "leased_until": None,
        "failures": 0,
        "last_error": "",
        "last_error_detail": "",
        "last_fetched_at": at,
        "next_fetch_at": next_round(at),
        "etag": answer.etag,
        "last_modified": answer.last_modified,
    }
    if not _still_ours(source, lease).update(**changes):
        return
    if answer.feed:
        first = source.last_fetched_at is None
        new = store_entries(
            source, answer.feed.entries, at=at, most_new=FIRST_ITEMS if first else None
        )
        more = {"title": source.title or answer.feed.title}
        Source.objects.filter(pk=source.pk).update(**more, **({"last_new_at": at} if new else {}))
    if answer.url != source.url:
        _move(source, answer.url)


def _move(source: Source, url: str) -> None:
    """Follow a lasting redirect, unless the other address is a source itself."""
    with contextlib.suppress(IntegrityError), transaction.atomic():
        Source.objects.filter(pk=source.pk).update(url=url)


@transaction.atomic
def _note_failure(source: Source, failure: FeedFailed, lease: datetime) -> None:
    at = timezone.now()
    changes = {
        "leased_until": None,
        "failures": min(source.failures + 1, 1000),
        "last_error": failure.problem.value,
        "last_error_detail": str(failure.status or ""),
        "next_fetch_at": at + pause_after(source.failures + 1, failure.retry_after),
    }
    if failure.problem is Problem.GONE:
        changes["paused_at"] = at
    _still_ours(source, lease).update(**changes)


def _still_ours(source: Source, lease: datetime) -> QuerySet[Source]:
    return Source.objects.filter(pk=source.pk, leased_until=lease)


def pause_after(failures: int, asked: int = 0) -> timedelta:
    """Twice as long each time, at most a day, spread; never shorter than the website asks."""
    doubled = FIRST_PAUSE * (1 << min(failures - 1, 10))
    spread = doubled * random.uniform(0.8, 1.2)  # noqa: S311 - no secret
    return min(max(spread, timedelta(seconds=asked)), LONGEST_PAUSE)
