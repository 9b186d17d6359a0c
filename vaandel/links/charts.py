"""Figures of links as charts, with words in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from babel.dates import get_day_names
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vaandel.components.charts import Comparison, HeatHours, LineChart, LinePoint
from vaandel.components.figures import UNKNOWN, figure, locale, short_day
from vaandel.links.kinds import WHY, Kind
from vaandel.links.queries.campaigns import CampaignFigures, Day


def timeline_chart(figures: CampaignFigures) -> LineChart | None:
    """Clicks per day (or week); a second line with uniques. None for a single day."""
    days = figures.days
    if len(days) < 2:
        return None
    total = sum(day.clicks for day in days)
    label = ngettext("%(n)s click by people", "%(n)s clicks by people", total) % {
        "n": figure(total)
    }
    highest = max(days, key=lambda day: day.clicks)
    return LineChart(
        label=(
            _("%(clicks)s in this period, most in the week of %(day)s.")
            if figures.weekly
            else _("%(clicks)s in this period, most on %(day)s.")
        )
        % {"clicks": label, "day": short_day(highest.day)},
        points=[LinePoint(short_day(day.day), day.clicks) for day in days],
        name=_("Clicks by people"),
        text=_("%(n)s clicks") % {"n": figure(days[-1].clicks)},
        period=_("Week from") if figures.weekly else _("Day"),
        value_column=_("Clicks by people"),
        comparison=_uniques(days),
        caption=_("Clicks per week") if figures.weekly else _("Clicks per day"),
    )


def _uniques(days: Sequence[Day]) -> Comparison | None:
    values = [day.uniques for day in days]
    if all(value is None for value in values):
        return None
    last = values[-1]
    return Comparison(
        name=_("Unique per day"),
        values=[None if value is None else float(value) for value in values],
        text="" if last is None else _("%(n)s unique") % {"n": figure(last)},
        texts=[UNKNOWN if value is None else figure(value) for value in values],
    )


@dataclass(frozen=True, slots=True)
class KindRow:
    """What was counted as what; ``part`` of all visits, 0 to 1."""

    name: str | Promise
    why: str | Promise
    count: int
    part: float
    counts: bool = False


def kind_rows(figures: CampaignFigures) -> list[KindRow]:
    """People first, then what was left out, most first."""
    whole = figures.clicks + figures.left_out_total or 1
    people = KindRow(
        Kind.HUMAN.label, WHY[Kind.HUMAN], figures.clicks, figures.clicks / whole, counts=True
    )
    rest = sorted(figures.left_out.items(), key=lambda item: -item[1])
    return [people, *(KindRow(k.label, WHY[k], count, count / whole) for k, count in rest)]


def hours_chart(hours: list[list[int]]) -> HeatHours:
    """In which hours of the week people click."""
    names = get_day_names("wide", locale=locale())
    short = get_day_names("abbreviated", locale=locale())
    places = [(day, hour) for day in range(7) for hour in range(24)]
    day, hour = max(places, key=lambda place: hours[place[0]][place[1]])
    return HeatHours(
        label=_("Most clicks on %(day)s between %(begin)s and %(end)s.")
        % {"day": names[day], "begin": f"{hour}:00", "end": f"{hour + 1}:00"},
        weekdays=[short[index].rstrip(".") for index in range(7)],
        values=hours,
        hour=_("Hour"),
        caption=_("Clicks by people per hour of the week"),
        legend_name=_("Clicks in an hour:"),
    )
