"""Stacked bars: every series has a colour and a hatching of its own."""

from __future__ import annotations

from dataclasses import dataclass

from vaandel.components.charts.scale import Box, Label, Scale, Tick, number
from vaandel.components.charts.tables import Row, Table
from vaandel.components.figures import figure

# The last of more than four series is "the rest".
SERIES = ("1", "2", "3", "4", "5")
REST = "rest"


@dataclass(frozen=True, slots=True)
class StackGroup:
    """One bar: a value per series, in the order of the series."""

    name: str
    values: list[int]


@dataclass(frozen=True, slots=True)
class Piece:
    """One block of a bar."""

    pattern: str
    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True, slots=True)
class StackDrawing:
    """Everything the SVG template draws."""

    css: str
    width: int
    height: int
    ticks: list[Tick]
    pieces: list[Piece]
    names: list[Label]
    totals: list[Label]


@dataclass(frozen=True, slots=True)
class Legend:
    """A series with its pattern."""

    pattern: str
    name: str


@dataclass(frozen=True, slots=True)
class _Size:
    css: str
    width: int
    height: int
    box: Box
    most: int


WIDE = _Size("c-wide", 700, 300, Box(38, 696, 22, 272), 14)
NARROW = _Size("c-narrow", 360, 270, Box(34, 356, 22, 240), 7)


@dataclass(frozen=True, slots=True)
class StackedBars:
    """``key`` makes the ids of the patterns unique on the page.

    With ``has_rest`` the last series is everything else, in grey.
    """

    label: str
    key: str
    series: list[str]
    groups: list[StackGroup]
    period: str
    total: str
    caption: str = ""
    has_rest: bool = False

    template = "components/chart_stacked.html"

    def legend(self) -> list[Legend]:
        names = [Legend(pattern, name) for pattern, name in zip(SERIES, self.series, strict=False)]
        if self.has_rest:
            names = [*names[: len(self.series) - 1], Legend(REST, self.series[-1])]
        return names

    def drawings(self) -> list[StackDrawing]:
        return [_draw(self, WIDE), _draw(self, NARROW)]

    def table(self) -> Table:
        rows = [
            Row(group.name, [figure(value) for value in group.values] + [figure(sum(group.values))])
            for group in self.groups
        ]
        return Table(self.caption or self.label, self.period, [*self.series, self.total], rows)


def _draw(chart: StackedBars, size: _Size) -> StackDrawing:
    groups = chart.groups[-size.most :]
    box = size.box
    totals = [sum(group.values) for group in groups]
    scale = Scale.fitting(box, totals, 3, whole=True)
    slot = box.width / max(len(groups), 1)
    width = min(slot * 0.66, 64)
    patterns = [legend.pattern for legend in chart.legend()]
    pieces: list[Piece] = []
    names: list[Label] = []
    sums: list[Label] = []
    for index, group in enumerate(groups):
        middle = box.left + slot * (index + 0.5)
        pieces += _pieces(group, patterns, scale, middle - width / 2, width)
        names.append(Label(number(middle), number(box.bottom + 20), group.name))
        top = scale.y(totals[index])
        sums.append(Label(number(middle), number(top - 7), figure(totals[index])))
    return StackDrawing(size.css, size.width, size.height, _ticks(scale, box), pieces, names, sums)


def _pieces(
    group: StackGroup, patterns: list[str], scale: Scale, x: float, width: float
) -> list[Piece]:
    pieces: list[Piece] = []
    below = 0
    for pattern, value in zip(patterns, group.values, strict=True):
        if value:
            top, bottom = scale.y(below + value), scale.y(below)
            pieces.append(
                Piece(pattern, number(x), number(top), number(width), number(bottom - top))
            )
        below += value
    return pieces


def _ticks(scale: Scale, box: Box) -> list[Tick]:
    return [
        Tick(
            path=f"M{number(box.left)} {number(scale.y(value))}H{number(box.right)}",
            x=number(box.left - 7),
            y=number(scale.y(value) + 5),
            text=figure(round(value, 2)),
        )
        for value in scale.values()
    ]
