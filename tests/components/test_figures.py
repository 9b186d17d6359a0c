"""Numbers, ranges and moments per language."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from vaandel.components import figures
from vaandel.components.templatetags.vaandel import estimate, person_time

NOW = datetime(2026, 11, 24, 9, 31, tzinfo=UTC)
HARD = "\N{NO-BREAK SPACE}"
NARROW = "\N{NARROW NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("language", "text"),
    [("nl", "1.240"), ("en", "1,240"), ("fr", f"1{NARROW}240"), ("de", "1.240")],
)
def test_thousands(language: str, text: str) -> None:
    with translation.override(language):
        assert figures.figure(1240) == text


@pytest.mark.parametrize(
    ("language", "text"),
    [("nl", "8,5%"), ("en", "8.5%"), ("fr", f"8,5{HARD}%"), ("de", f"8,5{HARD}%")],
)
def test_percents(language: str, text: str) -> None:
    with translation.override(language):
        assert figures.percent(0.085) == text


def test_a_whole_percentage_has_no_decimal() -> None:
    with translation.override("en"):
        assert [figures.percent(0.5), figures.percent(0.085, 0), figures.percent(1)] == [
            "50%",
            "9%",
            "100%",
        ]


def test_decimals_are_kept_when_asked() -> None:
    with translation.override("nl"):
        assert [figures.figure(1.8, 1), figures.figure(2, 1), figures.figure(2.4, 0)] == [
            "1,8",
            "2,0",
            "2",
        ]


def test_unknown_is_a_dash_and_not_a_zero() -> None:
    unknown = [
        figures.figure(None),
        figures.percent(None),
        figures.estimate(None, 3),
        figures.estimate_range(1, None),
        figures.relative(None),
        figures.day(None),
        figures.short_day(None),
        figures.clock(None),
        person_time(None),
        estimate(None, None),
    ]

    assert unknown == ["–"] * 10
    assert figures.figure(0) == "0"


@pytest.mark.parametrize(
    ("value", "rounded"), [(0, 0), (7, 7), (87, 87), (1234, 1200), (5150, 5200), (0.4, 0)]
)
def test_estimates_have_two_digits(value: float, rounded: int) -> None:
    assert figures.two_digits(value) == rounded


def test_an_estimate_is_a_range_that_does_not_break() -> None:
    with translation.override("en"):
        assert figures.estimate(1234, 5120) == "ca. 1,200-5,100"
        assert figures.estimate(1201, 1209) == "ca. 1,200"
        assert estimate(1234, 5120, "people") == (
            'ca. <span class="no-wrap">1,200-5,100</span> people'
        )


def test_how_long_ago() -> None:
    with translation.override("nl"):
        assert figures.relative(NOW - timedelta(days=3), NOW) == "3 dagen geleden"
        assert figures.relative(NOW + timedelta(hours=2), NOW) == "over 2 uur"
    with translation.override("en"):
        assert figures.relative(NOW - timedelta(seconds=20), NOW) == "just now"


@pytest.mark.parametrize(
    ("language", "full", "weekday", "short"),
    [
        ("nl", "24 november 2026", "dinsdag 24 november", "24 nov"),
        ("en", "24 November 2026", "Tuesday 24 November", "24 Nov"),
        ("fr", "24 novembre 2026", "mardi 24 novembre", "24 nov."),
        ("de", "24. November 2026", "Dienstag, 24. November", "24. Nov."),
    ],
)
def test_days(language: str, full: str, weekday: str, short: str) -> None:
    day = date(2026, 11, 24)

    with translation.override(language):
        assert figures.day(day) == full
        assert figures.day(day, weekday=True, year=False) == weekday
        assert figures.short_day(day) == short


def test_a_moment_is_shown_where_the_reader_is() -> None:
    with translation.override("en"), timezone.override("Europe/Amsterdam"):
        assert figures.clock(NOW) == "10:31"
        assert person_time(NOW) == (
            '<time datetime="2026-11-24T10:31:00+01:00">24 November 2026, 10:31</time>'
        )
        assert figures.day(datetime(2026, 11, 24, 23, 30, tzinfo=UTC)) == "25 November 2026"


def test_templates_have_the_same_words() -> None:
    source = (
        "{{ 1240|figure }} {{ 0.085|percent }} {{ moment|relative:now }} {{ moment|day }}"
        " {{ moment|weekday }} {{ moment|short_day }} {{ moment|clock }}"
        " {{ 'reported'|layer_name }}"
    )
    context = Context({"moment": NOW, "now": NOW + timedelta(days=1)})

    with translation.override("en"), timezone.override("UTC"):
        assert Template(source).render(context) == (
            "1,240 8.5% 1 day ago 24 November 2026 Tuesday 24 November 24 Nov 09:31 Reported"
        )
