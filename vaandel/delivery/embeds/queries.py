"""Places on the intranet as their list shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from vaandel.delivery.models import Embed


@dataclass(frozen=True, slots=True)
class Place:
    pk: int
    name: str
    sites: tuple[str, ...]
    topics: tuple[str, ...]
    shown_at: datetime | None
    refused_site: str
    revoked: bool


def places() -> list[Place]:
    """All of the organisation in scope, in two queries."""
    rows = Embed.objects.prefetch_related("topics").order_by("name", "pk")
    return [
        Place(
            pk=row.pk,
            name=row.name,
            sites=tuple(site.partition("://")[2] for site in row.sites),
            topics=tuple(
                topic.name for topic in sorted(row.topics.all(), key=lambda t: (t.position, t.pk))
            ),
            shown_at=row.shown_at,
            refused_site=row.refused_site,
            revoked=row.revoked_at is not None,
        )
        for row in rows
    ]
