"""Two planners at once, and one that is killed, turn to nobody twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections

from tests.delivery.conftest import TUESDAY
from tests.factories import EnrolmentFactory
from vaandel.ambassadors.models import Enrolment
from vaandel.delivery.models import Approach, Ask, OfferedDay
from vaandel.delivery.planning import approaching
from vaandel.delivery.planning.approaching import turn_to_batch
from vaandel.delivery.planning.at_hand import PostsAtHand
from vaandel.delivery.planning.audience import live_offers, people_of, units_and_those_above
from vaandel.delivery.planning.candidates import candidates
from vaandel.delivery.planning.offering import offer_to, round_of
from vaandel.delivery.services import offer_posts, turn_to_people
from vaandel.mailing.models import OutgoingMessage
from vaandel.mailing.services import queue_composed
from vaandel.organizations.models import Organization
from vaandel.organizations.tenancy import every_tenant
from vaandel.posts.models import Pace, Post
from vaandel.programmes.models import Programme, Topic

PEOPLE = 60


@pytest.fixture
def people(programme: Programme, topic: Topic) -> list[Enrolment]:
    enrolments = EnrolmentFactory.create_batch(PEOPLE, programme=programme)
    for enrolment in enrolments:
        enrolment.topics.add(topic)
    return enrolments


@pytest.fixture
def small_batches(monkeypatch: Any) -> None:
    for name in ("offering.BATCH", "offering.SHORT_BATCH"):
        monkeypatch.setattr(f"vaandel.delivery.planning.{name}", 7)
    for name in ("candidates.BATCH", "candidates.SHORT_BATCH"):
        monkeypatch.setattr(f"vaandel.delivery.planning.{name}", 7)


def at_once(work: Callable[[], object], times: int = 3) -> None:
    """Run it in threads with connections of their own, and raise what any of them raised.

    SQLite has one pen, and here it is a database in memory that knows no waiting for it: there
    they come one after the other. Planning on what was read too early is tried below, on both.
    """
    if not connection.features.has_select_for_update:
        for _ in range(times):
            work()
        return
    failed: list[BaseException] = []
    start = threading.Barrier(times)

    def run() -> None:
        try:
            start.wait(20)
            with every_tenant():
                work()
        except BaseException as error:  # noqa: BLE001 - it is raised below
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    if failed:
        raise failed[0]


@pytest.mark.django_db(transaction=True)
def test_planners_at_once_do_what_one_does(
    people: list[Enrolment], publish: Callable[..., Post], small_batches: None
) -> None:
    for number in range(5):
        publish(pace=Pace.SPREAD if number % 2 else Pace.NOW)

    at_once(lambda: (offer_posts(at=TUESDAY), turn_to_people(at=TUESDAY)))

    offered = list(Ask.objects.values_list("enrolment_id", "post_id"))
    assert len(offered) == len(set(offered))
    assert max(offered.count for offered in OfferedDay.objects.all()) <= PEOPLE // 4
    for post in Post.objects.filter(pace=Pace.SPREAD):
        asks = Ask.objects.filter(post=post).count()
        assert asks == OfferedDay.objects.get(post=post).count <= PEOPLE // 4
    weekly = [Ask.objects.filter(enrolment=person).count() for person in people]
    assert max(weekly) == 3
    turned_to = Approach.objects.values_list("enrolment_id", flat=True)
    assert len(turned_to) == len(set(turned_to)) == PEOPLE
    assert OutgoingMessage.objects.count() == PEOPLE


@pytest.mark.django_db(transaction=True)
def test_a_planner_that_is_killed_midway_is_carried_on_by_the_next(
    people: list[Enrolment],
    publish: Callable[..., Post],
    small_batches: None,
    monkeypatch: Any,
) -> None:
    publish()
    offer_posts(at=TUESDAY)
    real, calls = queue_composed, []

    def dies_in_the_third_batch(messages: list[OutgoingMessage]) -> None:
        real(messages)
        calls.append(len(messages))
        if len(calls) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(approaching, "queue_composed", dies_in_the_third_batch)
    with pytest.raises(KeyboardInterrupt):
        turn_to_people(at=TUESDAY)
    assert Approach.objects.count() == OutgoingMessage.objects.count() == 14
    assert Ask.objects.exclude(mailed_at=None).count() == 14

    assert turn_to_people(at=TUESDAY) == PEOPLE - 14

    assert Approach.objects.count() == OutgoingMessage.objects.count() == PEOPLE
    assert not Ask.objects.filter(mailed_at=None).exists()


@pytest.mark.django_db
def test_what_was_read_too_early_does_no_harm(
    people: list[Enrolment], publish: Callable[..., Post], acme: Organization
) -> None:
    publish(pace=Pace.SPREAD)
    publish()
    programme = Programme.objects.get()
    units = units_and_those_above()
    offers = live_offers(programme, at=TUESDAY)
    stale = round_of(programme, acme, offers, units, at=TUESDAY)
    read = next(iter(people_of(programme, acme, units, at=TUESDAY)))
    made = offer_posts(at=TUESDAY)
    early = list(candidates(acme, at=TUESDAY))

    assert made == PEOPLE + OfferedDay.objects.get().count
    assert offer_to(read, stale) == 0
    assert turn_to_people(at=TUESDAY) == PEOPLE
    assert [turn_to_batch(acme, batch, PostsAtHand(), at=TUESDAY) for batch in early] == [0] * len(
        early
    )
    assert OutgoingMessage.objects.count() == PEOPLE
