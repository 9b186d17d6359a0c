"""Reads a feed in once: from a file, or from an address that becomes a source."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.db import transaction

from vaandel.organizations.models import Organization
from vaandel.organizations.tenancy import tenant_scope
from vaandel.sources.fetching import FeedFailed
from vaandel.sources.models import Source
from vaandel.sources.problems import problem_of_reading
from vaandel.sources.reading.apart import read_feed
from vaandel.sources.reading.entries import Feed, NotAFeed
from vaandel.sources.services.storing import store_entries
from vaandel.sources.services.subscribing import AlreadyASource, add_source


def import_feed(*, place: str, organization: Organization, at: datetime) -> tuple[Source, int]:
    """Read a file or an address; returns the source and how many items are new in its inbox.

    Raises ``FeedFailed``, and ``OSError`` for a file that cannot be read.
    """
    with tenant_scope(organization):
        if "://" not in place:
            return _import_file(Path(place), organization, at)
        try:
            source = add_source(organization=organization, url=place, topic=None, by=None, at=at)
        except AlreadyASource as known:
            return known.source, 0
        return source, source.items.filter(created_at=at, state="NEW").count()


def _import_file(file: Path, organization: Organization, at: datetime) -> tuple[Source, int]:
    try:
        feed = read_feed(file.read_bytes())
    except NotAFeed as refusal:
        raise FeedFailed(problem_of_reading(refusal)) from refusal
    return _store(file.name, feed, organization, at)


@transaction.atomic
def _store(name: str, feed: Feed, organization: Organization, at: datetime) -> tuple[Source, int]:
    source, _created = Source.objects.get_or_create(
        organization=organization,
        url=f"file:{name}"[:2000],
        defaults={"title": feed.title or name[:200], "paused_at": at, "created_at": at},
    )
    new = store_entries(source, feed.entries, at=at)
    Source.objects.filter(pk=source.pk).update(
        last_fetched_at=at, removed_at=None, **({"last_new_at": at} if new else {})
    )
    return source, new
