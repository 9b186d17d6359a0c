"""What was put right on a conversion, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vaandel.components.figures import clock, day
from vaandel.links.models import ConversionCorrection, Goal
from vaandel.links.queries.conversions import Credit

NAMES: Mapping[str, str | Promise] = {
    "goal": gettext_lazy("Goal"),
    "happened_at": gettext_lazy("When it happened"),
    "value": gettext_lazy("Amount"),
    "currency": gettext_lazy("Currency"),
    "link": gettext_lazy("Last click"),
    "withdrawn": gettext_lazy("Withdrawn"),
}


@dataclass(frozen=True, slots=True)
class Change:
    name: str
    before: str
    after: str


def link_ids(corrections: Iterable[ConversionCorrection]) -> set[int]:
    """The links that corrections speak of."""
    texts = (text for row in corrections for text in row.changed.get("link", []))
    return {int(text) for text in texts if text}


def changes_of(correction: ConversionCorrection, credited: Mapping[int, Credit]) -> list[Change]:
    """In the order of the form. A reference goes with its link, and has no line of its own."""
    return [
        Change(str(name), *(_text(field, value, credited) for value in correction.changed[field]))
        for field, name in NAMES.items()
        if field in correction.changed
    ]


def _text(field: str, value: str, credited: Mapping[int, Credit]) -> str:
    if field == "link":
        if not value:
            return _("Not attributed")
        credit = credited.get(int(value))
        return credit.title if credit and credit.title else _("A link that is gone")
    if field == "goal":
        return str(Goal(value).label)
    if field == "happened_at":
        moment = timezone.localtime(datetime.fromisoformat(value))
        return f"{day(moment)}, {clock(moment)}"
    if field == "withdrawn":
        return _("yes") if value == "yes" else _("no")
    return value or "–"
