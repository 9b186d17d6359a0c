"""What readers do with a post on the practice network. Nobody is there, so it is made up: the
same for the same post and age, and never less than before."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

# The first ones come while somebody is still looking; most of them within two days.
AT_ONCE: Final = timedelta(minutes=2)
USUAL_HOURS: Final = 20


@dataclass(frozen=True, slots=True)
class Reactions:
    favourites: int
    boosts: int
    replies: int


def reactions_to(key: str, age: timedelta) -> Reactions:
    """To the post with this key, ``age`` after it came."""
    chance = random.Random(key)  # noqa: S311 - readers of a story, not a secret
    favourites = _by_then(chance, chance.randint(5, 14), age)
    boosts = _by_then(chance, chance.randint(0, 3), age)
    return Reactions(favourites, boosts, _by_then(chance, chance.randint(0, 3), age))


def _by_then(chance: random.Random, most: int, age: timedelta) -> int:
    moments = [AT_ONCE + timedelta(hours=_hours(chance)) for _ in range(most)]
    return sum(moment <= age for moment in moments)


def _hours(chance: random.Random) -> float:
    return chance.expovariate(1 / USUAL_HOURS)
