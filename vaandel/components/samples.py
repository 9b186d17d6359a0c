"""Made-up numbers for the style guide."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from vaandel.components import flags
from vaandel.components.charts import (
    BarItem,
    BarList,
    Comparison,
    HeatCell,
    HeatHours,
    HeatMonth,
    LineChart,
    LinePoint,
    Mark,
    Reference,
    SparkDay,
    Sparkline,
    StackedBars,
    StackGroup,
)
from vaandel.components.figures import percent

TAKING_PART = [2.9, 2.6, 3.0, 3.3, 3.2, 3.4, 3.2, 4.1, 5.0, 5.8, 6.3, 6.1, 7.0, 7.4, 6.8, 7.9, 8.5]
ELSEWHERE = [3.1, 2.8, 3.2, 3.0, 3.4, 3.1, 3.3, 3.2, 3.6, 3.4, 3.5, 3.3, 3.7, 3.6, 3.4, 3.8, 3.6]
CLICKS = [
    [31, 17, 8, 6, 2],
    [44, 22, 9, 8, 4],
    [52, 30, 12, 7, 5],
    [61, 26, 14, 11, 4],
    [48, 24, 10, 9, 6],
    [66, 33, 15, 10, 5],
    [71, 38, 17, 9, 7],
    [88, 47, 21, 12, 6],
]
TOPICS = [
    ("Solar and wind", "sky", "sun", 96),
    ("People and stories", "plum", "triangle", 88),
    ("Working with us", "gold", "person", 71),
    ("Heat networks", "petrol", "waves", 64),
    ("Technology", "sky", "stripes", 52),
    ("Living well", "moss", "house", 47),
    ("Working safely", "stone", "cross", 33),
    ("Town and neighbours", "stone", "city", 21),
]


@dataclass(frozen=True, slots=True)
class SampleTopic:
    """A topic that exists only in the style guide."""

    name: str
    colour: str
    pattern: str


def _line() -> LineChart:
    points = [
        LinePoint(str(30 + week), value, value - 0.9, value + 0.9, percent(value / 100), "± 0.9")
        for week, value in enumerate(TAKING_PART)
    ]
    return LineChart(
        label="Taking part per week: the programme rises from 2.9 to 8.5 percent.",
        points=points,
        name="Programme",
        text="8.5% programme",
        period="Week",
        value_column="Programme",
        margin_column="Margin",
        margin_legend="Programme, with a margin of 95%",
        comparison=Comparison("Sites that start later", list(ELSEWHERE), "3.6% comparison"),
        reference=Reference(3.1, "Before, with its margin", "3.1% before", 2.3, 3.9),
        mark=Mark(7, "start of the programme", "start"),
    )


def _stacked() -> StackedBars:
    return StackedBars(
        label="Clicks from outside per week and channel: from 64 to 174.",
        key="clicks",
        series=["LinkedIn", "WhatsApp", "E-mail", "Facebook", "Other"],
        groups=[StackGroup(str(40 + index), values) for index, values in enumerate(CLICKS)],
        period="Week",
        total="Together",
        has_rest=True,
    )


def _bars() -> BarList:
    items = [
        BarItem(name, value, f"{value} followers", colour=colour, pattern=pattern)
        for name, colour, pattern, value in TOPICS[:3]
    ]
    return BarList("Followers per topic", items, most=100)


def _spark() -> Sparkline:
    days = [SparkDay(f"{17 + i} Nov", value) for i, value in enumerate([5, 2, 0, 1, 1, 0, 0, 0])]
    return Sparkline("Clicks per day: 9 together, most on 17 November.", days, "Day", "Clicks")


def _heat() -> HeatMonth:
    values = [0, 1, 2, 0, 3, 0, 0, 1, 4, 0, 2, 1, 0, 0]
    cells: list[HeatCell | None] = [
        HeatCell(str(index + 1), value, f"{value} posts") for index, value in enumerate(values)
    ]
    return HeatMonth(
        "Posts per day", ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"], [cells[:7], cells[7:]]
    )


def _hours() -> HeatHours:
    days = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"]
    values = [
        [max(0, 9 - abs(hour - 12)) * (7 - day) // 2 for hour in range(24)] for day in range(7)
    ]
    label = "Most clicks on Mondays between 12:00 and 13:00."
    return HeatHours(label, days, values, hour="Hour", legend_name="Clicks in an hour:")


def samples() -> dict[str, Any]:
    """What the style guide shows."""
    return {
        "charts": [
            ("Line with margin", _line()),
            ("Stacked bars", _stacked()),
            ("Bars", _bars()),
            ("Columns per day", _spark()),
            ("Month", _heat()),
            ("Hours of the week", _hours()),
        ],
        "topics": [SampleTopic(name, colour, pattern) for name, colour, pattern, _n in TOPICS],
        "colours": flags.COLOURS,
        "patterns": list(flags.PATTERNS),
    }
