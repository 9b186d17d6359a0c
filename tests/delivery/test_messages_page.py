"""Switching messages on and off per browser, and choosing where asks come."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from tests.delivery.push_service import ToldService, told_service
from tests.factories import EnrolmentFactory, MemberFactory, ProgrammeFactory
from vaandel.ambassadors.models import Enrolment
from vaandel.delivery.models import PushKey, PushSubscription
from vaandel.delivery.push.browsers import label_of
from vaandel.delivery.push.keys import public_key
from vaandel.delivery.push.services import MOST, Address, send_test, switch_on
from vaandel.delivery.push.tokens import renewal_token
from vaandel.delivery.reachable import channels_of
from vaandel.organizations.models import Member, Organization

As = Callable[[Member], Client]
PAGE = "/o/acme/settings/messages/"
NOW = datetime(2026, 11, 24, 9, 10, tzinfo=UTC)
PIXEL = (
    "Mozilla/5.0 (Linux; Android 16; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/142.0.0.0 Mobile Safari/537.36"
)


@pytest.fixture
def service(settings: Any) -> Iterator[ToldService]:
    with told_service() as running:
        settings.FETCH_ALLOWED_HOSTS = [running.host]
        yield running


def form_of(address: Address) -> dict[str, str]:
    return {"endpoint": address.endpoint, "p256dh": address.p256dh, "auth": address.auth}


def press_on(client: Client, address: Address, **headers: str) -> Any:
    return client.post(f"{PAGE}on/", form_of(address), headers=headers or None, follow=True)


def add(enrolment: Enrolment, address: Address, at: datetime = NOW) -> PushSubscription:
    return switch_on(enrolment=enrolment, address=address, label="Chrome on Android", at=at)


def test_a_browser_is_switched_on(
    client_as: As, bob: Member, bob_enrolment: Enrolment, service: ToldService
) -> None:
    address = service.address()

    page = press_on(client_as(bob), address, **{"User-Agent": PIXEL})

    browser = PushSubscription.objects.get()
    text = page.content.decode()
    assert (browser.enrolment, browser.label) == (bob_enrolment, "Chrome on Android")
    assert address.endpoint not in browser.endpoint
    assert address.auth not in browser.keys
    assert "This browser is switched on." in text
    assert f'data-push-digest="{address.digest}"' in text
    assert f'data-push-key="{PushKey.objects.get().public}"' in text
    assert channels_of([bob_enrolment.pk]) == {bob_enrolment.pk: {"mail", "push"}}


def test_twice_is_once(
    client_as: As, bob: Member, bob_enrolment: Enrolment, service: ToldService
) -> None:
    address = service.address()
    client = client_as(bob)

    press_on(client, address)
    press_on(client, address)

    assert PushSubscription.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"endpoint": ""},
        {"endpoint": "http://push.example/x"},
        {"endpoint": "https://name:word@push.example/x"},
        {"endpoint": "javascript:alert(1)"},
        {"endpoint": "https://push.example/" + "x" * 1000},
        {"endpoint": "https://[::1/x"},
        {"p256dh": "short"},
        {"p256dh": "B" * 87},
        {"p256dh": "é" * 87},
        {"auth": "c2hvcnQ"},
        {"auth": "=" * 22},
    ],
)
def test_what_is_no_browser_is_refused(
    client_as: As,
    bob: Member,
    bob_enrolment: Enrolment,
    service: ToldService,
    wrong: dict[str, str],
) -> None:
    page = client_as(bob).post(f"{PAGE}on/", {**form_of(service.address()), **wrong}, follow=True)

    assert "did not say where it can be reached" in page.content.decode()
    assert not PushSubscription.objects.exists()


def test_a_browser_belongs_to_who_switched_it_on_last(
    bob_enrolment: Enrolment, acme: Organization, globex: Organization, service: ToldService
) -> None:
    address = service.address()
    also_bob = EnrolmentFactory.create(
        programme=ProgrammeFactory.create(organization=globex),
        member=MemberFactory.create(organization=globex, user=bob_enrolment.member.user),
    )
    add(bob_enrolment, address)
    add(also_bob, address)
    assert PushSubscription.objects.count() == 2

    carol = EnrolmentFactory.create(programme=bob_enrolment.programme)
    add(carol, address)

    assert [row.enrolment for row in PushSubscription.objects.all()] == [carol]


def test_the_oldest_of_too_many_browsers_goes(
    bob_enrolment: Enrolment, service: ToldService
) -> None:
    for number in range(MOST + 1):
        add(bob_enrolment, service.address(f"b{number}"), NOW + timedelta(minutes=number))

    digests = set(PushSubscription.objects.values_list("digest", flat=True))
    assert len(digests) == MOST
    assert service.address("b0").digest not in digests


def test_removing_twice_is_removing_once(
    client_as: As, bob: Member, bob_enrolment: Enrolment, service: ToldService
) -> None:
    browser = add(bob_enrolment, service.address())
    client = client_as(bob)

    first = client.post(f"{PAGE}{browser.pk}/off/", follow=True)
    second = client.post(f"{PAGE}{browser.pk}/off/", follow=True)

    assert "Switched off." in first.content.decode()
    assert "Switched off." not in second.content.decode()
    assert not PushSubscription.objects.exists()


def test_nobody_reaches_the_browsers_of_others(
    client_as: As, alice: Member, bob_enrolment: Enrolment, service: ToldService
) -> None:
    browser = add(bob_enrolment, service.address())
    EnrolmentFactory.create(programme=bob_enrolment.programme, member=alice)
    client = client_as(alice)

    assert client.post(f"{PAGE}{browser.pk}/test/").status_code == 404
    client.post(f"{PAGE}{browser.pk}/off/")

    assert PushSubscription.objects.exists()
    assert "Chrome on Android" not in client.get(PAGE).content.decode()


def test_a_test_is_sent_at_once(
    client_as: As, bob: Member, bob_enrolment: Enrolment, service: ToldService
) -> None:
    browser = add(bob_enrolment, service.address())

    page = client_as(bob).post(f"{PAGE}{browser.pk}/test/", follow=True).content.decode()

    assert "It appears within seconds" in page
    assert "Last message:" in page
    assert service.asked[0][0]["TTL"] == "300"


@pytest.mark.parametrize(
    ("status", "said", "shown"),
    [
        (403, "That did not work.", "no longer knows this website"),
        (503, "That did not work.", "too busy"),
        (418, "That did not work.", "refused it (418)"),
        (410, "does not take messages any more", "Nowhere yet."),
    ],
)
def test_the_page_says_what_is_wrong(
    client_as: As,
    bob: Member,
    bob_enrolment: Enrolment,
    service: ToldService,
    status: int,
    said: str,
    shown: str,
) -> None:
    browser = add(bob_enrolment, service.address())
    service.answers = [(status, {})]

    page = client_as(bob).post(f"{PAGE}{browser.pk}/test/", follow=True).content.decode()

    assert said in page
    assert shown in page


def test_many_tests_at_once_are_not_sent(
    client_as: As, bob: Member, bob_enrolment: Enrolment, service: ToldService
) -> None:
    browser = add(bob_enrolment, service.address())
    client = client_as(bob)

    with time_machine.travel(NOW, tick=False):
        pages = [client.post(f"{PAGE}{browser.pk}/test/", follow=True) for _ in range(13)]

    assert "Wait a minute" in pages[-1].content.decode()
    assert len(service.asked) <= 12


def test_a_changed_address_is_told_without_signing_in(
    bob_enrolment: Enrolment, service: ToldService
) -> None:
    old, new = service.address("old"), service.address("new")
    browser = add(bob_enrolment, old)
    strict = Client(enforce_csrf_checks=True)

    answer = strict.post("/push/renew/", {**form_of(new), "token": renewal_token(old.digest)})

    assert answer.json() == {"token": renewal_token(new.digest)}
    browser.refresh_from_db()
    assert browser.digest == new.digest
    send_test(browser=browser, at=NOW)
    assert len(service.asked) == 1


def test_addresses_can_be_changed_so_often_only(
    bob_enrolment: Enrolment, service: ToldService, client: Client
) -> None:
    address = service.address("same")
    add(bob_enrolment, address)
    sent = {**form_of(address), "token": renewal_token(address.digest)}

    with time_machine.travel(NOW, tick=False):
        answers = [client.post("/push/renew/", sent) for _ in range(31)]

    assert [answer.status_code for answer in answers] == [*[200] * 30, 429]
    assert answers[-1].headers["Retry-After"] == "60"


def test_a_changed_address_that_is_known_already_stays_once(
    bob_enrolment: Enrolment, service: ToldService, client: Client
) -> None:
    old, new = service.address("old"), service.address("new")
    add(bob_enrolment, old)
    add(bob_enrolment, new)

    client.post("/push/renew/", {**form_of(new), "token": renewal_token(old.digest)})

    assert [row.digest for row in PushSubscription.objects.all()] == [new.digest]


def test_the_same_address_with_other_keys(
    bob_enrolment: Enrolment, service: ToldService, client: Client
) -> None:
    old, new = service.address("same"), service.address("same")
    add(bob_enrolment, old)

    answer = client.post("/push/renew/", {**form_of(new), "token": renewal_token(old.digest)})

    assert answer.status_code == 200
    assert PushSubscription.objects.count() == 1


@pytest.mark.parametrize("token", ["", "forged~token", "x" * 300])
def test_a_forged_token_changes_nothing(
    bob_enrolment: Enrolment, service: ToldService, client: Client, token: str
) -> None:
    add(bob_enrolment, service.address("old"))

    answer = client.post("/push/renew/", {**form_of(service.address("new")), "token": token})

    assert answer.status_code == 404
    assert PushSubscription.objects.get().digest == service.address("old").digest


def test_a_token_of_a_browser_that_was_removed_opens_nothing(
    bob_enrolment: Enrolment, service: ToldService, client: Client
) -> None:
    token = renewal_token(service.address("old").digest)

    answer = client.post("/push/renew/", {**form_of(service.address("new")), "token": token})

    assert answer.status_code == 404
    assert not PushSubscription.objects.exists()


@pytest.mark.parametrize(
    ("agent", "label"),
    [
        (PIXEL, "Chrome on Android"),
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
            "Firefox on Linux",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/142.0 Safari/537.36 Edg/142.0", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 15_0) Version/18 Safari/605.1", "Safari on macOS"),
        ("curl/8", "A browser"),
        ("", "A browser"),
    ],
)
def test_a_browser_is_named_as_people_know_it(agent: str, label: str) -> None:
    assert label_of(agent) == label


def test_the_key_is_made_once_and_stays_hidden(db: None) -> None:
    first = public_key()

    assert public_key() == first
    key = PushKey.objects.get()
    assert len(first) == 87
    assert key.private not in key.encrypted_private
    assert len(key.private) == 43
