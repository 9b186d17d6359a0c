"""What the estimate assumes: the defaults with their sources, and what an owner knows better."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from vaandel.channels.registry import CHANNELS
from vaandel.impact.models import Assumption
from vaandel.impact.reach import DEFAULTS, Assumed

CORE: Final = "core"
ELSEWHERE: Final = "elsewhere"
NAMES: Final = (CORE, *DEFAULTS.visibility, ELSEWHERE)


@dataclass(frozen=True, slots=True)
class Explained:
    """One assumption in words. ``low`` and ``high`` are whole percentages."""

    name: str
    title: str | Promise
    meaning: str | Promise
    source: str | Promise
    low: int
    high: int


def default_of(name: str) -> tuple[int, int]:
    """Low and high in whole percentages."""
    parts = {CORE: DEFAULTS.core, ELSEWHERE: DEFAULTS.elsewhere, **DEFAULTS.visibility}[name]
    return round(parts[0] * 100), round(parts[1] * 100)


def explained() -> list[Explained]:
    """All assumptions with their defaults, in the order of the page."""
    return [_explained(name) for name in NAMES]


def _explained(name: str) -> Explained:
    low, high = default_of(name)
    if name == CORE:
        return Explained(
            name,
            _("The circle that colleagues share"),
            _(
                "The part of each network that colleagues have in common: each other, former "
                "colleagues, suppliers, the sector. The larger it is, the fewer people are reached."
            ),
            _("An assumption of ours. There is no measurement that holds for every organisation."),
            low,
            high,
        )
    if name == ELSEWHERE:
        title: str | Promise = _("Seen on other networks")
    else:
        title = _("Seen on %(network)s") % {"network": CHANNELS[name].name}
    return Explained(name, title, _MEANING, _SOURCES.get(name, _NO_SOURCE), low, high)


_MEANING: Final = _("The part of somebody's network that sees one post.")
_NO_SOURCE: Final = _(
    "An assumption of ours: no solid public figure was found. A wide range, on purpose."
)
_SOURCES: Final = {
    "facebook": _(
        "The high end was measured: half of the posts reached at least 35% of friends "
        "(Bernstein and others, CHI 2013). It has fallen since; the low end is an assumption."
    ),
}


def own_assumptions() -> dict[str, Assumption]:
    """What the owner put in the place of the defaults, by name. Needs a tenant scope."""
    return {row.name: row for row in Assumption.objects.all()}


def assumed_here() -> Assumed:
    """What the estimates of this organisation take for granted. Needs a tenant scope."""
    return assumed_with(Assumption.objects.values_list("name", "low", "high"))


def assumed_with(rows: Iterable[tuple[str, int, int]]) -> Assumed:
    """The defaults, with these (name, low, high) in their place."""
    own = {name: (low / 100, high / 100) for name, low, high in rows}
    return Assumed(
        core=own.get(CORE, DEFAULTS.core),
        visibility={name: own.get(name, parts) for name, parts in DEFAULTS.visibility.items()},
        elsewhere=own.get(ELSEWHERE, DEFAULTS.elsewhere),
    )


def as_inputs(assumed: Assumed) -> dict[str, list[int]]:
    """As they are kept beside an estimate, in whole percentages."""
    return {
        "core_part": [round(part * 100) for part in assumed.core],
        "linkedin": [round(part * 100) for part in assumed.seen_on("linkedin")],
    }


def shown(inputs: dict[str, Any]) -> dict[str, str]:
    """For the explanation of one estimate: "30", or "20–40". Older ones used the defaults."""
    used = {**as_inputs(DEFAULTS), **inputs}
    return {name: _span(*used[name]) for name in ("core_part", "linkedin")}


def _span(low: int, high: int) -> str:
    return str(low) if low == high else f"{low}–{high}"
