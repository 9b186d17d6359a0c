"""In which words the employer is named, and what keeps a line within its rule."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from vaandel.shares.disclosure.rules import ANYWHERE, Rule, Strictness

LONGEST: Final = 300
HASHTAG: Final = re.compile(r"#(\w+)")

# The first wording of a language is the one that is offered.
WORDINGS: Final[dict[str, tuple[str, ...]]] = {
    "nl": ("Ik werk bij {org}.", "{org} is mijn werkgever.", "Ik ben collega bij {org}."),
    "en": ("I work at {org}.", "{org} is my employer.", "I am part of the team at {org}."),
    "fr": (
        "Je travaille chez {org}.",
        "{org} est mon employeur.",
        "Je fais partie de l’équipe de {org}.",
    ),
    "de": (
        "Ich arbeite bei {org}.",
        "{org} ist mein Arbeitgeber.",
        "Ich gehöre zum Team von {org}.",
    ),
}
# By country and language of the text: the labels that do, the one that is offered first.
LABELS: Final[dict[tuple[str, str], tuple[str, ...]]] = {
    ("NL", "nl"): ("#reclame", "#advertentie"),
    ("BE", "nl"): ("#advertentie", "#reclame", "#publiciteit"),
    ("BE", "fr"): ("#publicité",),
    (ANYWHERE, "nl"): ("#advertentie", "#reclame"),
    (ANYWHERE, "en"): ("#ad",),
    (ANYWHERE, "fr"): ("#publicité",),
    (ANYWHERE, "de"): ("#Werbung", "#Anzeige"),
}
# A hashtag with the employer's name and one of these is understood by readers.
RELATIONS: Final = (
    "employee", "staff", "teamlid", "medewerker", "werknemer", "collega", "salarié", "salariée",
    "collaborateur", "collaboratrice", "mitarbeiter", "mitarbeiterin", "mitarbeitende",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Employer:
    """By which words a reader recognises the employer."""

    name: str
    website: str = ""

    @property
    def host(self) -> str:
        host = urlsplit(self.website).hostname or ""
        return host.removeprefix("www.")

    @property
    def as_tag(self) -> str:
        """The name as people write it in a hashtag, without the hash."""
        return "".join(letter for letter in self.name.casefold() if letter.isalnum())

    def is_named_in(self, text: str) -> bool:
        """By name, website or hashtag, whatever readers make of it."""
        folded = " ".join(text.casefold().split())
        if " ".join(self.name.casefold().split()) in folded:
            return True
        if self.host and self.host.casefold() in folded:
            return True
        return bool(self.as_tag) and any(self.as_tag in tag for tag in tags_of(folded))

    def is_understood_in(self, text: str) -> bool:
        """Named outside hashtags, or in one that says what the relation is, or in a sentence."""
        plain = HASHTAG.sub(" ", text)
        if self.is_named_in(plain):
            return True
        own = [tag for tag in tags_of(text) if self.as_tag and self.as_tag in tag]
        if any(tag.endswith(RELATIONS) for tag in own):
            return True
        return self.as_tag in own and len(plain.split()) > 1


def tags_of(text: str) -> list[str]:
    """The hashtags in order, folded and without their hash."""
    return [tag.casefold() for tag in HASHTAG.findall(text)]


def wordings(
    employer: Employer, *, language: str, rule: Rule, own_wording: str = ""
) -> tuple[str, ...]:
    """The lines to choose from; the programme's own comes first if it names the employer."""
    base = base_language(language)
    lines = [line.format(org=employer.name) for line in WORDINGS.get(base, WORDINGS["en"])]
    preferred = " ".join(own_wording.split())[:LONGEST]
    if preferred and employer.is_named_in(preferred):
        lines = [preferred, *(line for line in lines if line != preferred)]
    if rule.label:
        lines = [labelled(line, country=rule.country, language=base) for line in lines]
    return tuple(lines)


def labelled(line: str, *, country: str, language: str) -> str:
    """The line behind its label, unless it starts with one that does."""
    if starts_with_label(line, country=country, language=language):
        return line
    return f"{labels_for(country, language)[0]} {line}"[:LONGEST]


def labels_for(country: str, language: str) -> tuple[str, ...]:
    """The advertising labels that readers of this language know, the one to offer first."""
    base = base_language(language)
    return LABELS.get((country, base)) or LABELS.get((ANYWHERE, base)) or LABELS[(ANYWHERE, "en")]


def starts_with_label(line: str, *, country: str, language: str) -> bool:
    """Whole words only: ``#adventure`` is no ``#ad``."""
    first = HASHTAG.match(line)
    known = {label.casefold() for label in labels_for(country, language)}
    return first is not None and first.group().casefold() in known


def base_language(language: str) -> str:
    """``nl`` of ``nl-BE``."""
    return language.partition("-")[0]


def joined(text: str, line: str, ending: str = "") -> str:
    """The post as readers get it: the line below the text, but a label before everything.

    ``ending`` is what rules of law want to come last.
    """
    parts = (line, text, ending) if line.startswith("#") else (text, line, ending)
    return "\n\n".join(part for part in parts if part)


class DisclosureMissing(ValueError):
    """This post is not shared without naming the employer."""


class EmployerNotNamed(ValueError):
    """The wording does not say who the employer is."""


class LabelMissing(ValueError):
    """An advertisement that brings a reward starts with the label; ``label`` would do."""

    def __init__(self, label: str) -> None:
        super().__init__(label)
        self.label = label


def checked_disclosure(line: str, *, employer: Employer, rule: Rule, language: str) -> str:
    """The line as it will be sent. Empty only where the rule leaves that free.

    ``language`` is that of the text: its readers have to know the label.
    """
    clean = " ".join(line.replace("\x00", "").split())[:LONGEST]
    if not clean:
        if rule.strictness is Strictness.REQUIRED:
            raise DisclosureMissing
        return ""
    if not employer.is_named_in(clean):
        raise EmployerNotNamed
    if rule.label and not starts_with_label(clean, country=rule.country, language=language):
        raise LabelMissing(labels_for(rule.country, language)[0])
    return clean
