"""Small columns per day."""

from __future__ import annotations

from dataclasses import dataclass

from vaandel.components.charts.scale import number
from vaandel.components.charts.tables import Row, Table
from vaandel.components.figures import figure

WIDTH = 300
HEIGHT = 52
BASE = 51
TOP = 5
SHARE = 0.72  # of the room a day has
WIDEST = 40  # so that one day is a column and not a wall


@dataclass(frozen=True, slots=True)
class SparkDay:
    """A day (or week) and what was counted."""

    name: str
    value: int


@dataclass(frozen=True, slots=True)
class Column:
    """One column; a day without anything is a low grey mark."""

    css: str
    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True, slots=True)
class Sparkline:
    """``label`` says the sum and the highest day in a sentence."""

    label: str
    days: list[SparkDay]
    period: str
    counted: str
    caption: str = ""

    template = "components/chart_spark.html"

    def columns(self) -> list[Column]:
        # A single day stands at the left, above its name.
        slot = WIDTH / len(self.days) if len(self.days) > 1 else WIDEST / SHARE
        most = max((day.value for day in self.days), default=0) or 1
        return [_column(day.value / most, slot, index) for index, day in enumerate(self.days)]

    def first(self) -> str:
        return self.days[0].name if self.days else ""

    def last(self) -> str:
        return self.days[-1].name if len(self.days) > 1 else ""

    def table(self) -> Table:
        rows = [Row(day.name, [figure(day.value)]) for day in self.days]
        return Table(self.caption or self.label, self.period, [self.counted], rows)


def _column(share: float, slot: float, index: int) -> Column:
    middle = slot * (index + 0.5)
    if not share:
        width = min(slot * SHARE, WIDEST) / 3
        return Column("c-rest", number(middle - width / 2), "48", number(width), "2")
    width = min(slot * SHARE, WIDEST)
    height = max(share * (BASE - TOP), 2)
    return Column(
        "c-1", number(middle - width / 2), number(BASE - height), number(width), number(height)
    )
