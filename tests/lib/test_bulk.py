"""Many rows at once, on whatever database."""

from __future__ import annotations

from typing import Any

import pytest

from tests.delivery.conftest import TUESDAY
from tests.factories import EnrolmentFactory, PostFactory
from vaandel.delivery.models import Ask
from vaandel.lib.bulk import insert_new
from vaandel.programmes.models import Programme


@pytest.mark.parametrize("number", [1, 60])
def test_new_rows_go_in_and_those_that_are_there_are_left_out(
    programme: Programme, number: int
) -> None:
    post = PostFactory.create(programme=programme)
    people = EnrolmentFactory.create_batch(number, programme=programme)
    reason: dict[str, Any] = {"topic": 3, "words": 'a "quoted"\tone \\ and\nmore ☀'}
    rows = [
        Ask(
            organization=programme.organization,
            post=post,
            enrolment=person,
            reason=reason,
            offered_at=TUESDAY,
        )
        for person in people
    ]

    insert_new(Ask, rows[:1])
    insert_new(Ask, rows)
    insert_new(Ask, rows)

    kept = list(Ask.objects.order_by("enrolment_id"))
    assert [ask.enrolment_id for ask in kept] == [person.pk for person in people]
    assert kept[0].reason == reason
    assert (kept[0].state, kept[0].offered_at, kept[0].until) == (
        Ask.State.OFFERED,
        TUESDAY,
        None,
    )


def test_nothing_is_nothing(programme: Programme) -> None:
    assert insert_new(Ask, []) == 0
