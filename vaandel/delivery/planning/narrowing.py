"""Whether an audience of departments is large enough to be counted.

An editor who adds or leaves out a department of one person, and compares the two counts, would
learn what that person chose. It is decided by how many people work there, never by who follows
what: else that nothing is told would tell it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from django.db.models import Count

from vaandel.lib.suppression import too_few
from vaandel.organizations.models import Member


def points_at_few(chosen: frozenset[int], lines: Mapping[int, frozenset[int]]) -> bool:
    """Whether these units, or what they leave out of a unit or of everybody, are too few people.

    ``lines``: every unit with itself and those above it. One query.
    """
    active = Member.objects.filter(status=Member.Status.ACTIVE).order_by()
    rows = active.values_list("unit_id").annotate(people=Count("pk"))
    everybody = None
    inside, left_out = Counter[int | None](), Counter[int | None]()
    for unit, people in rows:
        line = lines.get(unit, frozenset())
        sums = left_out if line.isdisjoint(chosen) else inside
        for place in (*line, everybody):
            sums[place] += people
    return any(too_few(inside[unit]) for unit in chosen) or any(map(too_few, left_out.values()))
