"""Axes: round steps, and a value's place on them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

STEPS = (1, 2, 3, 4, 5, 6, 7, 8, 10)


def number(value: float) -> str:
    """A coordinate: at most one decimal, no trailing zero."""
    text = f"{value:.1f}"
    return text.removesuffix(".0")


def round_step(least: float) -> float:
    """The smallest of 1 to 8 and 10 (times a power of ten) that is at least this."""
    if least <= 0:
        return 1
    power = float(10 ** math.floor(math.log10(least)))
    step = next(step for step in STEPS if step * power >= least - 1e-9)
    return round(step * power, 12)


@dataclass(frozen=True, slots=True)
class Box:
    """The drawing area inside the margins."""

    left: float
    right: float
    top: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top


@dataclass(frozen=True, slots=True)
class Tick:
    """One line of the grid, with its number."""

    path: str
    x: str
    y: str
    text: str


@dataclass(frozen=True, slots=True)
class Label:
    """A text in a drawing."""

    x: str
    y: str
    text: str


@dataclass(frozen=True, slots=True)
class Scale:
    """A vertical axis from zero, in ``count`` equal steps."""

    box: Box
    step: float
    count: int

    @classmethod
    def fitting(cls, box: Box, values: Sequence[float], count: int, whole: bool = False) -> Scale:
        """An axis that holds every value. ``whole``: steps of at least one."""
        highest = max((value for value in values), default=0)
        step = round_step(highest / count)
        if whole:
            step = max(1, math.ceil(step))
        return cls(box, step, count)

    def y(self, value: float) -> float:
        share = value / (self.step * self.count)
        return self.box.bottom - share * self.box.height

    def values(self) -> list[float]:
        return [self.step * index for index in range(self.count + 1)]


def every(count: int, most: int) -> int:
    """Show one label in so many, so that at most ``most`` are shown."""
    return max(1, math.ceil(count / most))
