"""What is looked at right before a notice is handed over, and what happens to the row."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine

from tests.delivery.conftest import TUESDAY
from tests.delivery.push_cast import add_browser, approached, turn_to
from tests.delivery.push_service import ToldService, told_service
from tests.factories import EnrolmentFactory, ShareFactory
from vaandel.ambassadors.models import Enrolment, Rhythm
from vaandel.ambassadors.services import leave, pause
from vaandel.delivery.models import Approach, Ask, Notice, PushSubscription
from vaandel.delivery.notices import (
    MOST_ATTEMPTS,
    NOT_WANTED,
    prune_notices,
    queue_notices,
    send_due_notices,
)
from vaandel.delivery.push import notices_for, notices_for_all
from vaandel.delivery.push.services import choose_channels
from vaandel.delivery.services import put_aside
from vaandel.mailing.holds import hold, release
from vaandel.mailing.queue import NO_OPEN_HOUR, TOO_LATE
from vaandel.organizations.models import Member
from vaandel.organizations.services import off_board_member
from vaandel.posts.models import Post
from vaandel.programmes.models import Programme

HOUR = timedelta(hours=1)


@pytest.fixture
def service(settings: Any) -> Iterator[ToldService]:
    with told_service() as running:
        settings.FETCH_ALLOWED_HOSTS = [running.host]
        with time_machine.travel(TUESDAY, tick=False):
            yield running


@pytest.fixture
def browser(service: ToldService, bob_enrolment: Enrolment) -> PushSubscription:
    return add_browser(bob_enrolment, service.address(), TUESDAY)


@pytest.fixture
def notice(browser: PushSubscription, post: Post) -> Notice:
    return turn_to(browser.enrolment, [post], at=TUESDAY)


def pairs(*windows: tuple[datetime, datetime]) -> list[list[str]]:
    return [[begins.isoformat(), ends.isoformat()] for begins, ends in windows]


def state_of(notice: Notice) -> tuple[str, str]:
    notice.refresh_from_db()
    return notice.state, notice.last_error


def test_the_same_notice_is_queued_once(browser: PushSubscription, post: Post) -> None:
    one = approached(browser.enrolment, [post], at=TUESDAY)

    queue_notices(notices_for(one))
    queue_notices(notices_for(one))

    assert Notice.objects.count() == 1


def test_many_people_cost_one_query(
    service: ToldService,
    browser: PushSubscription,
    post: Post,
    programme: Programme,
    django_assert_num_queries: Any,
) -> None:
    others = EnrolmentFactory.create_batch(3, programme=programme)
    for number, enrolment in enumerate(others[:2]):
        enrolment.topics.set(browser.enrolment.topics.all())
        add_browser(enrolment, service.address(str(number)), TUESDAY)
    many = [approached(each, [post], at=TUESDAY) for each in (browser.enrolment, *others[:2])]

    with django_assert_num_queries(1):
        assert len(notices_for_all(many)) == 3


def test_during_a_pause_nothing_comes(service: ToldService, notice: Notice) -> None:
    enrolment = Enrolment.objects.get()
    pause(enrolment=enrolment, until=TUESDAY.date() + timedelta(days=7))

    assert send_due_notices() == 1

    assert state_of(notice) == ("FAILED", NOT_WANTED)
    assert service.asked == []


def test_after_stopping_nothing_comes(
    service: ToldService, notice: Notice, bob_enrolment: Enrolment
) -> None:
    leave(enrolment=bob_enrolment, at=TUESDAY)

    send_due_notices()

    assert service.asked == []


def test_who_left_the_organisation_gets_nothing(
    service: ToldService, notice: Notice, bob: Member, alice: Member
) -> None:
    off_board_member(member=bob, by=alice, at=TUESDAY)

    send_due_notices()

    assert service.asked == []


def test_only_in_the_app_means_no_messages(service: ToldService, notice: Notice) -> None:
    Enrolment.objects.update(rhythm=Rhythm.IN_APP)

    send_due_notices()

    assert state_of(notice) == ("FAILED", NOT_WANTED)


def test_a_channel_that_was_switched_off_since_is_quiet(
    service: ToldService, notice: Notice, bob_enrolment: Enrolment
) -> None:
    choose_channels(enrolment=bob_enrolment, chosen=["mail"], connected=["mail", "push"])

    send_due_notices()

    assert state_of(notice) == ("FAILED", NOT_WANTED)


def test_what_was_put_aside_is_not_asked_again(service: ToldService, notice: Notice) -> None:
    put_aside(ask=Ask.objects.get(), until=None, today=TUESDAY.date(), at=TUESDAY)

    send_due_notices()

    assert state_of(notice) == ("FAILED", NOT_WANTED)


def test_what_was_shared_is_not_asked_again(
    service: ToldService, notice: Notice, bob_enrolment: Enrolment, post: Post
) -> None:
    ShareFactory.create(post=post, enrolment=bob_enrolment)

    send_due_notices()

    assert state_of(notice) == ("FAILED", NOT_WANTED)


def test_one_of_several_posts_is_enough(
    service: ToldService, browser: PushSubscription, publish: Any
) -> None:
    posts = [publish(title="One"), publish(title="Two"), publish(title="Three")]
    notice = turn_to(browser.enrolment, posts, at=TUESDAY, kind=Approach.Kind.DIGEST)
    for ask in Ask.objects.order_by("pk")[:2]:
        put_aside(ask=ask, until=None, today=TUESDAY.date(), at=TUESDAY)

    assert notice.payload["title"] == "One"
    assert notice.payload["body"] == (
        "Acme: would you like to share this, or one of 2 other posts?"
    )
    send_due_notices()

    assert state_of(notice) == ("SENT", "")


def test_a_question_has_no_posts(service: ToldService, browser: PushSubscription) -> None:
    notice = turn_to(browser.enrolment, [], at=TUESDAY, kind=Approach.Kind.QUESTION)

    send_due_notices()

    assert notice.payload["title"] == "Shall we stop asking?"
    assert state_of(notice) == ("SENT", "")


def test_a_notice_speaks_the_language_of_the_person(
    service: ToldService, browser: PushSubscription, post: Post
) -> None:
    browser.enrolment.member.user.language = "nl"

    notice = turn_to(browser.enrolment, [post], at=TUESDAY)

    assert notice.payload["lang"] == "nl"
    assert notice.payload["share"] == "Schrijf en deel"


def test_while_the_organisation_is_stopped_it_waits(service: ToldService, notice: Notice) -> None:
    hold(notice.organization_id, TUESDAY)
    assert send_due_notices() == 0
    assert state_of(notice) == ("QUEUED", "")

    release(notice.organization_id)
    hold(None, TUESDAY)
    assert send_due_notices() == 0
    assert service.asked == []

    release(None)
    assert send_due_notices() == 1


def test_outside_its_windows_it_waits_for_the_next(
    service: ToldService, browser: PushSubscription, post: Post
) -> None:
    windows = pairs((TUESDAY - 3 * HOUR, TUESDAY - HOUR), (TUESDAY + HOUR, TUESDAY + 5 * HOUR))
    notice = turn_to(browser.enrolment, [post], at=TUESDAY, windows=windows)

    assert send_due_notices() == 0

    assert state_of(notice) == ("QUEUED", "")
    assert (notice.next_try_at, notice.attempts) == (TUESDAY + HOUR, 0)
    with time_machine.travel(TUESDAY + HOUR, tick=False):
        assert send_due_notices() == 1


def test_hours_that_were_closed_since_count(
    service: ToldService, browser: PushSubscription, post: Post
) -> None:
    windows = pairs((TUESDAY - HOUR, TUESDAY + 48 * HOUR))
    notice = turn_to(browser.enrolment, [post], at=TUESDAY, windows=windows)
    evening = TUESDAY + 10 * HOUR

    with time_machine.travel(evening, tick=False):
        assert send_due_notices() == 0

    notice.refresh_from_db()
    # Eight in the morning in Amsterdam.
    assert notice.next_try_at == datetime(2026, 11, 25, 7, 0, tzinfo=TUESDAY.tzinfo)


@pytest.mark.parametrize(
    ("windows", "hours", "error"),
    [
        ([(-3, -1)], 1, NO_OPEN_HOUR),
        ([(80, 90)], 1, NO_OPEN_HOUR),
        ([(-1, 90)], 73, TOO_LATE),
        ([(-1, 90)], 72, TOO_LATE),
    ],
)
def test_what_is_too_late_is_given_up(
    browser: PushSubscription, post: Post, windows: Any, hours: int, error: str
) -> None:
    spans = [(TUESDAY + first * HOUR, TUESDAY + last * HOUR) for first, last in windows]
    notice = turn_to(browser.enrolment, [post], at=TUESDAY, windows=pairs(*spans))

    with time_machine.travel(TUESDAY + hours * HOUR, tick=False):
        assert send_due_notices() == 1

    assert state_of(notice) == ("FAILED", error)


def test_a_poisoned_row_does_not_stop_the_rest(
    service: ToldService, browser: PushSubscription, publish: Any
) -> None:
    bad = turn_to(browser.enrolment, [publish(title="Bad")], at=TUESDAY)
    good = turn_to(browser.enrolment, [publish(title="Good")], at=TUESDAY)
    Notice.objects.filter(pk=bad.pk).update(payload="no object at all")

    assert send_due_notices() == 1

    assert state_of(good) == ("SENT", "")
    bad.refresh_from_db()
    assert (bad.state, bad.attempts) == ("QUEUED", 1)


def test_a_row_that_ended_its_process_time_and_again_is_given_up(
    service: ToldService, notice: Notice
) -> None:
    Notice.objects.update(state="SENDING", attempts=MOST_ATTEMPTS - 1, leased_until=TUESDAY - HOUR)

    assert send_due_notices() == 1

    assert state_of(notice) == ("FAILED", TOO_LATE)
    assert service.asked == []


def test_a_row_that_another_process_holds_is_left_alone(
    service: ToldService, notice: Notice
) -> None:
    Notice.objects.update(state="SENDING", leased_until=TUESDAY + timedelta(minutes=4))
    assert send_due_notices() == 0

    with time_machine.travel(TUESDAY + timedelta(minutes=5), tick=False):
        assert send_due_notices() == 1


def test_old_notices_are_emptied_and_then_forgotten(service: ToldService, notice: Notice) -> None:
    send_due_notices()

    assert prune_notices(at=TUESDAY + timedelta(days=6)) == 0
    assert prune_notices(at=TUESDAY + timedelta(days=8)) == 1
    notice.refresh_from_db()
    assert notice.payload == {}
    assert prune_notices(at=TUESDAY + timedelta(days=99)) == 0
    assert prune_notices(at=TUESDAY + timedelta(days=101)) == 1
    assert not Notice.objects.exists()


def test_what_waits_is_not_pruned(notice: Notice) -> None:
    assert prune_notices(at=TUESDAY + timedelta(days=400)) == 0
