"""Which column of a list holds what: guessed from names that people use in four languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from vaandel.links.models import Goal
from vaandel.organizations.importing.columns import bare

# Field to the ways a column is called, without accents, marks and capitals.
NAMES: Mapping[str, tuple[str, ...]] = {
    "goal": (
        "goal", "conversion", "type", "kind", "event", "doel", "soort", "conversie", "objectif",
        "genre", "evenement", "ziel", "art", "ereignis",
    ),
    "id": (
        "id", "externalid", "number", "reference", "applicationid", "orderid", "ordernumber",
        "nummer", "kenmerk", "referentie", "sollicitatienummer", "ordernummer", "numero",
        "identifiant", "numerodecandidature", "numerodecommande", "referenznummer", "kennung",
        "bewerbungsnummer", "bestellnummer",
    ),
    "date": (
        "date", "day", "when", "happenedat", "datum", "dag", "wanneer", "jour", "quand", "tag",
        "wann",
    ),
    "value": (
        "value", "amount", "revenue", "price", "waarde", "bedrag", "omzet", "prijs", "valeur",
        "montant", "prix", "wert", "betrag", "umsatz", "preis",
    ),
    "currency": ("currency", "valuta", "munt", "devise", "monnaie", "wahrung"),
    "click": (
        "click", "clickreference", "vref", "shortcode", "code", "link", "shortlink", "klik",
        "klikreferentie", "kortecode", "kortelink", "clic", "referencedeclic", "codecourt",
        "lien", "liencourt", "klick", "klickreferenz", "kurzcode", "kurzlink",
    ),
    "withdrawn": (
        "withdrawn", "cancelled", "canceled", "refunded", "ingetrokken", "geannuleerd",
        "vervallen", "retire", "annule", "rembourse", "zuruckgezogen", "storniert",
    ),
}  # fmt: skip
COLUMNS = tuple(NAMES)
GOAL_NAMES: Mapping[str, Goal] = {
    **dict.fromkeys(("visit", "visits", "bezoek", "visite", "besuch"), Goal.VISIT),
    **dict.fromkeys(("lead", "leads", "contact", "kontakt", "aanvraag", "piste"), Goal.LEAD),
    **dict.fromkeys(
        ("application", "applications", "apply", "sollicitatie", "candidature", "bewerbung"),
        Goal.APPLICATION,
    ),
    **dict.fromkeys(
        ("hire", "hires", "hired", "aangenomen", "aanname", "indiensttreding", "embauche",
         "recrutement", "einstellung", "eingestellt"),
        Goal.HIRE,
    ),
    **dict.fromkeys(
        ("sale", "sales", "order", "purchase", "verkoop", "bestelling", "aankoop", "vente",
         "commande", "achat", "verkauf", "bestellung", "kauf"),
        Goal.SALE,
    ),
}  # fmt: skip
YES = frozenset({"yes", "y", "ja", "j", "oui", "o", "x", "1", "true", "waar", "vrai", "wahr"})
NO = frozenset({"", "no", "n", "nee", "nein", "non", "0", "false", "onwaar", "faux", "falsch"})


def guess_columns(header: Sequence[str]) -> dict[str, int]:
    """Field to column number."""
    found: dict[str, int] = {}
    for number, name in enumerate(header):
        plain = bare(name)
        for field, names in NAMES.items():
            if field not in found and plain in names:
                found[field] = number
                break
    return found


def goal_of(text: str) -> Goal | None:
    return GOAL_NAMES.get(bare(text))


def yes_or_no(text: str) -> bool | None:
    """None when it is neither."""
    plain = bare(text)
    return True if plain in YES else False if plain in NO else None
