"""What was left out in a whole organisation, for the page that explains it."""

from __future__ import annotations

from datetime import date

from django.db.models import Sum

from vaandel.links.kinds import Kind
from vaandel.links.models import OrganizationDay


def kinds_since(first: date) -> dict[Kind, int]:
    """All visits to the organisation's links from this day (UTC) on, by kind; each is there."""
    rows = OrganizationDay.objects.filter(day__gte=first).order_by().values_list("kind")
    found = dict(rows.annotate(total=Sum("count")))
    return {kind: found.get(kind.value, 0) for kind in Kind}
