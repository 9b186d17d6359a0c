"""The hours of a week: a square for each, larger the more happened.

Size says it, so that nobody has to tell shades of a colour apart.
"""

from __future__ import annotations

from dataclasses import dataclass

from vaandel.components.charts.heat import LEVELS, shade
from vaandel.components.charts.scale import Label, number
from vaandel.components.charts.tables import Row, Table
from vaandel.components.figures import figure

HOURS = 24
# Of the room of an hour, by level: 0 is nothing, drawn as a small mark.
SIZES = (0.0, 0.34, 0.56, 0.78, 1.0)


@dataclass(frozen=True, slots=True)
class Square:
    """One hour of one day."""

    css: str
    x: str
    y: str
    side: str


@dataclass(frozen=True, slots=True)
class HoursDrawing:
    """Everything the SVG template draws."""

    css: str
    width: int
    height: int
    empty: list[Square]
    squares: list[Square]
    days: list[Label]
    hours: list[Label]


@dataclass(frozen=True, slots=True)
class HoursLegend:
    """A size, in a box of 20, and which numbers have it."""

    offset: str
    side: str
    text: str


@dataclass(frozen=True, slots=True)
class _Size:
    css: str
    width: int
    left: int
    slot: float
    row: float
    every: int


WIDE = _Size("c-wide", 760, 46, 29.5, 29.5, 2)
NARROW = _Size("c-narrow", 360, 34, 13.5, 22, 6)
TOP = 24


@dataclass(frozen=True, slots=True)
class HeatHours:
    """``values`` are seven days, Monday first, of 24 hours each."""

    label: str
    weekdays: list[str]
    values: list[list[int]]
    hour: str
    caption: str = ""
    legend_name: str = ""

    template = "components/chart_hours.html"

    @property
    def most(self) -> int:
        return max(max(day) for day in self.values)

    def drawings(self) -> list[HoursDrawing]:
        return [_draw(self, WIDE), _draw(self, NARROW)]

    def legend(self) -> list[HoursLegend]:
        """The sizes that occur, with the numbers they stand for."""
        found: dict[int, list[int]] = {}
        for value in {value for day in self.values for value in day if value}:
            found.setdefault(shade(value, self.most), []).append(value)
        return [
            HoursLegend(
                number(10 - 9 * SIZES[level]),
                number(18 * SIZES[level]),
                _range(found[level]),
            )
            for level in range(1, LEVELS + 1)
            if level in found
        ]

    def table(self) -> Table:
        rows = [
            Row(f"{hour:02d}:00", [figure(day[hour]) for day in self.values])
            for hour in range(HOURS)
        ]
        return Table(self.caption or self.label, self.hour, self.weekdays, rows)


def _range(values: list[int]) -> str:
    low, high = min(values), max(values)
    return figure(low) if low == high else f"{figure(low)}-{figure(high)}"


def _draw(chart: HeatHours, size: _Size) -> HoursDrawing:
    most = chart.most
    empty: list[Square] = []
    squares: list[Square] = []
    room = min(size.slot, size.row) - 2
    for day, hours in enumerate(chart.values):
        for hour, value in enumerate(hours):
            x = size.left + size.slot * (hour + 0.5)
            y = TOP + size.row * (day + 0.5)
            side = room * SIZES[shade(value, most)]
            if side:
                squares.append(_square("c-1", x, y, side))
            else:
                empty.append(_square("c-nothing", x, y, 3))
    days = [
        Label(number(size.left - 8), number(TOP + size.row * (day + 0.5) + 5), name)
        for day, name in enumerate(chart.weekdays)
    ]
    names = [
        Label(number(size.left + size.slot * (hour + 0.5)), number(TOP - 8), f"{hour}")
        for hour in range(0, HOURS, size.every)
    ]
    height = round(TOP + size.row * len(chart.values) + 4)
    return HoursDrawing(size.css, size.width, height, empty, squares, days, names)


def _square(css: str, x: float, y: float, side: float) -> Square:
    return Square(css, number(x - side / 2), number(y - side / 2), number(side))
