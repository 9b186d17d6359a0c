"""Any colour an organisation has gives buttons and links that can be read, day and night."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vaandel.mailing.branding import (
    CARD,
    DARK_CARD,
    DARK_GROUND,
    GROUND,
    OWN,
    READABLE,
    VISIBLE,
    Branding,
    clean_colour,
    contrast,
    is_adjusted,
    palette_of,
)

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@settings(max_examples=5000, deadline=None)
@given(colour=COLOURS)
def test_every_colour_gives_readable_pairs(colour: str) -> None:
    palette = palette_of(colour)

    assert contrast(palette.colour, palette.on_colour) >= READABLE
    assert contrast(palette.edge, CARD) >= VISIBLE
    assert contrast(palette.link, CARD) >= READABLE
    assert contrast(palette.link, GROUND) >= READABLE
    assert contrast(palette.dark_colour, palette.on_dark) >= READABLE
    assert contrast(palette.dark_colour, DARK_CARD) >= READABLE
    assert contrast(palette.dark_link, DARK_CARD) >= READABLE
    assert contrast(palette.dark_link, DARK_GROUND) >= READABLE
    assert is_adjusted(colour) == (palette.colour != colour)


@pytest.mark.parametrize(
    ("colour", "button", "text", "adjusted"),
    [
        ("#0b5862", "#0b5862", "#ffffff", False),
        ("#003a70", "#003a70", "#ffffff", False),
        # Yellow stays yellow, with dark text and a darker edge.
        ("#f0b429", "#f0b429", "#0b1517", False),
        # White is nearly readable on these: a little darker, rather than dark text.
        ("#ff0000", "#ee0102", "#ffffff", True),
        ("#777777", "#767676", "#ffffff", True),
    ],
)
def test_a_button_stays_as_near_to_the_brand_as_it_can(
    colour: str, button: str, text: str, adjusted: bool
) -> None:
    palette = palette_of(colour)

    assert (palette.colour, palette.on_colour) == (button, text)
    assert is_adjusted(colour) is adjusted


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#ffffff", "#767676") == pytest.approx(4.54, abs=0.005)


@pytest.mark.parametrize("nothing", ["", "  ", "red", "#12345", "#12345g", "url(#1)", "#1234567"])
def test_what_is_no_colour_is_vaandels_own(nothing: str) -> None:
    assert clean_colour(nothing) == ""
    assert palette_of(nothing) == OWN
    assert not is_adjusted(nothing)


@pytest.mark.parametrize("typed", ["#AB12EF", " ab12ef ", "AB12ef"])
def test_a_colour_may_be_typed_in_many_ways(typed: str) -> None:
    assert clean_colour(typed) == "#ab12ef"
    assert clean_colour("#f80") == "#ff8800"


def test_a_brand_can_be_kept_with_a_mail() -> None:
    context = Branding(palette=OWN, place="Acme").as_context()

    assert json.loads(json.dumps(context)) == context
    assert context["place"] == "Acme"
    assert context["dark_colour"] == "#83cfd3"
