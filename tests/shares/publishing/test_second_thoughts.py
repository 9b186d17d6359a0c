"""Before it goes: cancel, put back, move, send now; and what asks to be looked at once more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from tests.networks.linkedin import LinkedIn
from tests.shares.publishing.conftest import Send
from vaandel.ambassadors.models import Enrolment
from vaandel.organizations.models import Member, Organization
from vaandel.posts.models import Post
from vaandel.shares.models import Publication
from vaandel.shares.publishing import (
    NotPlannable,
    cancel,
    cancel_what_may_not_go,
    confirm_seen,
    leave_it,
    move,
    publish_due,
    queue,
    send_now,
    undo_cancel,
)
from vaandel.shares.publishing.sending import NotNow, Round, check_wanted

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
TONIGHT = NOW + timedelta(hours=9)
State = Publication.State


@pytest.fixture(autouse=True)
def clock() -> object:
    with time_machine.travel(NOW, tick=False) as travelling:
        yield travelling


@pytest.fixture
def planned(send: Send) -> Publication:
    return send(due_at=TONIGHT)


def outcome(publication: Publication) -> tuple[str, str]:
    publication.refresh_from_db()
    return publication.state, publication.problem


def test_cancelled_and_put_back(planned: Publication) -> None:
    assert cancel(publication=planned, at=NOW)
    assert not cancel(publication=planned, at=NOW)
    assert outcome(planned) == (State.CANCELLED, "")

    assert undo_cancel(publication=planned, at=NOW)
    assert outcome(planned) == (State.ARMED, "")
    assert planned.due_at == TONIGHT


def test_after_its_moment_it_cannot_be_put_back(planned: Publication) -> None:
    cancel(publication=planned, at=NOW)

    assert not undo_cancel(publication=planned, at=TONIGHT)


def test_what_was_posted_cannot_be_cancelled(send: Send) -> None:
    publication = send()
    publish_due()

    assert not cancel(publication=publication, at=NOW)
    assert outcome(publication) == (State.PUBLISHED, "")


def test_moved_to_another_moment(planned: Publication) -> None:
    tomorrow = NOW + timedelta(days=1)

    assert move(publication=planned, due_at=tomorrow, at=NOW)
    assert (planned.due_at, planned.next_try_at) == (tomorrow, tomorrow)
    with pytest.raises(NotPlannable):
        move(publication=planned, due_at=NOW - timedelta(hours=1), at=NOW)


def test_not_waiting_for_its_moment(planned: Publication, linkedin: LinkedIn) -> None:
    assert send_now(publication=planned, at=NOW)

    assert publish_due() == 1
    assert len(linkedin.posts) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Five kilometres of heat"},
        {"target_url": "https://news.example/other"},
        {"please_do_not": "The names of customers"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_an_editor_changes_asks_the_person_again(
    planned: Publication,
    linkedin: LinkedIn,
    change: dict[str, str],
    clock: time_machine.Traveller,
) -> None:
    Post.objects.update(**change)
    clock.move_to(TONIGHT)

    publish_due()

    assert outcome(planned) == (State.ASKING, "changed")
    assert linkedin.posts == []
    assert confirm_seen(publication=planned, at=TONIGHT)
    publish_due()
    assert outcome(planned) == (State.PUBLISHED, "")


def test_what_readers_do_not_see_may_change(
    planned: Publication, clock: time_machine.Traveller
) -> None:
    Post.objects.update(version=7, updated_at=NOW, urgent=True)
    clock.move_to(TONIGHT)

    publish_due()

    assert outcome(planned) == (State.PUBLISHED, "")


def test_rather_not_after_all(planned: Publication, clock: time_machine.Traveller) -> None:
    Post.objects.update(title="Five kilometres of heat")
    clock.move_to(TONIGHT)
    publish_due()

    assert leave_it(publication=planned, at=TONIGHT)
    assert outcome(planned) == (State.CANCELLED, "changed")


def withdraw() -> None:
    Post.objects.update(state=Post.State.WITHDRAWN)


def expire() -> None:
    Post.objects.update(state=Post.State.EXPIRED)


def stop() -> None:
    Organization.objects.update(stopped_at=NOW)


def leave() -> None:
    Enrolment.objects.update(state=Enrolment.State.LEFT)


def off_board() -> None:
    Member.objects.update(status=Member.Status.LEFT)


ENDS = [
    (withdraw, "withdrawn"),
    (expire, "expired"),
    (stop, "stopped"),
    (leave, "left"),
    (off_board, "left"),
]


@pytest.mark.parametrize(("end", "problem"), ENDS, ids=lambda each: getattr(each, "__name__", each))
def test_what_may_not_go_any_more_is_cancelled(
    planned: Publication, end: object, problem: str
) -> None:
    assert cancel_what_may_not_go() == 0
    end()  # type: ignore[operator]

    assert cancel_what_may_not_go() == 1

    assert outcome(planned) == (State.CANCELLED, problem)
    assert cancel_what_may_not_go() == 0


@pytest.mark.parametrize(("end", "problem"), ENDS, ids=lambda each: getattr(each, "__name__", each))
def test_nor_does_it_go_in_the_seconds_before_that_is_noticed(
    planned: Publication,
    linkedin: LinkedIn,
    end: object,
    problem: str,
    clock: time_machine.Traveller,
) -> None:
    end()  # type: ignore[operator]
    clock.move_to(TONIGHT)

    publish_due()

    assert outcome(planned) == (State.CANCELLED, problem)
    assert linkedin.posts == []


def test_nor_does_what_changed_since_it_was_claimed(
    planned: Publication, linkedin: LinkedIn, clock: time_machine.Traveller
) -> None:
    """Those before it in the batch may take minutes."""
    clock.move_to(TONIGHT)
    [held] = queue.claim(at=TONIGHT, size=5)
    this_round = Round()
    check_wanted(held, this_round, at=TONIGHT)
    Post.objects.update(title="Five kilometres of heat", updated_at=TONIGHT)

    with pytest.raises(NotNow) as caught:
        check_wanted(held, this_round, at=TONIGHT)

    assert (caught.value.state, caught.value.problem) == (State.ASKING, "changed")
