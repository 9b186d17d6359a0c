"""The table: commercial class, country and whether there is a reward decide how strict we are.

It follows the advertising codes as we read them, and is not legal advice: an organisation that
knows better can be stricter by its own guidelines. Change a row, a label or a wording: raise
``VERSION``, since every share keeps the version that it was offered under. Whoever reads the
sources again moves ``CHECKED_ON``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from vaandel.posts.models import CommercialClass

VERSION: Final = "2026-11-22"
CHECKED_ON: Final = date(2026, 11, 22)
ANYWHERE: Final = "*"


class Strictness(Enum):
    """REQUIRED cannot be removed; ADVISED is removed knowingly; FREE is offered, no more."""

    REQUIRED = "required"
    ADVISED = "advised"
    FREE = "free"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule comes from. ``address`` is empty when there is no page to point at."""

    name: str | Promise
    says: str | Promise
    address: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """One row. ``label`` asks for the country's advertising label as the first word."""

    commercial_class: CommercialClass
    country: str
    reward: bool
    strictness: Strictness
    source: Source
    label: bool = False

    @property
    def code(self) -> str:
        """What a share keeps of it: ``2026-11-22 PRODUCT NL required``."""
        parts = [VERSION, self.commercial_class.value, self.country, self.strictness.value]
        return " ".join([*parts, "reward"] if self.reward else parts)


NETHERLANDS: Final = Source(
    "Reclamecode Social Media & Influencer Marketing",
    _("Whoever spreads advertising for an advantage makes the relation clear."),
    "https://www.reclamecode.nl/social-toelichting/",
)
BELGIUM: Final = Source(
    _("Belgian ministry of economic affairs, recommendations for influencers (2022)"),
    _("It is advertising when the brand stands in front and there is an advantage."),
    "https://rdc-tbh.be/nl/news/fod-economie-publiceert-nieuwe-aanbevelingen-voor-influencers",
)
UNITED_STATES: Final = Source(
    _("Federal Trade Commission, guides on endorsements (a summary)"),
    _("Employees who write about their employer’s product say so, in the post itself."),
    "https://equinoxbusinesslaw.com/blog/legal-update-social-media-posts-in-the-workplace-"
    "a-guide-for-businesses-to-ensure-compliance-with-the-ftcs-guidance/",
)
UNITED_KINGDOM: Final = Source(
    _("Advertising Standards Authority, recognising advertisements"),
    _("The relation is clear in the post itself; a biography is not enough."),
    "https://www.asa.org.uk/advice-online/recognising-ads-social-media.html",
)
EUROPE: Final = Source(
    _("Unfair Commercial Practices Directive, annex I, points 11 and 22"),
    _("No hidden advertising, and nobody poses as a consumer."),
)
HONEST: Final = Source(
    _("Vaandel’s own advice"),
    _("No code asks for it in a story of one’s own. Naming the employer is honest."),
)

_C = CommercialClass
_R, _A, _F = Strictness.REQUIRED, Strictness.ADVISED, Strictness.FREE

RULES: Final[tuple[Rule, ...]] = (
    Rule(_C.PRODUCT, "NL", False, _R, NETHERLANDS),
    Rule(_C.PRODUCT, "BE", False, _R, BELGIUM),
    Rule(_C.PRODUCT, "US", False, _R, UNITED_STATES),
    Rule(_C.PRODUCT, "GB", False, _R, UNITED_KINGDOM),
    Rule(_C.PRODUCT, ANYWHERE, False, _R, EUROPE),
    Rule(_C.VACANCY, "US", False, _R, UNITED_STATES),
    Rule(_C.VACANCY, "GB", False, _R, UNITED_KINGDOM),
    Rule(_C.VACANCY, ANYWHERE, False, _A, EUROPE),
    Rule(_C.NEWS, "US", False, _R, UNITED_STATES),
    Rule(_C.NEWS, "GB", False, _R, UNITED_KINGDOM),
    Rule(_C.NEWS, ANYWHERE, False, _A, EUROPE),
    Rule(_C.STORY, "BE", False, _F, BELGIUM),
    Rule(_C.STORY, ANYWHERE, False, _A, HONEST),
    Rule(_C.PRODUCT, "NL", True, _R, NETHERLANDS, label=True),
    Rule(_C.PRODUCT, "BE", True, _R, BELGIUM, label=True),
    Rule(_C.PRODUCT, "US", True, _R, UNITED_STATES, label=True),
    Rule(_C.PRODUCT, "GB", True, _R, UNITED_KINGDOM, label=True),
    Rule(_C.PRODUCT, ANYWHERE, True, _R, EUROPE, label=True),
    Rule(_C.VACANCY, "NL", True, _R, NETHERLANDS),
    Rule(_C.VACANCY, "BE", True, _R, BELGIUM),
    Rule(_C.VACANCY, "US", True, _R, UNITED_STATES),
    Rule(_C.VACANCY, "GB", True, _R, UNITED_KINGDOM),
    Rule(_C.VACANCY, ANYWHERE, True, _R, EUROPE),
    Rule(_C.NEWS, "NL", True, _R, NETHERLANDS),
    Rule(_C.NEWS, "BE", True, _R, BELGIUM),
    Rule(_C.NEWS, "US", True, _R, UNITED_STATES),
    Rule(_C.NEWS, "GB", True, _R, UNITED_KINGDOM),
    Rule(_C.NEWS, ANYWHERE, True, _R, EUROPE),
    Rule(_C.STORY, "NL", True, _R, NETHERLANDS),
    Rule(_C.STORY, "BE", True, _R, BELGIUM),
    Rule(_C.STORY, "US", True, _R, UNITED_STATES),
    Rule(_C.STORY, "GB", True, _R, UNITED_KINGDOM),
    Rule(_C.STORY, ANYWHERE, True, _R, EUROPE),
)
_BY_KEY = {(rule.commercial_class, rule.country, rule.reward): rule for rule in RULES}


def rule_for(commercial_class: str, *, country: str, reward: bool = False) -> Rule:
    """The row of this country, else the one for anywhere."""
    kind = CommercialClass(commercial_class)
    return _BY_KEY.get((kind, country, reward)) or _BY_KEY[(kind, ANYWHERE, reward)]
