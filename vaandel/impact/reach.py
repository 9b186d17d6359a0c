"""How many different people may have seen a post: a model, never a measurement.

Colleagues know many of the same people. So a network is split in a *core* that colleagues share
(each other, former colleagues, suppliers, the sector) and a *periphery* of one's own, and a person
is counted once however many colleagues they know. People who work here are taken out. The result
is a range, because nobody knows which part of a network sees a post.

Source of the model and of the default visibility: ``docs/developer/figures.md``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

# Part of a person's network that sees one post, low and high. An assumption, shown as such.
VISIBILITY: Final = {
    "linkedin": (0.05, 0.25),
    "facebook": (0.05, 0.35),
    "x": (0.01, 0.10),
    "whatsapp": (0.20, 0.60),
}
DEFAULT_VISIBILITY: Final = (0.05, 0.25)
CORE_PART: Final = 0.3
UNIVERSE: Final = 200_000
FEWEST_SIZES: Final = 5


@dataclass(frozen=True, slots=True)
class Assumed:
    """What an estimate takes for granted, each as its lowest and highest part (0 to 1)."""

    core: tuple[float, float]
    visibility: Mapping[str, tuple[float, float]]
    elsewhere: tuple[float, float]

    def seen_on(self, channel: str) -> tuple[float, float]:
        return self.visibility.get(channel, self.elsewhere)


DEFAULTS: Final = Assumed((CORE_PART, CORE_PART), VISIBILITY, DEFAULT_VISIBILITY)


@dataclass(frozen=True, slots=True)
class Network:
    """One sharer's network on a channel: its bounds in people, and the channel."""

    low: int
    high: int
    channel: str = "linkedin"


@dataclass(frozen=True, slots=True)
class Reach:
    """People outside the organisation who may have seen it, with what the figure rests on."""

    low: int
    high: int
    sharers: int
    sizes_known: int
    combined: int
    distinct: int
    core: int


def distinct_people(sizes: Sequence[float], universe: float) -> float:
    """Different people when each size is drawn at random from ``universe`` (Sainsbury)."""
    missed = math.fsum(math.log1p(-min(size / universe, 1 - 1e-12)) for size in sizes)
    return universe * -math.expm1(missed)


def seen_outside(
    sizes: Sequence[float],
    visibility: Sequence[float],
    *,
    core: int,
    colleagues: int,
    core_part: float = CORE_PART,
) -> float:
    """Different people outside the organisation who see it.

    ``core`` is the size of the shared circle and ``colleagues`` the part of it that works here.
    """
    in_core = [r * n * core_part for n, r in zip(sizes, visibility, strict=True)]
    outside = [r * n * (1 - core_part) for n, r in zip(sizes, visibility, strict=True)]
    kept = 1 - min(colleagues / core, 1)
    return distinct_people(in_core, core) * kept + distinct_people(outside, UNIVERSE)


def estimate(
    networks: Sequence[Network], *, sharers: int, headcount: int, assumed: Assumed = DEFAULTS
) -> Reach | None:
    """The range for one post, or None when too few sharers told how large their network is.

    Sharers who did not tell are taken to be like those who did. The larger the circle that
    colleagues share, the fewer people: its highest part gives the lower end.
    """
    if len(networks) < FEWEST_SIZES or sharers < len(networks):
        return None
    core = max(headcount, 1)
    filled = [networks[i % len(networks)] for i in range(sharers)]
    middles = [(n.low + n.high) / 2 for n in filled]

    def people(sizes: Sequence[float], seen: Sequence[float], core_part: float) -> int:
        found = seen_outside(sizes, seen, core=core, colleagues=headcount, core_part=core_part)
        return round(found)

    lowest, highest = assumed.core
    return Reach(
        low=people(
            [n.low for n in filled], [assumed.seen_on(n.channel)[0] for n in filled], highest
        ),
        high=people(
            [n.high for n in filled], [assumed.seen_on(n.channel)[1] for n in filled], lowest
        ),
        sharers=sharers,
        sizes_known=len(networks),
        combined=round(sum(middles)),
        distinct=people(middles, [1.0] * sharers, (lowest + highest) / 2),
        core=core,
    )


def of_one_person(network: Network, assumed: Assumed = DEFAULTS) -> tuple[int, int]:
    """People outside the shared circle who may see one post of one person: low and high."""
    low, high = assumed.seen_on(network.channel)
    smallest, largest = assumed.core
    return round(network.low * low * (1 - largest)), round(network.high * high * (1 - smallest))
