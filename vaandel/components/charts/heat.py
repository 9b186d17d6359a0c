"""A month as a table whose cells are darker the more happened."""

from __future__ import annotations

from dataclasses import dataclass

LEVELS = 4


@dataclass(frozen=True, slots=True)
class HeatCell:
    """A day. ``text`` says what the colour means ("3 posts"); ``href`` makes it a link."""

    day: str
    value: int
    text: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Shaded:
    """A day with its shade, 0 (nothing) to 4."""

    cell: HeatCell
    css: str


@dataclass(frozen=True, slots=True)
class HeatMonth:
    """``weeks`` are rows from Monday to Sunday; None is a day of another month."""

    label: str
    weekdays: list[str]
    weeks: list[list[HeatCell | None]]

    template = "components/chart_heat.html"

    def rows(self) -> list[list[Shaded | None]]:
        most = max((cell.value for week in self.weeks for cell in week if cell), default=0)
        return [
            [Shaded(cell, f"heat-{shade(cell.value, most)}") if cell else None for cell in week]
            for week in self.weeks
        ]


def shade(value: int, most: int) -> int:
    """0 for nothing, else 1 to 4 in equal parts of the highest."""
    if value <= 0 or most <= 0:
        return 0
    return min(LEVELS, 1 + (value * LEVELS - 1) // most)
