"""Whoever is so slow that another one took over posts nothing any more; what they know counts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from tests.shares.publishing.conftest import Send
from vaandel.accounts.models import User
from vaandel.channels.adapter import Published
from vaandel.organizations.models import Member
from vaandel.privacy.services import delete_account
from vaandel.shares.models import Publication, Share
from vaandel.shares.publishing import look_into_unknown, queue, say_not_there, send_again
from vaandel.shares.publishing.noting import note_published
from vaandel.shares.publishing.sending import memory_of

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
LATER = NOW + queue.LEASE + timedelta(seconds=1)
THERE = Published(remote_id="urn:li:share:7", permalink="https://www.linkedin.com/feed/update/7/")
State = Publication.State


@pytest.fixture(autouse=True)
def clock() -> object:
    with time_machine.travel(NOW, tick=False) as travelling:
        yield travelling


@pytest.fixture
def held(send: Send) -> Publication:
    """Handed over, and no answer yet."""
    send()
    [publication] = queue.claim(at=NOW, size=5)
    queue.hand_over(publication, at=NOW)
    return publication


def in_the_database(publication: Publication) -> Publication:
    return Publication.objects.get(pk=publication.pk)


def test_whoever_gets_on_keeps_it(held: Publication, clock: time_machine.Traveller) -> None:
    clock.shift(queue.LEASE - timedelta(seconds=1))

    memory_of(held).keep(uploaded=1)

    clock.shift(queue.LEASE - timedelta(seconds=1))
    assert queue.take_over_abandoned(at=NOW + 2 * queue.LEASE - timedelta(seconds=2)) == 0
    assert in_the_database(held).memory == {"uploaded": 1}


def test_who_lost_it_gets_no_further(held: Publication, clock: time_machine.Traveller) -> None:
    memory = memory_of(held)
    clock.move_to(LATER)
    queue.take_over_abandoned(at=LATER)

    with pytest.raises(queue.Lost):
        memory.keep(body="what would be posted next")

    assert in_the_database(held).memory == {}


def test_nor_does_who_posts_for_an_erased_person(held: Publication, bob: Member) -> None:
    delete_account(user=bob.user, at=NOW)

    with pytest.raises(queue.Lost):
        memory_of(held).keep(body="what would be posted next")

    assert in_the_database(held).memory == {}


def test_nothing_is_handed_over_for_an_erased_person(send: Send, bob: Member) -> None:
    send()
    [publication] = queue.claim(at=NOW, size=5)
    delete_account(user=bob.user, at=NOW)

    assert not queue.hand_over(publication, at=NOW)


def test_a_late_answer_counts_while_somebody_looks(
    held: Publication, clock: time_machine.Traveller
) -> None:
    clock.move_to(LATER)
    queue.take_over_abandoned(at=LATER)
    assert look_into_unknown() == 1

    assert note_published(held, THERE, at=LATER)

    assert in_the_database(held).state == State.PUBLISHED


def test_a_late_answer_keeps_it_from_going_once_more(
    held: Publication, clock: time_machine.Traveller
) -> None:
    """The person did not see it there yet, and sent it again."""
    clock.move_to(LATER)
    queue.take_over_abandoned(at=LATER)
    row = in_the_database(held)
    assert say_not_there(publication=row, at=LATER)
    assert send_again(publication=row, at=LATER)
    [second] = queue.claim(at=LATER, size=5)

    assert note_published(held, THERE, at=LATER)

    assert not queue.hand_over(second, at=LATER)
    assert in_the_database(held).state == State.PUBLISHED
    assert not note_published(second, THERE, at=LATER)
    assert Share.objects.count() == 1


def test_of_who_was_erased_meanwhile_only_the_count_stays(held: Publication, bob: Member) -> None:
    delete_account(user=bob.user, at=NOW)

    assert note_published(held, THERE, at=NOW)

    assert not User.objects.filter(pk=bob.user_id).exists()
    row, share = in_the_database(held), Share.objects.get()
    assert (row.state, row.remote_id, row.permalink) == (State.PUBLISHED, "", "")
    assert (share.enrolment, share.text, share.disclosure, share.permalink) == (None, "", "", "")


def test_an_argument_that_is_gone_by_now_does_not_lose_the_post(held: Publication) -> None:
    angle = held.post.angles.create(
        organization_id=held.organization_id, text="Nobody woke up.", language="en", position=9
    )
    Publication.objects.update(angle=angle)
    held.angle = angle
    angle.delete()

    assert note_published(held, THERE, at=NOW)

    assert Share.objects.get().angle is None
