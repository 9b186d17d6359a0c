"""Whom a post will reach, and when: what editors see."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from tests.delivery.conftest import TUESDAY
from tests.factories import AskFactory, EnrolmentFactory, MemberFactory, PostFactory, UnitFactory
from vaandel.ambassadors.models import Enrolment, Leave, Rhythm
from vaandel.delivery.models import Approach, Ask
from vaandel.delivery.planning.forecast import Day, forecast_for
from vaandel.delivery.services import offer_posts
from vaandel.organizations.models import Member, Organization
from vaandel.posts.models import Pace, Post
from vaandel.programmes.models import Programme, Topic

SignIn = Callable[[Member], Client]


@pytest.fixture(autouse=True)
def on_tuesday() -> Any:
    with time_machine.travel(TUESDAY, tick=False):
        yield


@pytest.fixture
def follow(programme: Programme, topic: Topic) -> Callable[..., list[Enrolment]]:
    def join(count: int, **values: Any) -> list[Enrolment]:
        people = EnrolmentFactory.create_batch(count, programme=programme, **values)
        for enrolment in people:
            enrolment.topics.add(topic)
        return people

    return join


@pytest.fixture
def draft(programme: Programme, topic: Topic) -> Post:
    post = PostFactory.create(programme=programme, state=Post.State.DRAFT, language="nl")
    post.topics.set([topic])
    return post


def test_numbers_are_rounded_down_to_fives(draft: Post, follow: Any) -> None:
    follow(43, languages=["nl"])

    found = forecast_for(draft, at=TUESDAY)

    assert (found.audience, found.now, found.small) == (40, 40, False)
    assert found.days == [Day(date(2026, 11, 24), 40)]
    assert found.languages == {"nl": 40}
    assert found.held == {}


@pytest.mark.parametrize(("count", "audience"), [(0, 0), (4, None), (5, 5), (19, 15)])
def test_of_few_people_only_their_number_is_told(
    draft: Post, follow: Any, count: int, audience: int | None
) -> None:
    follow(count)

    found = forecast_for(draft, at=TUESDAY)

    assert (found.audience, found.small) == (audience, True)
    assert (found.days, found.languages, found.held, found.now) == ([], {}, {}, None)


def test_what_is_spread_comes_on_five_days_with_no_day_over_the_most(
    draft: Post, follow: Any, programme: Programme
) -> None:
    draft.pace = Pace.SPREAD
    draft.save()
    follow(100)

    found = forecast_for(draft, at=TUESDAY)

    assert [day.day.isoformat() for day in found.days] == [
        "2026-11-24", "2026-11-25", "2026-11-26", "2026-11-27", "2026-11-30",
    ]  # fmt: skip
    assert all(day.people is not None and 10 <= day.people <= 25 for day in found.days)


def test_what_happens_is_what_was_foretold(programme: Programme, topic: Topic) -> None:
    # Whose day is which follows from these numbers; others may put 16 people on a day of 15.
    for number in range(60):
        EnrolmentFactory.create(pk=90_000 + number, programme=programme).topics.add(topic)
    draft = PostFactory.create(
        pk=90_000,
        programme=programme,
        language="nl",
        pace=Pace.SPREAD,
        state=Post.State.LIVE,
        published_at=TUESDAY,
    )
    draft.topics.set([topic])
    foretold = [day.people for day in forecast_for(draft, at=TUESDAY).days]

    # Tuesday to Friday, and Monday.
    happened = [offer_posts(at=TUESDAY + timedelta(days=day)) for day in (0, 1, 2, 3, 6)]

    assert sum(happened) == 60
    assert [count - count % 5 for count in happened] == foretold


def test_it_says_what_holds_people_back(draft: Post, follow: Any, acme: Organization) -> None:
    follow(20)
    follow(10, rhythm=Rhythm.IN_APP)
    follow(5, state=Enrolment.State.PAUSED, paused_until=date(2026, 12, 24))
    follow(5, state=Enrolment.State.LEFT)
    for enrolment in follow(6):
        Leave.objects.create(
            organization=acme,
            enrolment=enrolment,
            first_day=date(2026, 11, 24),
            last_day=date(2026, 11, 24),
        )
    for enrolment in follow(7):
        for kind in ("DIGEST", "URGENT"):
            Approach.objects.create(
                organization=acme, enrolment=enrolment, kind=kind, at=TUESDAY - timedelta(hours=9)
            )
    for enrolment in follow(8, rhythm=Rhythm.MONTHLY):
        Approach.objects.create(
            organization=acme, enrolment=enrolment, kind="DIGEST", at=TUESDAY - timedelta(weeks=2)
        )
    for enrolment in follow(9):
        for _ in range(3):
            AskFactory.create(enrolment=enrolment, offered_at=TUESDAY)

    found = forecast_for(draft, at=TUESDAY)

    assert (found.audience, found.now) == (65, 20)
    assert found.held == {
        "in_app": 10, "paused": 5, "leave": 5, "budget": 5, "rhythm": 5, "full": 5,
    }  # fmt: skip


def test_a_group_that_could_be_found_by_subtraction_is_hidden_with_another(
    draft: Post, follow: Any
) -> None:
    follow(22, languages=["nl"])
    follow(8, languages=["en"])
    follow(2, languages=["fr"])

    found = forecast_for(draft, at=TUESDAY)

    assert found.languages == {"nl": 20, "en": None, "fr": None}


def test_the_audience_counts_units_below_and_languages(
    draft: Post, follow: Any, acme: Organization
) -> None:
    top = UnitFactory.create(organization=acme)
    below = UnitFactory.create(organization=acme, parent=top)
    draft.audience_units.add(top)
    draft.audience_languages = ["nl"]
    draft.save()
    for unit, language in ((top, "nl"), (below, "nl"), (below, "en"), (None, "nl")):
        for _ in range(5):
            follow(
                1, member=MemberFactory.create(organization=acme, unit=unit), languages=[language]
            )

    assert forecast_for(draft, at=TUESDAY).audience == 10


def test_who_was_asked_already_is_not_counted(draft: Post, follow: Any) -> None:
    for enrolment in follow(12)[:6]:
        AskFactory.create(post=draft, enrolment=enrolment)

    assert forecast_for(draft, at=TUESDAY).audience == 5


@pytest.mark.parametrize("count", [1, 30])
def test_it_costs_the_same_however_many_people(
    draft: Post, follow: Any, count: int, django_assert_num_queries: Any
) -> None:
    follow(count)
    post = Post.objects.select_related("programme", "organization").get(pk=draft.pk)

    with django_assert_num_queries(3):
        forecast_for(post, at=TUESDAY)


def test_the_editor_sees_it(draft: Post, follow: Any, alice: Member, client_as: SignIn) -> None:
    follow(30, languages=["nl"])
    follow(10, languages=["en"], rhythm=Rhythm.IN_APP)
    client = client_as(alice)
    address = f"/o/acme/studio/posts/{draft.pk}/reach/"

    page = client.get(address).content.decode()
    part = client.get(address, headers={"HX-Request": "true"}).content.decode()

    for said in (
        "It suits 40 colleagues or a few more who have not been asked yet.",
        "10 people see posts in the app only",
        "30 of them can hear of it at their next moment",
    ):
        assert said in page
        assert said in part
    assert "<html" not in part
    assert f'hx-get="{address}"' in client.get(f"/o/acme/studio/posts/{draft.pk}/").content.decode()


@pytest.mark.parametrize(("who", "status"), [("bob", 403), ("charlie", 404)])
def test_others_do_not(
    request: pytest.FixtureRequest, draft: Post, client_as: SignIn, who: str, status: int
) -> None:
    client = client_as(request.getfixturevalue(who))

    assert client.get(f"/o/acme/studio/posts/{draft.pk}/reach/").status_code == status


def test_asks_exist_for_nobody_by_looking(draft: Post, follow: Any) -> None:
    follow(30)

    forecast_for(draft, at=TUESDAY)

    assert not Ask.objects.exists()


def test_days_that_passed_are_not_foretold(draft: Post, follow: Any) -> None:
    Post.objects.update(pace=Pace.SPREAD, state=Post.State.LIVE, published_at=TUESDAY)
    draft.refresh_from_db()
    follow(60)

    on_friday = forecast_for(draft, at=TUESDAY + timedelta(days=3)).days
    after_all = forecast_for(draft, at=TUESDAY + timedelta(days=11)).days

    # Nobody was offered it yet: 15 a day, as many as the programme allows.
    assert [(day.day, day.people) for day in on_friday] == [
        (date(2026, 11, 27), 15), (date(2026, 11, 30), 15),
        (date(2026, 12, 1), 15), (date(2026, 12, 2), 15),
    ]  # fmt: skip
    assert next(day.day for day in after_all) == date(2026, 12, 7)
    assert len(after_all) == 4


def test_at_once_is_today_for_a_post_that_is_live(draft: Post, follow: Any) -> None:
    Post.objects.update(state=Post.State.LIVE, published_at=TUESDAY)
    draft.refresh_from_db()
    follow(20)

    found = forecast_for(draft, at=TUESDAY + timedelta(days=3))

    assert found.days == [Day(date(2026, 11, 27), 20)]


@pytest.mark.parametrize("follows", [True, False])
@pytest.mark.parametrize("chosen", [("small", "large"), ("large",), ("above",)])
def test_departments_are_not_compared_to_find_one_person(
    draft: Post, follow: Any, acme: Organization, chosen: tuple[str, ...], *, follows: bool
) -> None:
    above = UnitFactory.create(organization=acme)
    units = {
        "above": above,
        "small": UnitFactory.create(organization=acme, parent=above),
        "large": UnitFactory.create(organization=acme, parent=above),
    }
    for _ in range(20):
        follow(1, member=MemberFactory.create(organization=acme, unit=units["large"]))
    MemberFactory.create_batch(5, organization=acme, unit=None)
    one = MemberFactory.create(organization=acme, unit=units["small"])
    if follows:
        follow(1, member=one)
    draft.audience_units.set([units[name] for name in chosen])

    found = forecast_for(draft, at=TUESDAY)

    # Whether the one person of the small department follows the topic is never to be seen.
    assert found.narrow == (chosen != ("above",))
    assert found.audience == (20 if chosen == ("above",) else None)
    assert (found.days == []) == found.narrow


def test_some_are_told_as_some(
    draft: Post, follow: Any, alice: Member, client_as: SignIn, acme: Organization
) -> None:
    follow(20)
    follow(3, rhythm=Rhythm.IN_APP)
    follow(3, state=Enrolment.State.PAUSED, paused_until=date(2026, 12, 24))

    page = client_as(alice).get(f"/o/acme/studio/posts/{draft.pk}/reach/").content.decode()

    assert "Some see posts in the app only" in page
    assert "Some pause, and are not offered it meanwhile" in page


def test_when_everybody_was_asked_it_says_so(
    draft: Post, follow: Any, alice: Member, client_as: SignIn
) -> None:
    Post.objects.update(state=Post.State.LIVE, published_at=TUESDAY)
    for enrolment in follow(6):
        AskFactory.create(post=draft, enrolment=enrolment)

    page = client_as(alice).get(f"/o/acme/studio/posts/{draft.pk}/reach/").content.decode()

    assert "Everybody whom it suits has been asked already." in page
    assert "Of so few people" not in page
