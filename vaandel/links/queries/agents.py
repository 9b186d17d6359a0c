"""Which programs and browsers came through the links, to review the rules that judge them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Max, Min, Sum

from vaandel.links.families import TO_REVIEW
from vaandel.links.kinds import Kind
from vaandel.links.models import AgentDay


@dataclass(frozen=True, slots=True)
class SeenFamily:
    """A family and what its requests were taken for, over the days that were asked for."""

    family: str
    kind: Kind
    count: int
    days: int
    first: date
    last: date

    @property
    def unknown(self) -> bool:
        """Whether no list knows it: the name is what the program calls itself."""
        return self.family.startswith(TO_REVIEW)


def seen_families(*, until: date, days: int, unknown_only: bool = False) -> list[SeenFamily]:
    """Families of the ``days`` up to and with ``until`` (UTC): unknown ones first, then the most.

    Over all organisations together; no row says whose link it was or who came.
    """
    rows = (
        AgentDay.objects.filter(day__gt=until - timedelta(days=days), day__lte=until)
        .values("family", "kind")
        .annotate(
            total=Sum("count"), on=Count("day", distinct=True), first=Min("day"), last=Max("day")
        )
    )
    found = [
        SeenFamily(
            family=row["family"],
            kind=Kind(row["kind"]),
            count=row["total"],
            days=row["on"],
            first=row["first"],
            last=row["last"],
        )
        for row in rows
    ]
    if unknown_only:
        found = [family for family in found if family.unknown]
    return sorted(found, key=lambda one: (not one.unknown, -one.count, one.family, one.kind))
