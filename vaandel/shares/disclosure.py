"""When the employer must be named in a share, and in which words.

A pure table: commercial class, country and whether a reward is given decide how strict we
are. It follows the advertising codes as we read them, and is not legal advice: an
organisation that knows better can be stricter by its own guidelines. Change a row or a
wording: raise ``VERSION``, since every share keeps the version that it was offered under.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final
from urllib.parse import urlsplit

from vaandel.posts.models import CommercialClass

VERSION: Final = "2026-11"
ANYWHERE: Final = "*"
LONGEST: Final = 300


class Strictness(Enum):
    """REQUIRED cannot be removed; ADVISED is removed knowingly; FREE is offered, no more."""

    REQUIRED = "required"
    ADVISED = "advised"
    FREE = "free"


@dataclass(frozen=True, slots=True)
class Rule:
    """One row. ``label`` asks for the country's advertising label as the first word."""

    commercial_class: CommercialClass
    country: str
    reward: bool
    strictness: Strictness
    source: str
    label: bool = False

    @property
    def code(self) -> str:
        """What a share keeps of it: ``2026-11 PRODUCT NL required``."""
        parts = [VERSION, self.commercial_class.value, self.country, self.strictness.value]
        return " ".join([*parts, "reward"] if self.reward else parts)


_C = CommercialClass
_NL = "Reclamecode Social Media & Influencer Marketing: a relevant relation is disclosed"
_BE = "FOD Economie 2022: advertising when the brand stands in front and there is an advantage"
_US = "FTC: an employee who endorses the employer's product always says so, in the post"
_UK = "ASA: the relation is clear in the post itself, a biography is not enough"
_EU = "UCPD Annex I, 11 and 22: no hidden advertising, nobody poses as a consumer"
_OWN = "Own story: no code asks for it; naming the employer is honest and is advised"

RULES: Final[tuple[Rule, ...]] = (
    Rule(_C.PRODUCT, "NL", False, Strictness.REQUIRED, _NL),
    Rule(_C.PRODUCT, "BE", False, Strictness.REQUIRED, _BE),
    Rule(_C.PRODUCT, "US", False, Strictness.REQUIRED, _US),
    Rule(_C.PRODUCT, "GB", False, Strictness.REQUIRED, _UK),
    Rule(_C.PRODUCT, ANYWHERE, False, Strictness.REQUIRED, _EU),
    Rule(_C.VACANCY, "US", False, Strictness.REQUIRED, _US),
    Rule(_C.VACANCY, "GB", False, Strictness.REQUIRED, _UK),
    Rule(_C.VACANCY, ANYWHERE, False, Strictness.ADVISED, _EU),
    Rule(_C.NEWS, "US", False, Strictness.REQUIRED, _US),
    Rule(_C.NEWS, "GB", False, Strictness.REQUIRED, _UK),
    Rule(_C.NEWS, ANYWHERE, False, Strictness.ADVISED, _EU),
    Rule(_C.STORY, "BE", False, Strictness.FREE, _BE),
    Rule(_C.STORY, ANYWHERE, False, Strictness.ADVISED, _OWN),
    Rule(_C.PRODUCT, "NL", True, Strictness.REQUIRED, _NL, label=True),
    Rule(_C.PRODUCT, "BE", True, Strictness.REQUIRED, _BE, label=True),
    Rule(_C.PRODUCT, "US", True, Strictness.REQUIRED, _US, label=True),
    Rule(_C.PRODUCT, "GB", True, Strictness.REQUIRED, _UK, label=True),
    Rule(_C.PRODUCT, ANYWHERE, True, Strictness.REQUIRED, _EU, label=True),
    Rule(_C.VACANCY, ANYWHERE, True, Strictness.REQUIRED, _EU),
    Rule(_C.NEWS, ANYWHERE, True, Strictness.REQUIRED, _EU),
    Rule(_C.STORY, ANYWHERE, True, Strictness.REQUIRED, _EU),
)
_BY_KEY = {(rule.commercial_class, rule.country, rule.reward): rule for rule in RULES}

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
LABELS: Final[dict[str, str]] = {
    "nl": "#advertentie",
    "en": "#ad",
    "fr": "#publicité",
    "de": "#Werbung",
}
# In the Netherlands the code speaks of "reclame".
_LABELS_OF_COUNTRY: Final = {("NL", "nl"): "#reclame"}


def rule_for(commercial_class: str, *, country: str, reward: bool = False) -> Rule:
    """The row of this country, else the one for anywhere."""
    kind = CommercialClass(commercial_class)
    return _BY_KEY.get((kind, country, reward)) or _BY_KEY[(kind, ANYWHERE, reward)]


@dataclass(frozen=True, slots=True)
class Employer:
    """By which words a reader recognises the employer."""

    name: str
    website: str = ""

    @property
    def host(self) -> str:
        host = urlsplit(self.website).hostname or ""
        return host.removeprefix("www.")

    def is_named_in(self, text: str) -> bool:
        folded = " ".join(text.casefold().split())
        if " ".join(self.name.casefold().split()) in folded:
            return True
        return bool(self.host) and self.host.casefold() in folded


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
        lines = [f"{label_for(rule.country, base)} {line}" for line in lines]
    return tuple(lines)


def label_for(country: str, language: str) -> str:
    """The advertising label that readers of this language know."""
    return _LABELS_OF_COUNTRY.get((country, language)) or LABELS.get(language, LABELS["en"])


def base_language(language: str) -> str:
    """``nl`` of ``nl-BE``."""
    return language.partition("-")[0]


class DisclosureMissing(ValueError):
    """This post is not shared without naming the employer."""


class EmployerNotNamed(ValueError):
    """The wording does not say who the employer is."""


class LabelMissing(ValueError):
    """An advertisement that brings a reward starts with the label."""


def checked_disclosure(line: str, *, employer: Employer, rule: Rule, language: str) -> str:
    """The line as it will be sent. Empty only where the rule leaves that free."""
    clean = " ".join(line.replace("\x00", "").split())[:LONGEST]
    if not clean:
        if rule.strictness is Strictness.REQUIRED:
            raise DisclosureMissing
        return ""
    if not employer.is_named_in(clean):
        raise EmployerNotNamed
    if rule.label and not clean.startswith(label_for(rule.country, base_language(language))):
        raise LabelMissing
    return clean
