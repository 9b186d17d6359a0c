"""What came through short links, from the roll-ups. Days are days in UTC."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Sum

from vaandel.links.kinds import Kind
from vaandel.links.models import LinkDay

# More ids in one statement than a database takes as parameters would fail.
IDS_PER_STATEMENT = 5000


@dataclass(frozen=True, slots=True)
class Kinds:
    """Requests on links: clicks of people, and what was left out, by kind (if it occurred)."""

    clicks: int
    left_out: dict[Kind, int]

    @property
    def left_out_total(self) -> int:
        return sum(self.left_out.values())


def clicks_per_link(link_ids: Iterable[int]) -> dict[int, int]:
    """Clicks by people on each of these links; 0 where there were none."""
    ids = list(link_ids)
    clicks = dict.fromkeys(ids, 0)
    for part in _in_parts(ids):
        rows = LinkDay.objects.filter(link_id__in=part, kind=Kind.HUMAN)
        clicks.update(rows.values_list("link_id").annotate(total=Sum("count")).order_by())
    return clicks


def clicks_per_day(link_ids: Iterable[int], since: date) -> dict[int, dict[date, int]]:
    """Clicks by people per link and day, from ``since`` on; days without clicks are absent."""
    ids = list(link_ids)
    days: dict[int, dict[date, int]] = {link_id: {} for link_id in ids}
    for part in _in_parts(ids):
        rows = LinkDay.objects.filter(link_id__in=part, kind=Kind.HUMAN, day__gte=since)
        for link_id, day, count in rows.order_by("day").values_list("link_id", "day", "count"):
            days[link_id][day] = count
    return days


def kinds(link_ids: Iterable[int]) -> Kinds:
    """All requests on these links together, people and what was left out."""
    totals: dict[Kind, int] = {}
    for part in _in_parts(list(link_ids)):
        rows = LinkDay.objects.filter(link_id__in=part)
        for kind, total in rows.values_list("kind").annotate(total=Sum("count")).order_by():
            totals[Kind(kind)] = totals.get(Kind(kind), 0) + total
    return Kinds(
        clicks=totals.pop(Kind.HUMAN, 0),
        left_out={kind: totals[kind] for kind in Kind if kind in totals},
    )


def _in_parts(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), IDS_PER_STATEMENT):
        yield ids[start : start + IDS_PER_STATEMENT]
