"""The estimate follows the worked example of the model; knowing too little, it says nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaandel.impact.reach import Network, distinct_people, estimate, of_one_person, seen_outside

FIFTY_TIMES_500 = [500.0] * 50


@pytest.mark.parametrize(("visibility", "people"), [(0.05, 1174), (0.12, 2633), (0.25, 5056)])
def test_the_worked_example_of_fifty_people_with_five_hundred_contacts(
    visibility: float, people: int
) -> None:
    seen = seen_outside(FIFTY_TIMES_500, [visibility] * 50, core=800, colleagues=0)

    assert seen == pytest.approx(people, rel=0.002)


def test_distinct_people_at_random_overlap() -> None:
    assert distinct_people(FIFTY_TIMES_500, 100_000) == pytest.approx(22_169, abs=1)
    assert distinct_people(FIFTY_TIMES_500, 10_000) == pytest.approx(9_231, abs=1)


def test_colleagues_are_taken_out() -> None:
    with_colleagues = seen_outside(FIFTY_TIMES_500, [0.25] * 50, core=800, colleagues=0)
    without = seen_outside(FIFTY_TIMES_500, [0.25] * 50, core=800, colleagues=800)

    assert with_colleagues - without == pytest.approx(727, abs=1)


def test_fewer_than_five_told_sizes_give_no_estimate() -> None:
    four = [Network(300, 700)] * 4

    assert estimate(four, sharers=20, headcount=240) is None
    assert estimate([*four, Network(0, 100)], sharers=20, headcount=240) is not None


def test_the_estimate_carries_what_it_rests_on() -> None:
    found = estimate([Network(300, 700)] * 5, sharers=10, headcount=240)

    assert found is not None
    assert (found.sharers, found.sizes_known, found.core, found.combined) == (10, 5, 240, 5000)
    assert 0 < found.low < found.high < found.distinct < found.combined


@given(
    st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 3000)), min_size=5, max_size=60),
    st.integers(1, 5000),
)
def test_a_range_is_a_range_and_never_more_than_everybody(
    bounds: list[tuple[int, int]], headcount: int
) -> None:
    networks = [Network(min(pair), max(pair)) for pair in bounds]

    found = estimate(networks, sharers=len(networks), headcount=headcount)

    assert found is not None
    assert 0 <= found.low <= found.high <= sum(network.high for network in networks)


def test_one_persons_own_range() -> None:
    assert of_one_person(Network(300, 700, "linkedin")) == (10, 122)
