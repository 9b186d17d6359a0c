"""What each answer of a push service leads to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from tests.delivery.conftest import TUESDAY
from tests.delivery.push_cast import add_browser, approached, turn_to
from tests.delivery.push_service import ToldService, told_service
from vaandel.ambassadors.models import Enrolment
from vaandel.delivery.models import Approach, Notice, PushKey, PushSubscription
from vaandel.delivery.notices import MOST_ATTEMPTS, send_due_notices
from vaandel.delivery.push import notices_for
from vaandel.delivery.push.keys import contact, public_key
from vaandel.delivery.push.queries import problem_of
from vaandel.delivery.push.sending import packed
from vaandel.delivery.push.services import Address
from vaandel.lib.http import Reason
from vaandel.posts.models import Post


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


def outcome(notice: Notice, browser: PushSubscription) -> tuple[str, int, str, str]:
    notice.refresh_from_db()
    browser.refresh_from_db()
    return notice.state, notice.attempts, notice.last_error, browser.last_error


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_it_is_taken(
    service: ToldService, notice: Notice, browser: PushSubscription, status: int
) -> None:
    service.answers = [(status, {})]

    assert send_due_notices() == 1

    assert outcome(notice, browser) == ("SENT", 1, "", "")
    assert browser.reached_at == TUESDAY
    headers = service.asked[0][0]
    assert headers["Content-Encoding"] == "aes128gcm"
    assert headers["Content-Type"] == "application/octet-stream"
    assert headers["TTL"] == str(3 * 24 * 60 * 60)
    assert headers["Urgency"] == "normal"
    assert len(headers["Topic"]) == 32
    assert headers["Authorization"].startswith("vapid t=")
    assert headers["Authorization"].endswith(f",k={public_key()}")


@pytest.mark.parametrize("status", [404, 410])
def test_the_browser_is_gone(service: ToldService, notice: Notice, status: int) -> None:
    service.answers = [(status, {})]

    assert send_due_notices() == 1

    assert not PushSubscription.objects.exists()


@pytest.mark.parametrize("status", [400, 401, 403, 302])
def test_it_is_refused_for_good(
    service: ToldService, notice: Notice, browser: PushSubscription, status: int
) -> None:
    service.answers = [(status, {"Location": "http://169.254.169.254/"})]

    assert send_due_notices() == 1

    assert outcome(notice, browser) == ("FAILED", 1, str(status), str(status))
    assert browser.failed_at == TUESDAY
    assert problem_of(browser.last_error) != ""
    assert len(service.asked) == 1


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_it_is_tried_again_later(
    service: ToldService, notice: Notice, browser: PushSubscription, status: int
) -> None:
    service.answers = [(status, {})]

    assert send_due_notices() == 0

    assert outcome(notice, browser) == ("QUEUED", 1, str(status), str(status))
    assert timedelta(seconds=45) <= notice.next_try_at - TUESDAY <= timedelta(seconds=75)
    with time_machine.travel(notice.next_try_at, tick=False):
        assert send_due_notices() == 1
    assert outcome(notice, browser) == ("SENT", 2, "", "")


@pytest.mark.parametrize(
    ("value", "least"),
    [
        ("1800", timedelta(minutes=30)),
        ("Tue, 24 Nov 2026 11:10:00 GMT", timedelta(hours=2)),
        ("999999999999", timedelta(hours=12)),
        ("soon", timedelta(seconds=45)),
        ("Mon, 23 Nov 2026 11:10:00 GMT", timedelta(seconds=45)),
    ],
)
def test_it_waits_as_long_as_the_service_asks(
    service: ToldService, notice: Notice, value: str, least: timedelta
) -> None:
    service.answers = [(429, {"Retry-After": value})]

    send_due_notices()

    notice.refresh_from_db()
    assert least <= notice.next_try_at - TUESDAY <= least * 5 / 3


def test_what_is_too_large_goes_without_its_text(service: ToldService, notice: Notice) -> None:
    service.answers = [(413, {}), (201, {})]

    assert send_due_notices() == 1

    [(_, first), (_, second)] = service.asked
    assert len(second) < len(first)


def test_what_is_too_large_even_so_is_given_up(
    service: ToldService, notice: Notice, browser: PushSubscription
) -> None:
    service.answers = [(413, {}), (413, {})]

    assert send_due_notices() == 1

    assert outcome(notice, browser) == ("FAILED", 1, "413", "413")


def test_a_payload_is_never_larger_than_three_thousand_bytes() -> None:
    data = packed({"title": "é" * 3000, "body": "é" * 3000, "url": "/" * 200}, 3000)

    assert len(data) <= 3000


def test_a_service_that_says_nothing_is_left_alone(
    service: ToldService, notice: Notice, browser: PushSubscription
) -> None:
    service.seconds = 12

    assert send_due_notices() == 0

    assert outcome(notice, browser) == ("QUEUED", 1, Reason.TIMEOUT, Reason.TIMEOUT)


def test_it_is_given_up_after_many_tries(
    service: ToldService, notice: Notice, browser: PushSubscription
) -> None:
    Notice.objects.update(attempts=MOST_ATTEMPTS - 1)
    service.answers = [(503, {})]

    assert send_due_notices() == 1

    assert outcome(notice, browser) == ("FAILED", MOST_ATTEMPTS, "503", "503")


@pytest.mark.parametrize(
    ("endpoint", "reason"),
    [
        ("https://10.0.0.1/push", Reason.PRIVATE_ADDRESS),
        ("https://localhost/push", Reason.PRIVATE_ADDRESS),
        ("http://203.0.113.7/push", Reason.NOT_A_URL),
        ("https://203.0.113.7:8443/push", Reason.PORT),
    ],
)
def test_machines_inside_are_never_asked(
    service: ToldService, bob_enrolment: Enrolment, post: Post, endpoint: str, reason: Reason
) -> None:
    here = service.address()
    browser = add_browser(bob_enrolment, Address(endpoint, here.p256dh, here.auth), TUESDAY)
    notice = turn_to(bob_enrolment, [post], at=TUESDAY)

    assert send_due_notices() == 1

    assert outcome(notice, browser) == ("FAILED", 1, reason, reason)
    assert problem_of(reason) != ""
    assert service.asked == []


def test_a_name_that_nobody_knows_is_asked_again(
    service: ToldService, bob_enrolment: Enrolment, post: Post
) -> None:
    here = service.address()
    address = Address("https://push.invalid/x", here.p256dh, here.auth)
    browser = add_browser(bob_enrolment, address, TUESDAY)
    notice = turn_to(bob_enrolment, [post], at=TUESDAY)

    assert send_due_notices() == 0

    assert outcome(notice, browser) == ("QUEUED", 1, Reason.DNS, Reason.DNS)


def test_a_key_that_cannot_be_read_holds_messages_back(
    service: ToldService, notice: Notice, browser: PushSubscription
) -> None:
    public_key()
    PushKey.objects.update(encrypted_private="of another secret key")

    assert send_due_notices() == 0

    assert outcome(notice, browser) == ("QUEUED", 1, "key", "key")
    assert notice.next_try_at >= TUESDAY + timedelta(hours=1)
    assert service.asked == []


def test_urgent_news_wakes_the_telephone(
    service: ToldService, browser: PushSubscription, post: Post
) -> None:
    turn_to(browser.enrolment, [post], at=TUESDAY, kind=Approach.Kind.URGENT)

    send_due_notices()

    assert service.asked[0][0]["Urgency"] == "high"


def test_a_push_service_keeps_nothing_into_quiet_hours(
    service: ToldService, browser: PushSubscription, post: Post
) -> None:
    closes = TUESDAY + timedelta(minutes=50)
    windows = [
        [moment.isoformat() for moment in pair]
        for pair in (
            (TUESDAY - timedelta(days=1), TUESDAY - timedelta(hours=20)),
            (TUESDAY - timedelta(hours=2), closes),
            (TUESDAY + timedelta(days=1), TUESDAY + timedelta(days=1, hours=8)),
        )
    ]
    turn_to(browser.enrolment, [post], at=TUESDAY, windows=windows)

    assert send_due_notices() == 1

    assert service.asked[0][0]["TTL"] == str(50 * 60)


def test_two_browsers_get_one_each(
    service: ToldService, browser: PushSubscription, post: Post
) -> None:
    add_browser(browser.enrolment, service.address("other"), TUESDAY)
    turn_to(browser.enrolment, [post], at=TUESDAY)

    assert send_due_notices() == 2

    assert len(service.asked) == 2
    topics = {headers["Topic"] for headers, _body in service.asked}
    assert len(topics) == 1


def test_an_approach_without_push_makes_no_notice(browser: PushSubscription, post: Post) -> None:
    from_mail = approached(browser.enrolment, [post], at=TUESDAY)
    from_mail.approach.channels = ["mail"]

    assert notices_for(from_mail) == []


@pytest.mark.parametrize(
    ("sender", "url", "expected"),
    [
        ("it@acme.example", "https://vaandel.example", "mailto:it@acme.example"),
        ("vaandel@localhost", "https://vaandel.example", "https://vaandel.example"),
        ("vaandel@localhost", "http://127.0.0.1:8000", "mailto:nobody@example.org"),
    ],
)
def test_whom_a_service_can_turn_to(settings: Any, sender: str, url: str, expected: str) -> None:
    settings.SERVER_EMAIL = sender
    settings.PUBLIC_URL = url

    assert contact() == expected
