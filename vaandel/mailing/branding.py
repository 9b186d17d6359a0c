"""Whose mail it is: a name, a logo, and a colour that text stays readable on and in.

Pure. Colours are written "#0b5862". Contrast is the ratio of WCAG 2.2, from 1 to 21.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Final

READABLE: Final = 4.5
# What is no text (the edge of a button) must stand out as much as this.
VISIBLE: Final = 3.0
# A button in the dark is light, so that it is found at once.
DARK_GOAL: Final = 7.0

WHITE: Final = "#ffffff"
INK: Final = "#0b1517"
CARD: Final = "#ffffff"
GROUND: Final = "#f1f3f0"
DARK_CARD: Final = "#172528"
DARK_GROUND: Final = "#0f1a1c"
OWN_COLOUR: Final = "#0b5862"
STEPS: Final = 100

_COLOUR = re.compile(r"#[0-9a-f]{6}")


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one brand in light and in dark; every pair is readable."""

    colour: str
    on_colour: str
    # Of the button: the colour itself when that stands out on the card, else a darker one.
    edge: str
    # Links and figures on the card and on the ground.
    link: str
    dark_colour: str
    on_dark: str
    dark_link: str


@dataclass(frozen=True, slots=True)
class Branding:
    """What `mailing/base.mjml` shows of an organisation. ``logo_*`` in pixels as shown."""

    palette: Palette
    place: str = ""
    logo_url: str = ""
    logo_width: int = 0
    logo_height: int = 0

    def as_context(self) -> dict[str, object]:
        """Plain values, so that a mail can be rendered later from what is kept of it."""
        values = asdict(self)
        return {**values.pop("palette"), **values}


def clean_colour(text: str) -> str:
    """ "#0b5862" from what somebody typed ("0B5862 "); "" when it is no colour."""
    found = "#" + text.strip().lower().removeprefix("#")
    if re.fullmatch(r"#[0-9a-f]{3}", found):
        found = "#" + "".join(letter * 2 for letter in found[1:])
    return found if _COLOUR.fullmatch(found) else ""


def contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@lru_cache(maxsize=1000)
def palette_of(colour: str) -> Palette:
    """The palette around a colour; Vaandel's own for "" or what is no colour."""
    wanted = clean_colour(colour)
    if not wanted or wanted == OWN_COLOUR:
        return OWN
    button = _button(wanted)
    link = _until(wanted, INK, lambda c: min(contrast(c, CARD), contrast(c, GROUND)) >= READABLE)
    dark = _until(wanted, WHITE, lambda c: contrast(c, DARK_CARD) >= DARK_GOAL)
    return Palette(
        colour=button,
        on_colour=_text_on(button),
        edge=button if contrast(button, CARD) >= VISIBLE else link,
        link=link,
        dark_colour=dark,
        on_dark=INK,
        dark_link=dark,
    )


def is_adjusted(colour: str) -> bool:
    """Whether buttons by day get another colour than this one, so that they can be read."""
    wanted = clean_colour(colour)
    return bool(wanted) and palette_of(wanted).colour != wanted


def _button(colour: str) -> str:
    """The colour itself if text is readable on it; else darker, until white is.

    Where white is nearly readable, a little darker is nearer to the brand than dark text.
    """
    if contrast(colour, WHITE) < VISIBLE:
        return colour
    return _until(colour, INK, lambda c: contrast(c, WHITE) >= READABLE)


def _text_on(colour: str) -> str:
    return WHITE if contrast(colour, WHITE) >= READABLE else INK


def _until(colour: str, goal: str, reached: Callable[[str], bool]) -> str:
    """The colour with as little of ``goal`` in it as is needed."""
    for step in range(STEPS):
        mixed = _mixed(colour, goal, step / STEPS)
        if reached(mixed):
            return mixed
    return goal


def _mixed(colour: str, other: str, part: float) -> str:
    pairs = zip(_parts(colour), _parts(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * part):02x}" for a, b in pairs)


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(part / 255) for part in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)


# Drawn by hand, in the style of the rest of Vaandel.
OWN: Final = Palette(
    colour=OWN_COLOUR,
    on_colour=WHITE,
    edge=OWN_COLOUR,
    link=OWN_COLOUR,
    dark_colour="#83cfd3",
    on_dark="#06282c",
    dark_link="#83cfd3",
)
VAANDEL: Final = Branding(palette=OWN)
