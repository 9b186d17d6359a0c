"""What we send can be decrypted by a push service that is not ours."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from tests.delivery.conftest import TUESDAY
from tests.delivery.push_cast import SHARE_URL, add_browser, turn_to
from tests.delivery.push_service import RealService, real_service
from vaandel.ambassadors.models import Enrolment
from vaandel.delivery.models import Ask, Notice, PushSubscription
from vaandel.delivery.notices import send_due_notices
from vaandel.delivery.push.keys import public_key, replace_key
from vaandel.delivery.tokens import ask_id_of
from vaandel.posts.models import Post


@pytest.fixture(scope="module")
def service() -> Iterator[RealService]:
    with real_service() as running:
        yield running


@pytest.fixture(autouse=True)
def on_tuesday(settings: Any, service: RealService) -> Iterator[None]:
    settings.FETCH_ALLOWED_HOSTS = [service.host]
    settings.PUBLIC_URL = "https://vaandel.example"
    with time_machine.travel(TUESDAY):
        yield


def test_a_proposal_arrives_in_the_browser(
    service: RealService, bob_enrolment: Enrolment, post: Post, settings: Any
) -> None:
    address = service.subscribe(public_key())
    browser = add_browser(bob_enrolment, address, TUESDAY)
    notice = turn_to(bob_enrolment, [post], at=TUESDAY, public_url=settings.PUBLIC_URL)

    assert send_due_notices() == 1

    ask = Ask.objects.get()
    [received] = service.received(address)
    assert ask_id_of(received.pop("later_url").split("/")[2]) == ask.pk
    assert received == {
        "title": "Four kilometres of heat network",
        "body": "Acme: would you like to share this?",
        "url": SHARE_URL,
        "tag": f"ask-{ask.pk}",
        "share": "Write and share",
        "later": "Not now",
        "lang": "en",
    }
    notice.refresh_from_db()
    browser.refresh_from_db()
    assert (notice.state, notice.attempts, notice.last_error) == ("SENT", 1, "")
    assert browser.reached_at is not None
    assert send_due_notices() == 0
    assert len(service.received(address)) == 1


def test_a_browser_that_is_gone_is_forgotten(
    service: RealService, bob_enrolment: Enrolment, post: Post
) -> None:
    address = service.subscribe(public_key())
    add_browser(bob_enrolment, address, TUESDAY)
    turn_to(bob_enrolment, [post], at=TUESDAY)
    service.expire(address)

    assert send_due_notices() == 1

    assert not PushSubscription.objects.exists()
    assert not Notice.objects.exists()


def test_a_message_signed_with_another_key_is_refused_and_says_so(
    service: RealService, bob_enrolment: Enrolment, post: Post
) -> None:
    browser = add_browser(bob_enrolment, service.subscribe(public_key()), TUESDAY)
    replace_key()
    notice = turn_to(bob_enrolment, [post], at=TUESDAY)

    send_due_notices()

    notice.refresh_from_db()
    browser.refresh_from_db()
    assert (notice.state, notice.last_error, browser.last_error) == ("FAILED", "400", "400")


def test_the_longest_title_arrives_whole_or_shortened(
    service: RealService, bob_enrolment: Enrolment, post: Post
) -> None:
    address = service.subscribe(public_key())
    add_browser(bob_enrolment, address, TUESDAY)
    Post.objects.filter(pk=post.pk).update(title="電" * 200)
    bob_enrolment.organization.name = "電" * 120
    turn_to(bob_enrolment, [post], at=TUESDAY)

    assert send_due_notices() == 1

    assert service.received(address)[0]["title"] == f"{'電' * 119}…"


def test_it_listens_on_this_machine_only(service: RealService) -> None:
    # What listens everywhere also listens here.
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", service.port), timeout=5)
