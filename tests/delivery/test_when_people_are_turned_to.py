"""At which hour somebody is turned to."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from tests.delivery.conftest import TUESDAY, Publish, offer_and_mail
from vaandel.ambassadors.models import Enrolment, Leave, QuietHours
from vaandel.delivery.models import Approach
from vaandel.delivery.services import offer_posts, plan_asks, turn_to_people
from vaandel.mailing.models import OutgoingMessage
from vaandel.posts.models import Post


@pytest.mark.parametrize(
    ("hour", "zone", "expected"),
    [
        (datetime(2026, 11, 24, 7, 59, 59, tzinfo=UTC), "Europe/Amsterdam", 0),
        (datetime(2026, 11, 24, 8, 0, tzinfo=UTC), "Europe/Amsterdam", 1),
        (datetime(2026, 11, 24, 9, 59, 59, tzinfo=UTC), "Europe/Amsterdam", 1),
        (datetime(2026, 11, 24, 10, 0, tzinfo=UTC), "Europe/Amsterdam", 0),
        (datetime(2026, 11, 23, 9, 0, tzinfo=UTC), "Europe/Amsterdam", 0),
        (datetime(2026, 11, 26, 9, 0, tzinfo=UTC), "Europe/Amsterdam", 1),
        (datetime(2026, 11, 27, 9, 0, tzinfo=UTC), "Europe/Amsterdam", 0),
        (datetime(2026, 11, 28, 11, 0, tzinfo=UTC), "Europe/Amsterdam", 0),
        (datetime(2026, 11, 27, 23, 0, tzinfo=UTC), "Europe/Amsterdam", 0),
        (datetime(2026, 11, 24, 9, 10, tzinfo=UTC), "America/New_York", 0),
        (datetime(2026, 11, 24, 21, 0, tzinfo=UTC), "Pacific/Auckland", 1),
    ],
)
def test_digests_come_on_a_morning_midweek_where_the_person_is(
    publish: Publish, bob_enrolment: Enrolment, hour: datetime, zone: str, expected: int
) -> None:
    user = bob_enrolment.member.user
    user.time_zone = zone
    user.save()
    publish(published_at=hour)

    assert offer_and_mail(hour) == expected


def test_in_a_demonstration_mails_go_at_once(
    publish: Publish, bob_enrolment: Enrolment, settings: Any
) -> None:
    settings.DEMO = True
    sunday_night = datetime(2026, 11, 22, 22, 0, tzinfo=UTC)
    publish(published_at=sunday_night)

    assert offer_and_mail(sunday_night) == 1


def test_the_clock_does_both(publish: Publish, bob_enrolment: Enrolment, settings: Any) -> None:
    settings.DEMO = True
    publish()

    assert plan_asks() == 1

    assert OutgoingMessage.objects.count() == 1


def test_who_has_no_hours_midweek_gets_it_in_the_first_open_hour_of_the_week(
    post: Post, bob_enrolment: Enrolment
) -> None:
    QuietHours.objects.create(
        organization=bob_enrolment.organization,
        enrolment=bob_enrolment,
        opens=time(13),
        closes=time(17),
        days=[3, 4],
    )
    offer_posts(at=TUESDAY)
    thursday = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)

    assert turn_to_people(at=TUESDAY) == 0
    assert turn_to_people(at=thursday - timedelta(seconds=1)) == 0
    assert turn_to_people(at=thursday + timedelta(hours=1)) == 0
    assert turn_to_people(at=thursday) == 1


def test_nothing_comes_during_leave(post: Post, bob_enrolment: Enrolment) -> None:
    Leave.objects.create(
        organization=bob_enrolment.organization,
        enrolment=bob_enrolment,
        first_day=date(2026, 11, 23),
        last_day=date(2026, 11, 25),
    )
    offer_posts(at=TUESDAY)

    assert turn_to_people(at=TUESDAY) == 0
    assert turn_to_people(at=TUESDAY + timedelta(days=1)) == 0
    assert turn_to_people(at=TUESDAY + timedelta(days=2)) == 1


def test_a_message_may_leave_in_the_hours_of_the_person_only(
    post: Post, bob_enrolment: Enrolment
) -> None:
    offer_and_mail(TUESDAY)

    assert OutgoingMessage.objects.get().windows == [
        ["2026-11-24T09:10:00+00:00", "2026-11-24T17:00:00+00:00"],
        ["2026-11-25T07:00:00+00:00", "2026-11-25T17:00:00+00:00"],
        ["2026-11-26T07:00:00+00:00", "2026-11-26T17:00:00+00:00"],
        ["2026-11-27T07:00:00+00:00", "2026-11-27T09:10:00+00:00"],
    ]


def test_a_mail_about_a_post_that_ends_sooner_is_given_up_sooner(
    publish: Publish, bob_enrolment: Enrolment
) -> None:
    publish(expires_at=TUESDAY + timedelta(hours=5))

    offer_and_mail(TUESDAY)

    assert OutgoingMessage.objects.get().expires_at == TUESDAY + timedelta(hours=5)


def test_an_urgent_post_does_not_wait_for_the_digest(
    publish: Publish, bob_enrolment: Enrolment
) -> None:
    friday = datetime(2026, 11, 27, 14, 0, tzinfo=UTC)
    publish(urgent=True, published_at=friday)
    publish(published_at=friday)
    offer_posts(at=friday)

    assert turn_to_people(at=friday + timedelta(hours=4)) == 0
    assert turn_to_people(at=friday) == 1

    approach = Approach.objects.get()
    assert approach.kind == Approach.Kind.URGENT
    assert [ask.post.urgent for ask in approach.asks.all()] == [True]
