"""Who is offered which post."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.delivery.conftest import TUESDAY
from tests.factories import (
    AngleFactory,
    EnrolmentFactory,
    MemberFactory,
    ShareFactory,
    TopicFactory,
    UnitFactory,
)
from vaandel.ambassadors.models import Enrolment
from vaandel.delivery.models import Ask
from vaandel.delivery.planning.spreading import slot_of
from vaandel.delivery.services import offer_posts
from vaandel.organizations.models import Member, Organization
from vaandel.posts.models import Pace, Post, PostKind
from vaandel.posts.queries import angles_by_language, angles_for, in_order_for
from vaandel.programmes.models import Programme, Topic

Publish = Callable[..., Post]


def asked(enrolment: Enrolment) -> list[str]:
    asks = Ask.objects.filter(enrolment=enrolment).order_by("pk")
    return list(asks.values_list("post__title", flat=True))


def test_a_live_post_is_offered_to_who_follows_its_topic(
    post: Post, bob_enrolment: Enrolment, topic: Topic, programme: Programme
) -> None:
    other = EnrolmentFactory.create(programme=programme)
    other.topics.add(TopicFactory.create(programme=programme, name="Working here"))

    assert offer_posts(at=TUESDAY) == 1

    ask = Ask.objects.get()
    assert (ask.post, ask.enrolment, ask.state) == (post, bob_enrolment, Ask.State.OFFERED)
    assert ask.reason == {"topic": topic.pk}
    assert (ask.offered_at, ask.mailed_at) == (TUESDAY, None)
    assert ask.organization == post.organization


def test_nobody_is_asked_twice(post: Post, bob_enrolment: Enrolment) -> None:
    offer_posts(at=TUESDAY)

    assert offer_posts(at=TUESDAY) == 0
    assert offer_posts(at=TUESDAY + timedelta(weeks=1)) == 0


def test_what_was_shared_already_is_not_offered(post: Post, bob_enrolment: Enrolment) -> None:
    ShareFactory.create(post=post, enrolment=bob_enrolment)

    assert offer_posts(at=TUESDAY) == 0


@pytest.mark.parametrize(
    "state", [state for state in Post.State if state != Post.State.LIVE], ids=str
)
def test_only_live_posts_are_offered(
    publish: Publish, bob_enrolment: Enrolment, state: str
) -> None:
    publish(state=state)

    assert offer_posts(at=TUESDAY) == 0


def test_what_is_over_is_not_offered_even_before_the_clock_ended_it(
    publish: Publish, bob_enrolment: Enrolment
) -> None:
    publish(expires_at=TUESDAY)
    publish(title="Still on", expires_at=TUESDAY + timedelta(minutes=1))

    offer_posts(at=TUESDAY)

    assert asked(bob_enrolment) == ["Still on"]


@pytest.mark.parametrize(
    ("state", "paused_until", "expected"),
    [
        (Enrolment.State.JOINED, None, 1),
        (Enrolment.State.INVITED, None, 0),
        (Enrolment.State.LEFT, None, 0),
        (Enrolment.State.PAUSED, None, 0),
        (Enrolment.State.PAUSED, date(2026, 11, 25), 0),
        (Enrolment.State.PAUSED, date(2026, 11, 24), 1),
    ],
)
def test_only_who_takes_part_is_asked(
    post: Post, bob_enrolment: Enrolment, state: str, paused_until: date | None, expected: int
) -> None:
    Enrolment.objects.update(state=state, paused_until=paused_until)

    assert offer_posts(at=TUESDAY) == expected


def test_who_left_the_organisation_is_not_asked(
    post: Post, bob: Member, bob_enrolment: Enrolment
) -> None:
    Member.objects.filter(pk=bob.pk).update(status=Member.Status.LEFT)

    assert offer_posts(at=TUESDAY) == 0


def test_the_audience_is_a_unit_with_all_that_is_below_it(
    publish: Publish, acme: Organization, bob: Member, bob_enrolment: Enrolment
) -> None:
    company = UnitFactory.create(organization=acme)
    engineers = UnitFactory.create(organization=acme, parent=company)
    sales = UnitFactory.create(organization=acme, parent=company)
    Member.objects.filter(pk=bob.pk).update(unit=engineers)
    for unit in (company, engineers, sales):
        publish(title=unit.name).audience_units.add(unit)

    offer_posts(at=TUESDAY)

    assert sorted(asked(bob_enrolment)) == sorted([company.name, engineers.name])


def test_who_is_in_no_unit_belongs_to_no_unit_audience(
    publish: Publish, acme: Organization, bob_enrolment: Enrolment
) -> None:
    publish().audience_units.add(UnitFactory.create(organization=acme))

    assert offer_posts(at=TUESDAY) == 0


def test_the_audience_can_be_languages(publish: Publish, bob_enrolment: Enrolment) -> None:
    publish(title="For readers of Dutch", audience_languages=["nl"])
    publish(title="For both", audience_languages=["nl", "en"])

    offer_posts(at=TUESDAY)

    assert asked(bob_enrolment) == ["For both"]


def test_a_week_has_at_most_three_newest_first(publish: Publish, bob_enrolment: Enrolment) -> None:
    for number in range(5):
        publish(title=f"Post {number}", published_at=TUESDAY - timedelta(days=number))

    assert offer_posts(at=TUESDAY) == 3
    assert asked(bob_enrolment) == ["Post 0", "Post 1", "Post 2"]
    assert offer_posts(at=TUESDAY + timedelta(days=5)) == 0
    # Monday begins a new week.
    assert offer_posts(at=TUESDAY + timedelta(days=6)) == 2


@pytest.mark.parametrize(("limit", "expected"), [(0, 0), (1, 1), (2, 2), (9, 3)])
def test_the_programme_may_allow_fewer_and_never_more(
    publish: Publish, bob_enrolment: Enrolment, programme: Programme, limit: int, expected: int
) -> None:
    Programme.objects.update(asks_per_week=limit)
    for _ in range(5):
        publish()

    assert offer_posts(at=TUESDAY) == expected


def test_a_topic_that_was_archived_no_longer_reaches_anybody(
    post: Post, bob_enrolment: Enrolment
) -> None:
    Topic.objects.update(archived_at=TUESDAY)

    assert offer_posts(at=TUESDAY) == 0


def test_a_vacancy_in_the_own_team_says_so(
    publish: Publish, acme: Organization, bob: Member, bob_enrolment: Enrolment, topic: Topic
) -> None:
    unit = UnitFactory.create(organization=acme)
    Member.objects.filter(pk=bob.pk).update(unit=unit)
    publish(kind=PostKind.VACANCY, contact=MemberFactory.create(organization=acme, unit=unit))
    publish(kind=PostKind.VACANCY, contact=MemberFactory.create(organization=acme))
    publish(contact=MemberFactory.create(organization=acme, unit=unit))

    offer_posts(at=TUESDAY)

    reasons = Ask.objects.order_by("-post_id").values_list("reason", flat=True)
    assert list(reasons) == [
        {"topic": topic.pk},
        {"topic": topic.pk},
        {"topic": topic.pk, "team": True},
    ]


def test_posts_stay_in_their_organisation(
    post: Post, bob_enrolment: Enrolment, charlie: Member
) -> None:
    stranger = Enrolment.objects.get(member=charlie)
    # A row that must not exist, to see that it changes nothing.
    stranger.topics.set(post.topics.all())

    offer_posts(at=TUESDAY)

    assert asked(stranger) == []


@pytest.mark.parametrize("people", [1, 30])
def test_the_cost_does_not_grow_with_the_people_of_a_batch(
    post: Post, programme: Programme, topic: Topic, people: int
) -> None:
    for enrolment in EnrolmentFactory.create_batch(people, programme=programme):
        enrolment.topics.add(topic)

    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert offer_posts(at=TUESDAY) == people

    statements = [q["sql"] for q in queries if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert len(statements) == 17


def test_batches_together_reach_everybody_once(
    post: Post, programme: Programme, topic: Topic, monkeypatch: Any
) -> None:
    monkeypatch.setattr("vaandel.delivery.planning.audience.READ", 2)
    for enrolment in EnrolmentFactory.create_batch(5, programme=programme):
        enrolment.topics.add(topic)

    assert offer_posts(at=TUESDAY) == 5
    assert Ask.objects.values("enrolment").distinct().count() == 5


def follow(programme: Programme, topic: Topic, people: int) -> list[Enrolment]:
    enrolments = EnrolmentFactory.create_batch(people, programme=programme)
    for enrolment in enrolments:
        enrolment.topics.add(topic)
    return enrolments


@pytest.mark.parametrize(("percent", "most"), [(25, 10), (50, 20), (1, 8)])
def test_a_spread_post_comes_to_a_part_of_its_audience_a_day(
    publish: Publish, programme: Programme, topic: Topic, percent: int, most: int
) -> None:
    Programme.objects.update(offer_percent=percent)
    follow(programme, topic, 40)
    publish(pace=Pace.SPREAD)

    # Tuesday to Friday, the weekend, Monday, and Tuesday for who was left over by the cap.
    made = [offer_posts(at=TUESDAY + timedelta(days=day)) for day in range(8)]

    assert sum(made) == 40
    assert made[4:6] == [0, 0]
    assert max(made) <= most
    assert Ask.objects.values("enrolment").distinct().count() == 40


def test_everybody_has_a_day_of_their_own(
    publish: Publish, programme: Programme, topic: Topic
) -> None:
    people = follow(programme, topic, 10)
    post = publish(pace=Pace.SPREAD)

    for day in (0, 1, 2, 3, 6):
        offer_posts(at=TUESDAY + timedelta(days=day))

    days = dict(Ask.objects.values_list("enrolment_id", "offered_at"))
    first = {pk for pk, at in days.items() if at == TUESDAY}
    assert first <= {person.pk for person in people if slot_of(post.pk, person.pk) == 0}


def test_an_urgent_post_is_not_spread(publish: Publish, programme: Programme, topic: Topic) -> None:
    follow(programme, topic, 10)
    publish(pace=Pace.SPREAD, urgent=True)

    assert offer_posts(at=TUESDAY) == 10


@pytest.mark.parametrize("angles", [3, 4, 6])
def test_the_first_angle_is_spread_evenly_and_stays_the_same_for_a_person(
    post: Post, angles: int, django_assert_num_queries: Any
) -> None:
    for position in range(angles):
        AngleFactory.create(post=post, position=position, text=f"Start {position}", language="en")

    with django_assert_num_queries(1):
        found = angles_by_language([post.pk])[post.pk]
    first = [in_order_for(found, post, ["en"], person)[0].text for person in range(1, 601)]

    assert set(Counter(first).values()) == {600 // angles}
    assert [angles_for(post, ["en"], person)[0].text for person in (1, 2, 599)] == [
        first[0],
        first[1],
        first[598],
    ]
