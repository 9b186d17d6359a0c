"""Public holidays: which days, of which part of a country, called what."""

from __future__ import annotations

from datetime import date

import pytest

from vaandel.lib.public_holidays import (
    NO_HOLIDAYS,
    PublicHolidays,
    known_countries,
    knows,
    next_holidays,
    subdivisions,
)


@pytest.mark.parametrize(
    ("country", "subdivision", "day", "is_free"),
    [
        ("NL", "", date(2026, 4, 27), True),
        ("NL", "", date(2027, 5, 5), False),  # only every five years
        ("NL", "", date(2030, 5, 5), True),
        ("BE", "", date(2026, 7, 21), True),
        ("BE", "", date(2026, 7, 11), False),  # a feast of the Flemish Community, no day off
        ("FR", "", date(2026, 7, 14), True),
        ("FR", "6AE", date(2026, 12, 26), True),
        ("FR", "", date(2026, 12, 26), False),
        ("DE", "BY", date(2027, 1, 6), True),
        ("DE", "", date(2027, 1, 6), False),
        ("DE", "Atlantis", date(2027, 1, 6), False),
        ("DE", "Atlantis", date(2027, 1, 1), True),
        ("GB", "SCT", date(2026, 11, 30), True),
        ("US", "", date(2026, 11, 26), True),
        ("XX", "", date(2027, 1, 1), False),
        ("", "", date(2027, 1, 1), False),
    ],
)
def test_days_off_for_everybody(country: str, subdivision: str, day: date, is_free: bool) -> None:
    assert (day in PublicHolidays(country, subdivision)) is is_free


def test_school_holidays_make_no_region() -> None:
    assert subdivisions("NL", 2026) == {}
    assert subdivisions("BE", 2026) == {}
    assert "Zone A" not in subdivisions("FR", 2026)
    assert subdivisions("XX", 2026) == {}


def test_regions_are_sorted_by_their_names() -> None:
    found = subdivisions("DE", 2026)

    assert found["BY"] == "Bayern"
    assert list(found.values()) == sorted(found.values(), key=str.casefold)
    assert subdivisions("CH", 2026)["UR"] == "Uri"


@pytest.mark.parametrize(
    ("country", "language", "name"),
    [
        ("NL", "nl", "Eerste kerstdag"),
        ("NL", "en", "Christmas Day"),
        ("BE", "fr", "Noël"),
        ("DE", "de", "Erster Weihnachtstag"),
        # In its own language when the list has none in the reader's.
        ("DE", "nl", "Erster Weihnachtstag"),
        ("FR", "", "Noël"),
        ("GB", "de", "Christmas Day"),
    ],
)
def test_names_in_the_language_of_the_reader(country: str, language: str, name: str) -> None:
    found = next_holidays(
        PublicHolidays(country), start=date(2026, 12, 20), count=1, language=language
    )

    assert [(holiday.day, holiday.name) for holiday in found] == [(date(2026, 12, 25), name)]


def test_the_next_ones_reach_into_the_next_year_and_not_further() -> None:
    days = [
        each.day for each in next_holidays(PublicHolidays("NL"), start=date(2026, 12, 26), count=2)
    ]

    assert days == [date(2026, 12, 26), date(2027, 1, 1)]
    assert next_holidays(NO_HOLIDAYS, start=date(2026, 12, 26), count=2) == []
    assert len(next_holidays(PublicHolidays("NL"), start=date(2026, 12, 26), count=99)) < 14


def test_which_countries_are_known() -> None:
    assert {"NL", "BE", "FR", "DE", "LU", "AT", "CH", "GB", "US"} <= known_countries()
    assert not any(knows(country) for country in ("XX", "", "nl", "NLD"))
