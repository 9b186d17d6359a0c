"""Official public holidays of a country, and of a part of it, from a kept list.

Only days on which the law gives everybody a day off: no school holidays, no bank holidays,
no days that are merely celebrated. A country that the list does not know has none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

import holidays
from holidays.constants import PUBLIC

_LANGUAGES: Final = {"en": ("en_GB", "en_US"), "nl": ("nl",), "fr": ("fr",), "de": ("de",)}


@dataclass(frozen=True, slots=True)
class PublicHolidays:
    """The public holidays of a country ("NL"), or of a part of it ("DE", "BY").

    ``country`` "" means: none are kept free.
    """

    country: str = ""
    subdivision: str = ""

    def __contains__(self, day: date) -> bool:
        return bool(self.country) and day in _days(self.country, self.subdivision, day.year)


NO_HOLIDAYS: Final = PublicHolidays()


@dataclass(frozen=True, slots=True)
class Holiday:
    day: date
    name: str


def knows(country: str) -> bool:
    """Whether the list knows the country's holidays."""
    return country in _countries()


def known_countries() -> frozenset[str]:
    """Two-letter codes of the countries whose holidays the list knows."""
    return _countries()


def subdivisions(country: str, year: int) -> dict[str, str]:
    """The parts of a country with holidays of their own, as code and name; by name.

    A part that has the same days as the whole country this year and next is left out: it
    is there for school holidays, and choosing it would change nothing.
    """
    if not knows(country):
        return {}
    whole = [_days(country, "", each) for each in (year, year + 1)]
    names = {
        code: _name(country, code)
        for code in _codes(country)
        if [_days(country, code, each) for each in (year, year + 1)] != whole
    }
    return dict(sorted(names.items(), key=lambda item: item[1].casefold()))


def next_holidays(
    which: PublicHolidays, *, start: date, count: int, language: str = ""
) -> list[Holiday]:
    """The first holidays on or after ``start``, within a year, named in ``language``.

    Names are in the country's own language when the list has none in the person's.
    """
    found: list[Holiday] = []
    for year in (start.year, start.year + 1):
        named = _named(which.country, which.subdivision, year, language)
        found += [Holiday(day, name) for day, name in named if day >= start]
    until = start + timedelta(days=366)
    return [holiday for holiday in found if holiday.day < until][:count]


@lru_cache(maxsize=1)
def _countries() -> frozenset[str]:
    return frozenset(code for code in holidays.list_supported_countries() if len(code) == 2)


@lru_cache(maxsize=300)
def _codes(country: str) -> tuple[str, ...]:
    return tuple(holidays.list_supported_countries()[country])


@lru_cache(maxsize=2000)
def _name(country: str, code: str) -> str:
    """What the list calls a part of a country: its first name that is no abbreviation."""
    aliases = getattr(holidays.country_holidays(country, years=()), "subdivisions_aliases", {})
    names = [name for name, of in aliases.items() if of == code]
    return next((name for name in names if not name.isupper()), code)


@lru_cache(maxsize=4000)
def _days(country: str, subdivision: str, year: int) -> frozenset[date]:
    return frozenset(day for day, _name in _named(country, subdivision, year, ""))


@lru_cache(maxsize=1000)
def _named(
    country: str, subdivision: str, year: int, language: str
) -> tuple[tuple[date, str], ...]:
    if not knows(country):
        return ()
    part = subdivision if subdivision in _codes(country) else None
    listed = holidays.country_holidays(
        country,
        subdiv=part,
        years=year,
        expand=False,
        language=_language(country, language),
        categories=(PUBLIC,),
    )
    return tuple(sorted((day, name) for day, name in listed.items() if day.year == year))


@lru_cache(maxsize=1000)
def _language(country: str, language: str) -> str | None:
    """The list's own name of a language for this country's holidays: the wanted, or its own.

    None would be the language of this machine.
    """
    listed = holidays.country_holidays(country, years=())
    wanted = _LANGUAGES.get(language[:2], ())
    found = (name for name in wanted if name in listed.supported_languages)
    return next(found, listed.default_language)
