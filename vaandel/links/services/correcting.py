"""Putting a conversion right, with a trace of what it was, who changed it and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction

from vaandel.links.models import Conversion, ConversionCorrection, Goal, Link
from vaandel.organizations.audit import record
from vaandel.organizations.models import Member


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a conversion should be."""

    goal: Goal
    happened_at: datetime
    value: Decimal | None
    currency: str
    link: Link | None
    withdrawn: bool


class AlreadyKnown(Exception):
    """There is another conversion with this goal and this id."""


def correct_conversion(
    *, conversion: Conversion, wanted: Wanted, reason: str, by: Member, at: datetime
) -> ConversionCorrection | None:
    """Change it and keep the trace; None when it is like that already, as on a second press.

    Raise ``AlreadyKnown`` when the goal would make it the same as another one. Crediting another
    link, or none, forgets the reference: the clock must not credit its click again.
    """
    try:
        with transaction.atomic():
            row = Conversion.objects.select_for_update().get(pk=conversion.pk)
            changed = changes(row, wanted)
            if not changed:
                return None
            _apply(row, wanted, at)
            row.save()
            return keep_trace(conversion=row, changed=changed, reason=reason, by=by, at=at)
    except IntegrityError as error:
        raise AlreadyKnown(conversion.external_id) from error


def changes(row: Conversion, wanted: Wanted) -> dict[str, list[str]]:
    """Field to [before, after], of what differs. Links are named by their number."""
    before = _texts(
        Wanted(
            goal=Goal(row.goal),
            happened_at=row.happened_at,
            value=row.value,
            currency=row.currency,
            link=row.link,
            withdrawn=row.withdrawn_at is not None,
        )
    )
    after = _texts(wanted)
    changed = {name: [before[name], after[name]] for name in before if before[name] != after[name]}
    if "link" in changed and row.reference:
        changed["reference"] = [row.reference, ""]
    return changed


def _texts(wanted: Wanted) -> dict[str, str]:
    return {
        "goal": wanted.goal.value,
        "happened_at": wanted.happened_at.isoformat(),
        "value": "" if wanted.value is None else f"{wanted.value:.2f}",
        "currency": wanted.currency,
        "link": str(wanted.link.pk) if wanted.link else "",
        "withdrawn": "yes" if wanted.withdrawn else "no",
    }


def _apply(row: Conversion, wanted: Wanted, at: datetime) -> None:
    linked = wanted.link.pk if wanted.link else None
    if row.link_id != linked:
        row.reference = ""
    row.goal = wanted.goal
    row.happened_at = wanted.happened_at
    row.value = wanted.value
    row.currency = wanted.currency
    row.link = wanted.link
    row.withdrawn_at = (row.withdrawn_at or at) if wanted.withdrawn else None


def keep_trace(
    *,
    conversion: Conversion,
    changed: Mapping[str, list[str]],
    reason: str,
    by: Member,
    at: datetime,
) -> ConversionCorrection:
    """What changed on the conversion's own page, and that it changed in the log."""
    correction = ConversionCorrection.objects.create(
        organization_id=conversion.organization_id,
        conversion=conversion,
        by=by,
        at=at,
        changed=dict(changed),
        reason=reason,
    )
    record(
        by=by,
        action="conversion.corrected",
        subject=f"conversion:{conversion.pk}",
        detail={"fields": sorted(changed)},
        at=at,
    )
    return correction
