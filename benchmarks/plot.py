"""A small plot with logarithmic axes, as an SVG that needs nothing else."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape

WIDTH, HEIGHT = 760, 420
LEFT, RIGHT, TOP, BOTTOM = 60, 620, 40, 370
COLOURS = ("#0b5862", "#c48a0a", "#70406a", "#3f7fb5", "#5b8a3c", "#a53e26")


def draw(title: str, series: Mapping[str, Sequence[tuple[int, float]]], *, limit: float) -> str:
    """One line for each name; x and y are above zero. ``limit`` is a dashed level."""
    xs = [x for points in series.values() for x, _ in points]
    ys = [y for points in series.values() for _, y in points] + [limit]
    across = _scale(min(xs), max(xs) * 1.01, LEFT, RIGHT)
    up = _scale(min(ys) / 1.2, max(ys) * 1.2, BOTTOM, TOP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"',
        f' font-family="sans-serif" font-size="13"><title>{escape(title)}</title>',
        f'<text x="{LEFT}" y="22" font-weight="bold">{escape(title)}</text>',
        f'<path d="M{LEFT} {TOP}V{BOTTOM}H{RIGHT}" fill="none" stroke="#888"/>',
        f'<path d="M{LEFT} {up(limit):.1f}H{RIGHT}" stroke="#888" stroke-dasharray="4 4"/>',
        f'<text x="{LEFT - 8}" y="{up(limit) + 4:.1f}" text-anchor="end">{limit:g}</text>',
    ]
    parts += [
        f'<text x="{across(x):.1f}" y="{BOTTOM + 20}" text-anchor="middle">{x:,}</text>'
        for x in sorted(set(xs))
    ]
    ends = sorted(
        ((up(points[-1][1]), name, colour) for (name, points), colour in _coloured(series)),
    )
    for (_, points), colour in _coloured(series):
        line = "L".join(f"{across(x):.1f} {up(y):.1f}" for x, y in points)
        parts.append(f'<path d="M{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
    lowest = 0.0
    for y, name, colour in ends:
        lowest = max(y + 4, lowest + 16)
        parts.append(
            f'<text x="{RIGHT + 10}" y="{lowest:.1f}" fill="{colour}">{escape(name)}</text>'
        )
    return "\n".join([*parts, "</svg>\n"])


def _coloured(
    series: Mapping[str, Sequence[tuple[int, float]]],
) -> list[tuple[tuple[str, Sequence[tuple[int, float]]], str]]:
    return list(zip(series.items(), COLOURS, strict=False))


class _scale:  # noqa: N801 - used like a function
    """Maps a range onto pixels, logarithmically."""

    def __init__(self, low: float, high: float, first: float, last: float) -> None:
        self._low, self._span = math.log(low), math.log(high) - math.log(low) or 1.0
        self._first, self._last = first, last

    def __call__(self, value: float) -> float:
        part = (math.log(value) - self._low) / self._span
        return self._first + part * (self._last - self._first)
