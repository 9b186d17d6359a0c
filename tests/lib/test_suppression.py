"""No group under five can be seen, nor found by subtracting what is shown from a total."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaandel.lib.suppression import K, too_few, visible_groups, visible_parts

SIZES = st.dictionaries(st.integers(0, 30), st.integers(0, 60), max_size=12)
PARTS = st.dictionaries(
    st.integers(0, 30),
    st.integers(0, 60).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole))),
    max_size=12,
)


@pytest.mark.parametrize(
    ("people", "hidden"), [(0, False), (1, True), (4, True), (5, False), (50, False)]
)
def test_one_to_four_people_are_too_few(people: int, hidden: bool) -> None:
    assert too_few(people) is hidden


def test_one_small_group_takes_the_next_smallest_with_it() -> None:
    assert visible_groups({"a": 41, "b": 37, "c": 9, "d": 3}) == {"a", "b"}


def test_two_small_groups_that_are_five_together_hide_nobody_else() -> None:
    assert visible_groups({"a": 41, "b": 37, "c": 3, "d": 2}) == {"a", "b"}


def test_seven_of_eight_would_point_at_the_eighth() -> None:
    shown = visible_parts({"small": (7, 8), "large": (41, 212), "other": (52, 410)})

    assert "small" not in shown


@given(SIZES)
def test_nothing_small_is_shown_or_can_be_subtracted(sizes: dict[int, int]) -> None:
    shown = visible_groups(sizes)

    hidden = sum(size for key, size in sizes.items() if key not in shown)
    assert not any(too_few(sizes[key]) for key in shown)
    assert hidden == 0 or hidden >= K or all(sizes[key] == 0 for key in shown)


@given(PARTS)
def test_who_does_not_take_part_is_protected_in_the_same_way(
    groups: dict[int, tuple[int, int]],
) -> None:
    shown = visible_parts(groups)

    assert not any(too_few(groups[key][0]) for key in shown)
    assert not any(too_few(groups[key][1] - groups[key][0]) for key in shown)
