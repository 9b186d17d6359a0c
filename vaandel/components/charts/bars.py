"""Horizontal bars: a name, a bar and what it says."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BarItem:
    """``value`` decides the length; ``text`` says it ("96 followers, 12 posts").

    ``colour`` and ``pattern`` give a topic flag, ``icon`` an icon. ``value`` None hides the bar:
    ``text`` then says why.
    """

    name: str
    value: float | None
    text: str
    href: str = ""
    icon: str = ""
    colour: str = ""
    pattern: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """An item with the length of its bar in percents."""

    item: BarItem
    length: str


@dataclass(frozen=True, slots=True)
class BarList:
    """A list that can be read without seeing the bars, so it needs no table."""

    label: str
    items: list[BarItem]
    most: float | None = None
    series: str = "c-1"

    template = "components/chart_bars.html"

    def bars(self) -> list[Bar]:
        known = [item.value for item in self.items if item.value is not None]
        most = self.most or max(known, default=0) or 1
        return [Bar(item, percents((item.value or 0) / most)) for item in self.items]


def percents(share: float) -> str:
    """A length between 0% and 100% of the track."""
    return f"{min(max(share, 0), 1) * 100:.1f}".removesuffix(".0") + "%"
