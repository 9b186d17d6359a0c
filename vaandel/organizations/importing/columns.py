"""Which column holds what: guessed from names that people use in four languages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from vaandel.organizations.importing.tables import looks_like_address

# Field to the ways a column is called, without accents, marks and capitals.
NAMES: Mapping[str, tuple[str, ...]] = {
    "email": (
        "email", "emailaddress", "mail", "mailaddress", "workemail", "emailadres", "mailadres",
        "eadres", "werkmail", "werkemail", "adressemail", "adresseemail", "courriel",
        "adressecourriel",
        "adresseelectronique", "emailadresse", "mailadresse", "epost",
    ),
    "name": (
        "name", "fullname", "displayname", "employee", "person", "naam", "volledigenaam",
        "medewerker", "weergavenaam", "nomcomplet", "nometprenom", "prenometnom",
        "collaborateur", "vollername", "vollstandigername", "mitarbeiter", "namevollstandig",
    ),
    "first_name": (
        "firstname", "givenname", "forename", "voornaam", "roepnaam", "prenom", "vorname",
    ),
    "infix": ("infix", "prefix", "tussenvoegsel", "tussenvoegsels", "voorvoegsel", "particule"),
    "last_name": (
        "lastname", "surname", "familyname", "achternaam", "familienaam", "nom",
        "nomdefamille", "nachname", "familienname",
    ),
    "unit": (
        "unit", "department", "team", "division", "site", "location", "afdeling", "onderdeel",
        "locatie", "vestiging", "service", "departement", "equipe", "direction", "abteilung",
        "bereich", "standort",
    ),
    "job_title": (
        "jobtitle", "title", "function", "position", "job", "functie", "functienaam", "rol",
        "fonction", "poste", "intitule", "metier", "funktion", "stelle", "berufsbezeichnung",
    ),
    "employment": (
        "employment", "employmenttype", "contract", "contracttype", "dienstverband", "soort",
        "contrat", "typedecontrat", "statut", "beschaftigung", "beschaftigungsart", "vertrag",
    ),
    "language": ("language", "locale", "taal", "voertaal", "langue", "sprache"),
}  # fmt: skip
FIELDS = tuple(NAMES)


def bare(text: str) -> str:
    """Without accents, marks and capitals: "E-mail adres" becomes "emailadres"."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return re.sub(r"[^a-z0-9]", "", letters)


def guess_columns(header: Sequence[str], sample: Sequence[Sequence[str]]) -> dict[str, int]:
    """Field to column number. The mail column is also known by what stands in it."""
    found: dict[str, int] = {}
    for number, name in enumerate(header):
        plain = bare(name)
        for field, names in NAMES.items():
            if field not in found and plain in names:
                found[field] = number
                break
    if "email" not in found:
        place = address_column(len(header), sample)
        if place is not None and place not in found.values():
            found["email"] = place
    if "last_name" in found and "first_name" not in found and "name" not in found:
        found["name"] = found.pop("last_name")
    return found


def address_column(width: int, sample: Sequence[Sequence[str]]) -> int | None:
    """The column in which most of the sample is a mail address."""
    for number in range(width):
        cells = [row[number] for row in sample if number < len(row) and row[number]]
        if cells and sum(map(looks_like_address, cells)) * 2 > len(cells):
            return number
    return None
