"""No answer: the network's own evidence decides, and there is exactly one post in the end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from tests.networks.linkedin import LinkedIn
from tests.networks.lossy import Proxy
from tests.shares.publishing.conftest import Send
from vaandel.channels.adapter import Published
from vaandel.shares.models import Publication, Share
from vaandel.shares.publishing import (
    look_into_unknown,
    publish_due,
    queue,
    say_not_there,
    say_there,
)
from vaandel.shares.publishing.looking import PAUSES
from vaandel.shares.publishing.noting import note_published
from vaandel.shares.services import NotThatNetwork

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
POSTS = ("POST", r"^/rest/posts$")
State = Publication.State


@pytest.fixture(autouse=True)
def clock() -> object:
    with time_machine.travel(NOW, tick=False) as travelling:
        yield travelling


def outcome(publication: Publication) -> tuple[str, str]:
    publication.refresh_from_db()
    return publication.state, publication.problem


def test_posted_and_the_answer_lost_is_one_post(
    send: Send, linkedin: LinkedIn, proxy: Proxy, clock: time_machine.Traveller
) -> None:
    publication = send()
    proxy.order("lost", *POSTS)

    publish_due()

    assert outcome(publication) == (State.UNKNOWN, "no_answer")
    assert not Share.objects.exists()
    clock.shift(timedelta(seconds=31))
    assert look_into_unknown() == 1
    assert outcome(publication) == (State.PUBLISHED, "")
    assert publication.permalink.endswith(f"{linkedin.posts[0].id}/")
    assert (len(linkedin.posts), Share.objects.count()) == (1, 1)


def test_it_is_not_looked_into_before_half_a_minute(send: Send, proxy: Proxy) -> None:
    send()
    proxy.order("lost", *POSTS)
    publish_due()

    assert look_into_unknown() == 0


def test_cut_off_before_it_arrived_is_one_post_as_well(
    send: Send, linkedin: LinkedIn, proxy: Proxy, clock: time_machine.Traveller
) -> None:
    publication = send()
    proxy.order("refuse", *POSTS)

    publish_due()
    clock.shift(timedelta(seconds=31))
    look_into_unknown()

    assert outcome(publication) == (State.PUBLISHED, "")
    assert len(linkedin.posts) == 1


def test_a_fault_there_is_no_proof_of_anything(
    send: Send, linkedin: LinkedIn, clock: time_machine.Traveller
) -> None:
    publication = send()
    linkedin.fail_next(*POSTS, status=503)

    publish_due()
    assert outcome(publication)[0] == State.UNKNOWN
    assert publish_due() == 0
    clock.shift(timedelta(seconds=31))
    look_into_unknown()

    assert outcome(publication) == (State.PUBLISHED, "")
    assert len(linkedin.posts) == 1


def test_when_nothing_tells_the_person_is_asked(
    send: Send, linkedin: LinkedIn, clock: time_machine.Traveller
) -> None:
    publication = send()
    linkedin.fail_next(*POSTS, status=503, times=20)
    publish_due()

    looks = 0
    for pause in (timedelta(seconds=31), *PAUSES, *PAUSES):
        clock.shift(pause)
        looks += look_into_unknown()

    assert looks == 5
    assert outcome(publication) == (State.UNKNOWN, "cannot_tell")


def test_the_person_found_it(send: Send, proxy: Proxy) -> None:
    publication = send()
    proxy.order("lost", *POSTS)
    publish_due()

    with pytest.raises(NotThatNetwork):
        say_there(publication=publication, permalink="https://elsewhere.example/1", at=NOW)
    address = "https://www.linkedin.com/feed/update/urn:li:share:7/"
    assert say_there(publication=publication, permalink=address, at=NOW)
    assert not say_there(publication=publication, permalink=address, at=NOW)

    assert outcome(publication) == (State.PUBLISHED, "")
    assert Share.objects.get().permalink == address


def test_the_person_did_not_find_it(send: Send, proxy: Proxy) -> None:
    publication = send()
    proxy.order("lost", *POSTS)
    publish_due()

    assert say_not_there(publication=publication, at=NOW)

    assert outcome(publication) == (State.REJECTED, "not_there")
    assert not Share.objects.exists()


def test_who_died_before_asking_the_network_leaves_it_armed(
    send: Send, linkedin: LinkedIn, clock: time_machine.Traveller
) -> None:
    publication = send()
    assert len(queue.claim(at=NOW, size=5)) == 1
    assert publish_due() == 0

    clock.shift(queue.LEASE + timedelta(seconds=1))
    publish_due()

    assert outcome(publication) == (State.PUBLISHED, "")
    assert len(linkedin.posts) == 1


def test_who_died_after_asking_leaves_it_to_the_evidence(
    send: Send, linkedin: LinkedIn, clock: time_machine.Traveller
) -> None:
    publication = send()
    [held] = queue.claim(at=NOW, size=5)
    queue.hand_over(held, at=NOW)

    clock.shift(queue.LEASE + timedelta(seconds=1))
    assert publish_due() == 0

    assert outcome(publication) == (State.UNKNOWN, "no_answer")
    assert linkedin.posts == []


def test_a_late_answer_still_counts(send: Send, clock: time_machine.Traveller) -> None:
    """Our lease ended while the network was slow; it is there all the same."""
    publication = send()
    [held] = queue.claim(at=NOW, size=5)
    queue.hand_over(held, at=NOW)
    clock.shift(queue.LEASE + timedelta(seconds=1))
    queue.take_over_abandoned(at=NOW + queue.LEASE + timedelta(seconds=1))

    assert note_published(held, Published(remote_id="urn:li:share:7"), at=NOW)

    assert outcome(publication) == (State.PUBLISHED, "")
