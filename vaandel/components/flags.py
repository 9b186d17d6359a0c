"""Topic flags: a colour for the ground, a pattern on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

COLOURS = ("petrol", "gold", "moss", "stone", "sky", "plum", "deep")


@dataclass(frozen=True, slots=True)
class Marks:
    """Which fills stand out on a ground: the drawing itself and a second colour."""

    first: str
    second: str


MARKS = {
    "petrol": Marks("white", "gold"),
    "gold": Marks("deep", "stone"),
    "moss": Marks("white", "gold"),
    "stone": Marks("white", "petrol"),
    "sky": Marks("white", "gold"),
    "plum": Marks("rose", "gold"),
    "deep": Marks("sky-light", "gold"),
}


def _ground(colour: str) -> str:
    return f'<rect width="24" height="16" class="fill-{colour}"/>'


def _waves(colour: str, marks: Marks) -> str:
    line = "line-deep" if colour == "gold" else "line-gold"
    return (
        _ground(colour)
        + f'<path d="M0 5q3-2.4 6 0t6 0 6 0 6 0M0 11q3-2.4 6 0t6 0 6 0 6 0" class="{line}"/>'
    )


def _house(colour: str, marks: Marks) -> str:
    return _ground(colour) + f'<path d="M4 16V9l8-6.4L20 9v7z" class="fill-{marks.first}"/>'


def _person(colour: str, marks: Marks) -> str:
    return (
        _ground(colour)
        + f'<path d="M5 16a7 7 0 0 1 14 0z" class="fill-{marks.first}"/>'
        + f'<circle cx="12" cy="5.4" r="3.4" class="fill-{marks.first}"/>'
    )


def _sun(colour: str, marks: Marks) -> str:
    ground = "sky-light" if colour == "sky" else colour
    disc = "stone" if colour == "gold" else "gold"
    return _ground(ground) + f'<circle cx="12" cy="16" r="9" class="fill-{disc}"/>'


def _stripes(colour: str, marks: Marks) -> str:
    return _ground(colour) + f'<path d="M0 16 24 0v6L9 16z" class="fill-{marks.first}"/>'


def _cross(colour: str, marks: Marks) -> str:
    return _ground(colour) + f'<path d="M9 0h6v16H9zM0 5.5h24v5H0z" class="fill-{marks.first}"/>'


def _triangle(colour: str, marks: Marks) -> str:
    return (
        _ground(colour) + f'<path d="M0 0l12 8L0 16zM24 0L12 8l12 8z" class="fill-{marks.first}"/>'
    )


def _city(colour: str, marks: Marks) -> str:
    skyline = "deep" if colour == "petrol" else "petrol"
    return (
        '<rect width="24" height="8" class="fill-white"/>'
        f'<rect y="8" width="24" height="8" class="fill-{colour}"/>'
        f'<path d="M4 8V4h4v4h2V2h4v6h2V5h4v3z" class="fill-{skyline}"/>'
    )


PATTERNS: dict[str, Callable[[str, Marks], str]] = {
    "waves": _waves,
    "person": _person,
    "house": _house,
    "sun": _sun,
    "triangle": _triangle,
    "stripes": _stripes,
    "cross": _cross,
    "city": _city,
}


def drawing(colour: str, pattern: str) -> str:
    """The inside of a flag's SVG (24 by 16). Something unknown becomes petrol waves."""
    ground = colour if colour in MARKS else "petrol"
    return PATTERNS.get(pattern, _waves)(ground, MARKS[ground])
