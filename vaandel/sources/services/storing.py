"""Entries of a feed become items of the inbox, each once."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from vaandel.sources.models import Item, Source
from vaandel.sources.reading.entries import Entry

# Of a feed that is new to us the latest land in the inbox; older ones are known from then on.
FIRST_ITEMS: Final = 25
TOMORROW: Final = timedelta(days=1)


def store_entries(
    source: Source, entries: list[Entry], *, at: datetime, most_new: int | None = None
) -> int:
    """Add what is not there yet; returns how many. Over ``most_new`` they are kept as not used.

    Two at once never double: the digest is unique per source.
    """
    by_digest = {entry.digest: _dated(entry, at) for entry in reversed(entries)}
    known = set(
        Item.objects.filter(source=source, guid_digest__in=by_digest).values_list(
            "guid_digest", flat=True
        )
    )
    new = [entry for entry in _newest_first(list(by_digest.values())) if entry.digest not in known]
    limit = len(new) if most_new is None else most_new
    rows = [_row(source, entry, at, wanted=number < limit) for number, entry in enumerate(new)]
    Item.objects.bulk_create(rows, ignore_conflicts=True)
    return min(len(new), limit)


def _dated(entry: Entry, at: datetime) -> Entry:
    """Clocks of websites run ahead; more than a day is a mistake, and no date."""
    if entry.published_at and entry.published_at > at + TOMORROW:
        return replace(entry, published_at=None)
    return entry


def _newest_first(entries: list[Entry]) -> list[Entry]:
    """Without a date an entry keeps its place: feeds give the newest first."""
    moments = [entry.published_at for entry in entries if entry.published_at]
    if len(moments) < len(entries):
        return entries[::-1]
    pairs = zip(moments, entries, strict=True)
    return [entry for _, entry in sorted(pairs, key=lambda pair: pair[0], reverse=True)]


def _row(source: Source, entry: Entry, at: datetime, *, wanted: bool) -> Item:
    return Item(
        organization_id=source.organization_id,
        source=source,
        guid_digest=entry.digest,
        url=entry.url,
        title=entry.title,
        summary_html=entry.summary_html,
        summary_text=entry.summary_text,
        image_url=entry.image_url,
        author=entry.author,
        published_at=entry.published_at,
        state=Item.State.NEW if wanted else Item.State.DISMISSED,
        created_at=at,
    )
