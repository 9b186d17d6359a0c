"""A line with its margin, beside a comparison and a reference from before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vaandel.components.charts.scale import Box, Label, Scale, Tick, every, number
from vaandel.components.charts.tables import Row, Table
from vaandel.components.figures import UNKNOWN, figure

APART = 20  # two labels at the end of a line stand at least this far from each other


@dataclass(frozen=True, slots=True)
class LinePoint:
    """One period. ``value`` None is unknown; the line is interrupted there.

    ``text`` and ``margin`` are the value and its margin as the table says them.
    """

    name: str
    value: float | None
    low: float | None = None
    high: float | None = None
    text: str = ""
    margin: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """A level from before: a line with its margin as a grey band."""

    value: float
    name: str
    text: str = ""
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """A second, dashed line over the same periods. ``texts`` are its table cells."""

    name: str
    values: list[float | None]
    text: str = ""
    texts: list[str] | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that began at a period: a dotted upright line."""

    index: int
    text: str
    short: str = ""


@dataclass(frozen=True, slots=True)
class Dot:
    """The last known point of a line."""

    x: str
    y: str


@dataclass(frozen=True, slots=True)
class LineDrawing:
    """Everything the SVG template draws."""

    css: str
    width: int
    height: int
    ticks: list[Tick]
    names: list[Label]
    axis: str
    lines: list[str]
    bands: list[str]
    dashed: list[str]
    dot: Dot | None
    dashed_dot: Dot | None
    ends: list[Label]
    reference_path: str
    reference_box: tuple[str, str, str, str] | None
    reference_label: Label | None
    mark_path: str
    mark_label: Label | None
    ends_inside: bool


@dataclass(frozen=True, slots=True)
class _Size:
    css: str
    width: int
    height: int
    box: Box
    most_names: int
    inside: bool


WIDE = _Size("c-wide", 760, 320, Box(34, 610, 30, 290), 10, inside=False)
NARROW = _Size("c-narrow", 360, 270, Box(34, 346, 30, 240), 4, inside=True)


@dataclass(frozen=True, slots=True)
class LineChart:
    """``label`` says the outcome in a sentence; ``text`` is the end label, "8.5% programme"."""

    label: str
    points: list[LinePoint]
    name: str
    text: str
    period: str
    value_column: str
    margin_column: str = ""
    caption: str = ""
    margin_legend: str = ""
    comparison: Comparison | None = None
    reference: Reference | None = None
    mark: Mark | None = None

    template = "components/chart_line.html"

    def drawings(self) -> list[LineDrawing]:
        """One drawing for a wide container and one for a narrow one."""
        return [_draw(self, WIDE), _draw(self, NARROW)]

    def table(self) -> Table:
        columns = [self.value_column]
        if self.margin_column:
            columns.append(self.margin_column)
        if self.comparison:
            columns.append(self.comparison.name)
        rows = [Row(point.name, self._cells(index)) for index, point in enumerate(self.points)]
        return Table(self.caption or self.label, self.period, columns, rows)

    def _cells(self, index: int) -> list[str]:
        point = self.points[index]
        cells = [point.text or figure(point.value)]
        if self.margin_column:
            cells.append(point.margin or UNKNOWN)
        if self.comparison:
            texts = self.comparison.texts
            cells.append(texts[index] if texts else figure(self.comparison.values[index]))
        return cells

    def all_values(self) -> list[float]:
        found: list[float | None] = []
        for point in self.points:
            found += [point.value, point.high]
        if self.comparison:
            found += self.comparison.values
        if self.reference:
            found += [self.reference.value, self.reference.high]
        return [value for value in found if value is not None]


def _draw(chart: LineChart, size: _Size) -> LineDrawing:
    box = size.box
    scale = Scale.fitting(box, chart.all_values(), 4)
    xs = _places(len(chart.points), box)
    values = [point.value for point in chart.points]
    other = chart.comparison.values if chart.comparison else []
    dot = _last(xs, values, scale)
    dashed_dot = _last(xs, other, scale)
    return LineDrawing(
        css=size.css,
        width=size.width,
        height=size.height,
        ticks=_ticks(scale, box),
        names=_names(chart.points, xs, size),
        axis=f"M{number(box.left)} {number(box.bottom)}H{number(box.right)}",
        lines=_segments(xs, values, scale),
        bands=_bands(xs, chart.points, scale),
        dashed=_segments(xs, other, scale),
        dot=dot,
        dashed_dot=dashed_dot,
        ends=_ends(chart, dot, dashed_dot, size),
        reference_path=_reference_path(chart.reference, scale, box),
        reference_box=_reference_box(chart.reference, scale, box),
        reference_label=_reference_label(chart, dot, dashed_dot, scale, size),
        mark_path=_mark_path(chart.mark, xs, box),
        mark_label=_mark_label(chart.mark, xs, size),
        ends_inside=size.inside,
    )


def _places(count: int, box: Box) -> list[float]:
    if count == 1:
        return [box.left + box.width / 2]
    return [box.left + box.width * index / (count - 1) for index in range(count)]


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


def _names(points: Sequence[LinePoint], xs: list[float], size: _Size) -> list[Label]:
    step = every(len(points), size.most_names)
    y = number(size.box.bottom + 21)
    return [Label(number(xs[i]), y, points[i].name) for i in range(0, len(points), step)]


def _segments(xs: list[float], values: Sequence[float | None], scale: Scale) -> list[str]:
    """A path per stretch of known values; a single value between unknown ones is a short stroke."""
    paths: list[str] = []
    stretch: list[str] = []
    for x, value in [*zip(xs, values, strict=False), (0.0, None)]:
        if value is not None:
            stretch.append(f"{number(x)} {number(scale.y(value))}")
            continue
        if stretch:
            paths.append("M" + "L".join(stretch if len(stretch) > 1 else stretch * 2))
        stretch = []
    return paths


def _bands(xs: list[float], points: Sequence[LinePoint], scale: Scale) -> list[str]:
    paths: list[str] = []
    upper: list[str] = []
    lower: list[str] = []
    for x, point in [*zip(xs, points, strict=True), (0.0, LinePoint("", None))]:
        if point.low is not None and point.high is not None:
            upper.append(f"{number(x)} {number(scale.y(point.high))}")
            lower.insert(0, f"{number(x)} {number(scale.y(point.low))}")
            continue
        if len(upper) > 1:
            paths.append("M" + "L".join([*upper, *lower]) + "Z")
        upper, lower = [], []
    return paths


def _last(xs: list[float], values: Sequence[float | None], scale: Scale) -> Dot | None:
    known = [(x, value) for x, value in zip(xs, values, strict=False) if value is not None]
    if not known:
        return None
    x, value = known[-1]
    return Dot(number(x), number(scale.y(value)))


def _ends(chart: LineChart, dot: Dot | None, dashed: Dot | None, size: _Size) -> list[Label]:
    """The labels at the end of the lines; pushed apart when they would touch."""
    texts = [(dot, chart.text), (dashed, chart.comparison.text if chart.comparison else "")]
    wanted = [(float(place.y), text) for place, text in texts if place and text]
    if size.inside:
        x = number(size.box.right - 2)
        return [Label(x, number(max(y - 13, 14)), text.split(" ")[0]) for y, text in wanted]
    placed: list[tuple[float, str]] = []
    for y, text in sorted(wanted):
        free = placed[-1][0] + APART if placed else y
        placed.append((max(y, free), text))
    return [Label(number(size.box.right + 13), number(y + 5), text) for y, text in placed]


def _reference_path(reference: Reference | None, scale: Scale, box: Box) -> str:
    if reference is None:
        return ""
    return f"M{number(box.left)} {number(scale.y(reference.value))}H{number(box.right)}"


def _reference_box(
    reference: Reference | None, scale: Scale, box: Box
) -> tuple[str, str, str, str] | None:
    if reference is None or reference.low is None or reference.high is None:
        return None
    top, bottom = scale.y(reference.high), scale.y(reference.low)
    return number(box.left), number(top), number(box.width), number(bottom - top)


def _reference_label(
    chart: LineChart, dot: Dot | None, dashed: Dot | None, scale: Scale, size: _Size
) -> Label | None:
    if chart.reference is None or not chart.reference.text or size.inside:
        return None
    y = scale.y(chart.reference.value) + 5
    for label in sorted(_ends(chart, dot, dashed, size), key=lambda label: float(label.y)):
        if abs(float(label.y) - y) < APART:
            y = float(label.y) + APART
    return Label(number(size.box.right + 13), number(y), chart.reference.text)


def _mark_path(mark: Mark | None, xs: list[float], box: Box) -> str:
    if mark is None:
        return ""
    return f"M{number(xs[mark.index])} {number(box.top - 8)}V{number(box.bottom)}"


def _mark_label(mark: Mark | None, xs: list[float], size: _Size) -> Label | None:
    if mark is None:
        return None
    text = mark.short or mark.text if size.inside else mark.text
    return Label(number(xs[mark.index] + 6), number(size.box.top - 12), text)
