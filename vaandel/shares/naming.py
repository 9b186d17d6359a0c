"""The page of rules for naming the employer: what holds here, and what was offered, in counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Count
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from vaandel.lib.suppression import too_few
from vaandel.organizations.models import Organization
from vaandel.posts.models import CommercialClass
from vaandel.programmes.models import Programme
from vaandel.shares.disclosure import (
    WORDINGS,
    Employer,
    Rule,
    Strictness,
    labels_for,
    rule_for,
    wordings,
)
from vaandel.shares.models import Share

STRICTNESS: Final[Mapping[str, str | Promise]] = {
    Strictness.REQUIRED.value: _("required"),
    Strictness.ADVISED.value: _("advised"),
    Strictness.FREE.value: _("free"),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One rule as the page shows it. ``labels``: those of the four languages, the first of each."""

    rule: Rule
    strictness: str | Promise
    labels: Sequence[str]
    in_force: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A commercial class with its rule without and with a reward."""

    name: str
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Spoken:
    """What is offered first in one language; ``own`` is the programme's own wording."""

    language: str
    line: str
    own: str


@dataclass(frozen=True, slots=True)
class Offered:
    """How often a rule was offered. ``count`` is None under five, as everywhere."""

    version: str
    kind: str
    country: str
    strictness: str | Promise
    reward: bool
    count: int | None


def rule_rows(organization: Organization, *, reward: bool) -> list[Row]:
    """The table of the organisation's country."""
    return [
        Row(
            name=str(kind.label),
            cells=[
                _cell(kind, organization.country, given=given, in_force=given == reward)
                for given in (False, True)
            ],
        )
        for kind in CommercialClass
    ]


def _cell(kind: CommercialClass, country: str, *, given: bool, in_force: bool) -> Cell:
    rule = rule_for(kind, country=country, reward=given)
    labels = [labels_for(country, language)[0] for language in WORDINGS] if rule.label else []
    return Cell(
        rule=rule,
        strictness=STRICTNESS[rule.strictness.value],
        labels=labels,
        in_force=in_force,
    )


def spoken_lines(organization: Organization, programme: Programme) -> list[Spoken]:
    """The line that is offered first for news, which has no label, in each language."""
    employer = Employer(organization.name, organization.website)
    rule = rule_for(CommercialClass.NEWS, country=organization.country)
    own = programme.disclosure_wording or {}
    found = []
    for language in WORDINGS:
        typed = str(own.get(language, ""))
        line = wordings(employer, language=language, rule=rule, own_wording=typed)[0]
        found.append(Spoken(language=language, line=line, own=typed))
    return found


def offered_counts() -> list[Offered]:
    """How often each rule was offered with a share, newest version first; never to whom."""
    counts = (
        Share.objects.exclude(disclosure_rule="")
        .values_list("disclosure_rule")
        .annotate(Count("pk"), people=Count("enrolment", distinct=True))
        .order_by("-disclosure_rule")
    )
    return [
        found
        for code, count, people in counts
        if (found := _offered(code, None if too_few(people) else count)) is not None
    ]


def _offered(code: str, count: int | None) -> Offered | None:
    parts = code.split(" ")
    if len(parts) < 4 or parts[1] not in CommercialClass or parts[3] not in STRICTNESS:
        return None
    return Offered(
        version=parts[0],
        kind=str(CommercialClass(parts[1]).label),
        country="" if parts[2] == "*" else parts[2],
        strictness=STRICTNESS[parts[3]],
        reward=parts[4:] == ["reward"],
        count=count,
    )
