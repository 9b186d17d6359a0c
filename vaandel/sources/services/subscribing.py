"""Sources come, pause and go."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction

from vaandel.organizations.audit import record
from vaandel.organizations.models import Member, Organization
from vaandel.programmes.models import Topic
from vaandel.sources.fetching import Answer, find_feed
from vaandel.sources.models import Source
from vaandel.sources.services.storing import FIRST_ITEMS, store_entries

EVERY: Final = timedelta(hours=1)


class AlreadyASource(Exception):
    """This feed is read already."""

    def __init__(self, source: Source) -> None:
        super().__init__(f"Source {source.pk} reads this feed.")
        self.source = source


def add_source(
    *,
    organization: Organization,
    url: str,
    topic: Topic | None,
    by: Member | None,
    at: datetime,
) -> Source:
    """Try an address at once, and read its feed from now on.

    A web page that names a feed will do. Raises ``FeedFailed`` and ``AlreadyASource``.
    """
    # Outside the transaction: the website takes as long as it likes.
    return _subscribe(organization, find_feed(url), topic, by=by, at=at)


@transaction.atomic
def _subscribe(
    organization: Organization,
    answer: Answer,
    topic: Topic | None,
    *,
    by: Member | None,
    at: datetime,
) -> Source:
    source = _row_for(organization, answer.url, at)
    source.title = answer.feed.title if answer.feed else ""
    source.topic = topic
    source.added_by = by
    source.removed_at = source.paused_at = source.leased_until = None
    source.failures, source.last_error, source.last_error_detail = 0, "", ""
    source.etag, source.last_modified = answer.etag, answer.last_modified
    source.last_fetched_at = at
    source.next_fetch_at = next_round(at)
    entries = answer.feed.entries if answer.feed else []
    if store_entries(source, entries, at=at, most_new=FIRST_ITEMS):
        source.last_new_at = at
    source.save()
    record(
        by=by,
        action="source.added",
        subject=f"source:{source.pk}",
        organization_id=organization.pk,
        detail={"url": source.url},
        at=at,
    )
    return source


def _row_for(organization: Organization, url: str, at: datetime) -> Source:
    """A new row, or that of a source that was removed."""
    try:
        with transaction.atomic():
            return Source.objects.create(organization=organization, url=url, created_at=at)
    except IntegrityError:
        known = Source.objects.get(organization=organization, url=url)
    if known.removed_at is None:
        raise AlreadyASource(known)
    return known


def next_round(at: datetime) -> datetime:
    """Spread, so that not all sources are asked in the same minute."""
    return at + EVERY + timedelta(seconds=random.uniform(-300, 300))  # noqa: S311 - no secret


@transaction.atomic
def pause_source(*, source: Source, by: Member, at: datetime) -> bool:
    changed = Source.objects.filter(pk=source.pk, paused_at=None).update(paused_at=at)
    if changed:
        record(by=by, action="source.edited", subject=f"source:{source.pk}", at=at)
    return bool(changed)


@transaction.atomic
def resume_source(*, source: Source, by: Member, at: datetime) -> bool:
    """Read it again, from now on; earlier failures are forgiven."""
    changed = (
        Source.objects.filter(pk=source.pk)
        .exclude(paused_at=None)
        .update(paused_at=None, failures=0, last_error="", last_error_detail="", next_fetch_at=at)
    )
    if changed:
        record(by=by, action="source.edited", subject=f"source:{source.pk}", at=at)
    return bool(changed)


@transaction.atomic
def remove_source(*, source: Source, by: Member, at: datetime) -> bool:
    """Hide a source and what it brought; ``restore_source`` undoes it."""
    changed = Source.objects.filter(pk=source.pk, removed_at=None).update(removed_at=at)
    if changed:
        record(by=by, action="source.deleted", subject=f"source:{source.pk}", at=at)
    return bool(changed)


@transaction.atomic
def restore_source(*, source: Source, by: Member, at: datetime) -> bool:
    changed = Source.objects.filter(pk=source.pk).exclude(removed_at=None).update(removed_at=None)
    if changed:
        record(by=by, action="source.added", subject=f"source:{source.pk}", at=at)
    return bool(changed)


def set_topic(*, source: Source, topic: Topic | None) -> None:
    Source.objects.filter(pk=source.pk).update(topic=topic)
