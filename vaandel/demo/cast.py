"""The people of Stadsenergie: seven with a part to play, and everybody else."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from vaandel.demo.story import Story
from vaandel.organizations.importing.people import Person
from vaandel.organizations.models import Employment, Role

DOMAIN: Final = "stadsenergie.example"


@dataclass(frozen=True, slots=True)
class Part:
    """Somebody as whom a visitor can look around. ``key`` stands in the sign-in address."""

    key: str
    name: str
    function: str
    unit: str
    roles: tuple[Role, ...]

    @property
    def email(self) -> str:
        return address(self.name)


PARTS: Final = (
    Part("owner", "Sanne Okafor", "Kartrekker", "Kantoor en staf", (Role.OWNER, Role.EDITOR)),
    Part("editor", "Marleen de Bruijn", "Recruiter", "Werving", (Role.EDITOR,)),
    Part(
        "ambassador", "Noor van den Heuvel", "Werkvoorbereider warmtenetten", "Warmte en koude", ()
    ),
    Part("sponsor", "Els Hoekstra", "Directeur", "Kantoor en staf", (Role.SPONSOR,)),
    Part(
        "approver", "Pieter-Jan Verstraeten", "Projectleider", "Warmte en koude", (Role.APPROVER,)
    ),
    Part("coach", "Anneke Jonkers", "Adviseur", "Zon en wind", (Role.COACH,)),
    Part("works-council", "Ruud Timmer", "Monteur", "Netbeheer", (Role.WORKS_COUNCIL,)),
)


def address(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.replace("ı", "i")).encode("ascii", "ignore").decode()
    return f"{plain.lower().replace(' ', '.').replace('-', '.')}@{DOMAIN}"


def everybody(told: Story, chance: random.Random) -> list[Person]:
    """All 240 people as rows of a list, the ones with a part first."""
    people = [
        Person(0, part.email, part.name, part.unit, part.function, None, "nl") for part in PARTS
    ]
    known = {person.email for person in people}
    for unit, number in _places(told):
        there = 0
        while there < number:
            name = f"{chance.choice(told.first_names)} {chance.choice(told.last_names)}"
            if address(name) in known:
                continue
            known.add(address(name))
            people.append(_person(name, unit, told.functions, chance))
            there += 1
    return people


def _places(told: Story) -> list[tuple[str, int]]:
    """How many people work where, besides those with a part."""
    places: list[tuple[str, int]] = []
    for unit, about in told.units.items():
        inside = [part.unit for part in PARTS]
        taken = inside.count(unit) + sum(inside.count(child) for child in about["children"])
        below = [(child, _part_of(child)) for child in about["children"]]
        places += below
        places.append((unit, about["people"] - taken - sum(number for _, number in below)))
    return places


def _part_of(unit: str) -> int:
    return 8 if unit in ("Storingsdienst nacht", "Juridische zaken", "Werving") else 14


def _person(name: str, unit: str, functions: Sequence[str], chance: random.Random) -> Person:
    employment = chance.choices(
        [Employment.EMPLOYEE, Employment.INTERN, Employment.FREELANCE, Employment.RETIRED],
        [88, 5, 5, 2],
    )[0]
    language = chance.choices(["nl", "en", "fr", "de"], [86, 7, 3, 4])[0]
    return Person(0, address(name), name, unit, chance.choice(functions), employment, language)
