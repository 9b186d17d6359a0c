"""What an organisation spends at a network that costs money. Never more than its budget."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final

from django.db.models import F, Subquery

from vaandel.channels.models import MonthlySpending, NetworkApp
from vaandel.organizations.models import Organization
from vaandel.organizations.tenancy import tenant_scope

# Of a US dollar, in a cent.
THOUSANDTHS: Final = 10


def book(organization_id: int, channel: str, amount: int, *, at: datetime) -> bool:
    """Take this many thousandths of a dollar off the month's budget, before they are spent.

    False, and nothing is booked, when the budget does not allow it. Of two at once that
    together are too much, one gets it.
    """
    if amount <= 0:
        return True
    with tenant_scope(organization_id):
        budget = _budget(organization_id, channel)
        if budget is None or amount > budget:
            return False
        month = _month(at)
        MonthlySpending.objects.bulk_create(
            [MonthlySpending(organization_id=organization_id, channel=channel, month=month)],
            ignore_conflicts=True,
        )
        return bool(
            MonthlySpending.objects.filter(
                channel=channel, month=month, spent__lte=budget - amount
            ).update(spent=F("spent") + amount)
        )


def give_back(organization_id: int, channel: str, amount: int, *, at: datetime) -> None:
    """What was booked at this moment and for certain not spent."""
    if amount <= 0:
        return
    with tenant_scope(organization_id):
        MonthlySpending.objects.filter(channel=channel, month=_month(at), spent__gte=amount).update(
            spent=F("spent") - amount
        )


def spent(organization: Organization, channel: str, *, at: datetime) -> tuple[int, int | None]:
    """Spent this month and the month's budget, in thousandths of a dollar; None: no budget."""
    with tenant_scope(organization):
        rows = MonthlySpending.objects.filter(channel=channel, month=_month(at))
        found = (
            NetworkApp.objects.filter(channel=channel, is_on=True)
            .annotate(spent=Subquery(rows.values("spent")[:1]))
            .values_list("monthly_budget", "spent")
            .first()
        )
        if found is None:
            return rows.values_list("spent", flat=True).first() or 0, None
    budget, amount = found
    return amount or 0, None if budget is None else budget * THOUSANDTHS


def _budget(organization_id: int, channel: str) -> int | None:
    cents = (
        NetworkApp.objects.filter(organization=organization_id, channel=channel, is_on=True)
        .values_list("monthly_budget", flat=True)
        .first()
    )
    return None if cents is None else cents * THOUSANDTHS


def _month(at: datetime) -> date:
    """Networks begin their month in UTC."""
    return at.astimezone(UTC).date().replace(day=1)
