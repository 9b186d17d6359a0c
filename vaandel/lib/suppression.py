"""Groups that are too small to show.

A group under five would tell about people, and so would a hidden group that can be found by
subtracting the shown ones from the total. Rules: domain, anonymity, 1 and 2.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeVar

K: Final = 5

Key = TypeVar("Key")


def too_few(people: int) -> bool:
    """Whether this many people (more than none) are too few to show."""
    return 0 < people < K


def visible_groups(sizes: Mapping[Key, int]) -> frozenset[Key]:
    """The groups that may be shown beside their total.

    Groups of one to four are hidden. If what is hidden adds up to fewer than five people it could
    be found by subtraction, so the next smallest group is hidden as well, until it cannot.
    """
    shown = {key: size for key, size in sizes.items() if not too_few(size)}
    hidden = sum(size for key, size in sizes.items() if key not in shown)
    while 0 < hidden < K:
        filled = [key for key, size in shown.items() if size > 0]
        if not filled:
            break
        smallest = min(filled, key=lambda key: shown[key])
        hidden += shown.pop(smallest)
    return frozenset(shown)


def visible_parts(groups: Mapping[Key, tuple[int, int]]) -> frozenset[Key]:
    """The groups of which "so many of so many" may be shown.

    ``groups`` gives (people who take part, people in the group). Who does *not* take part is
    protected in the same way: seven of eight would point at the eighth.
    """
    part = visible_groups({key: inside for key, (inside, _) in groups.items()})
    rest = visible_groups({key: whole - inside for key, (inside, whole) in groups.items()})
    return part & rest
