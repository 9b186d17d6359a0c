"""From rows of text to people, and what is wrong with the rows that are none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from vaandel.organizations.importing.columns import bare
from vaandel.organizations.importing.tables import Row, Table
from vaandel.organizations.models import Employment

NAME_LENGTH = 120
ADDRESS_LENGTH = 254
EMPLOYMENT_NAMES: Mapping[str, Employment] = {
    **dict.fromkeys(
        ("", "employee", "staff", "permanent", "medewerker", "werknemer", "vast", "loondienst",
         "salarie", "employe", "cdi", "cdd", "angestellt", "mitarbeiter", "festangestellt"),
        Employment.EMPLOYEE,
    ),
    **dict.fromkeys(
        ("intern", "internship", "trainee", "stagiair", "stage", "stagiaire", "praktikant",
         "praktikantin", "praktikum", "apprentice", "alternant", "azubi"),
        Employment.INTERN,
    ),
    **dict.fromkeys(
        ("freelance", "freelancer", "contractor", "external", "zzp", "zzper", "extern",
         "inhuur", "independant", "externe", "freiberufler", "selbststandig"),
        Employment.FREELANCE,
    ),
    **dict.fromkeys(
        ("retired", "pensioner", "gepensioneerd", "pensioen", "retraite", "rentner", "pensionar",
         "ruhestand"),
        Employment.RETIRED,
    ),
}  # fmt: skip
LANGUAGE_NAMES: Mapping[str, str] = {
    "nederlands": "nl", "dutch": "nl", "neerlandais": "nl", "niederlandisch": "nl",
    "english": "en", "engels": "en", "anglais": "en", "englisch": "en",
    "francais": "fr", "french": "fr", "frans": "fr", "franzosisch": "fr",
    "deutsch": "de", "german": "de", "duits": "de", "allemand": "de",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    """One row that can be imported. Empty text and None mean: not in the file."""

    row: int
    email: str
    name: str
    unit: str
    job_title: str
    employment: str | None
    language: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row cannot be imported. ``reason`` is a code, ``value`` what stood there."""

    row: int
    field: str
    reason: str
    value: str = ""
    other_row: int = 0


def people_in(table: Table, columns: Mapping[str, int]) -> Iterator[Person | list[Problem]]:
    """Per row a person, or everything that is wrong with it. The first of doubles counts."""
    seen: dict[str, int] = {}
    for row in table.rows:
        checked = person_of(row, columns, width=len(table.header))
        if isinstance(checked, Person):
            first = seen.setdefault(checked.email, row.number)
            if first != row.number:
                yield [
                    Problem(
                        row=row.number,
                        field="email",
                        reason="double",
                        value=checked.email,
                        other_row=first,
                    )
                ]
                continue
        yield checked


def person_of(row: Row, columns: Mapping[str, int], *, width: int) -> Person | list[Problem]:
    values = {
        field: row.cells[number] if number < len(row.cells) else ""
        for field, number in columns.items()
    }
    email = values.get("email", "").strip().lower()
    name = name_of(values)
    unit = values.get("unit", "")
    job_title = values.get("job_title", "")
    employment = EMPLOYMENT_NAMES.get(bare(values.get("employment", "")))
    language = language_of(values.get("language", ""))
    wrong = [
        ("email", address_problem(email), email),
        ("name", too_long(name), name),
        ("unit", too_long(unit), unit),
        ("job_title", too_long(job_title), job_title),
        ("employment", "" if employment else "unknown", values.get("employment", "")),
        ("language", "unknown" if language is None else "", values.get("language", "")),
        ("row", "too_many_cells" if any(row.cells[width:]) else "", ""),
    ]
    problems = [
        Problem(row=row.number, field=field, reason=reason, value=value[:100])
        for field, reason, value in wrong
        if reason
    ]
    if problems:
        return problems
    return Person(
        row=row.number,
        email=email,
        name=name,
        unit=unit,
        job_title=job_title,
        employment=employment.value if employment and values.get("employment") else None,
        language=language or "",
    )


def name_of(values: Mapping[str, str]) -> str:
    parts = (values.get("first_name", ""), values.get("infix", ""), values.get("last_name", ""))
    return values.get("name") or " ".join(part for part in parts if part)


def address_problem(email: str) -> str:
    if not email:
        return "missing"
    try:
        validate_email(email)
    except ValidationError:
        return "invalid"
    return "too_long" if len(email) > ADDRESS_LENGTH else ""


def too_long(text: str) -> str:
    return "too_long" if len(text) > NAME_LENGTH else ""


def language_of(text: str) -> str | None:
    """The code of a language we have; empty when none is given, None when it is not ours."""
    plain = bare(text)
    codes = {code for code, _name in settings.LANGUAGES}
    code = LANGUAGE_NAMES.get(plain, plain[:2])
    return code if code in codes or not plain else None
