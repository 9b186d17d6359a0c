"""Over which channels somebody is asked: what is connected, and what they switched off."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.delivery.push_service import ToldService, told_service
from tests.delivery.test_messages_page import NOW, PAGE, As, add, form_of
from tests.factories import EnrolmentFactory
from vaandel.ambassadors.models import Enrolment, Rhythm
from vaandel.ambassadors.services import leave
from vaandel.delivery.models import ChannelChoice, ChatConnection
from vaandel.delivery.reachable import channels_of
from vaandel.organizations.models import Member


@pytest.fixture
def service(settings: Any) -> Iterator[ToldService]:
    with told_service() as running:
        settings.FETCH_ALLOWED_HOSTS = [running.host]
        yield running


def test_mail_is_the_channel_of_who_chose_nothing(bob_enrolment: Enrolment) -> None:
    assert channels_of([bob_enrolment.pk, 999_999]) == {bob_enrolment.pk: frozenset({"mail"})}


def test_channels_of_many_people_cost_four_queries(
    bob_enrolment: Enrolment, service: ToldService, django_assert_num_queries: Any
) -> None:
    others = EnrolmentFactory.create_batch(3, programme=bob_enrolment.programme)
    for number, enrolment in enumerate(others):
        add(enrolment, service.address(str(number)))
        add(enrolment, service.address(f"second-{number}"))

    with django_assert_num_queries(4):
        found = channels_of([bob_enrolment.pk, *(each.pk for each in others)])

    assert sorted(len(channels) for channels in found.values()) == [1, 2, 2, 2]


def test_mail_can_be_switched_off_where_another_channel_is_on(
    client_as: As, bob: Member, bob_enrolment: Enrolment, service: ToldService
) -> None:
    browser = add(bob_enrolment, service.address())
    client = client_as(bob)

    page = client.post(f"{PAGE}channels/", {"channels": ["push"]}, follow=True).content.decode()

    assert "This is where we ask you from now on." in page
    assert channels_of([bob_enrolment.pk]) == {bob_enrolment.pk: frozenset({"push"})}
    browser.delete()
    assert channels_of([bob_enrolment.pk]) == {bob_enrolment.pk: frozenset()}
    assert "At the moment no messages reach you." in client.get(PAGE).content.decode()


def test_no_channel_at_all_is_a_rhythm(
    client_as: As, bob: Member, bob_enrolment: Enrolment, service: ToldService
) -> None:
    add(bob_enrolment, service.address())

    page = client_as(bob).post(f"{PAGE}channels/", {})

    assert page.status_code == 422
    assert "Choose at least one." in page.content.decode()
    assert not ChannelChoice.objects.exists()


def test_a_channel_that_is_not_connected_cannot_be_chosen(
    client_as: As, bob: Member, bob_enrolment: Enrolment
) -> None:
    page = client_as(bob).post(f"{PAGE}channels/", {"channels": ["teams"]})

    assert page.status_code == 422
    assert "Choose one of these." in page.content.decode()


def test_what_was_off_stays_off_when_it_is_connected_again(
    client_as: As, bob: Member, bob_enrolment: Enrolment, service: ToldService
) -> None:
    browser = add(bob_enrolment, service.address())
    client = client_as(bob)
    client.post(f"{PAGE}channels/", {"channels": ["mail"]})
    browser.delete()
    client.post(f"{PAGE}channels/", {"channels": ["mail"]})

    add(bob_enrolment, service.address())

    assert channels_of([bob_enrolment.pk]) == {bob_enrolment.pk: frozenset({"mail"})}


def test_an_own_chat_is_a_channel(bob_enrolment: Enrolment) -> None:
    ChatConnection.objects.create(
        organization=bob_enrolment.organization,
        enrolment=bob_enrolment,
        network=ChatConnection.Network.SLACK,
        name="Bob",
        address="sealed",
    )

    assert channels_of([bob_enrolment.pk]) == {bob_enrolment.pk: frozenset({"mail", "slack"})}


def test_only_in_the_app_is_no_channel(
    client_as: As, bob: Member, bob_enrolment: Enrolment, service: ToldService
) -> None:
    add(bob_enrolment, service.address())
    Enrolment.objects.update(rhythm=Rhythm.IN_APP)

    assert channels_of([bob_enrolment.pk]) == {bob_enrolment.pk: frozenset()}
    assert "no messages come at all" in client_as(bob).get(PAGE).content.decode()


def test_who_does_not_take_part_is_led_to_the_settings(
    client_as: As, alice: Member, bob: Member, bob_enrolment: Enrolment, service: ToldService
) -> None:
    assert client_as(alice).get(PAGE)["Location"] == "/o/acme/settings/"
    leave(enrolment=bob_enrolment, at=NOW)
    client = client_as(bob)

    assert client.get(PAGE)["Location"] == "/o/acme/settings/"
    assert client.post(f"{PAGE}on/", form_of(service.address())).status_code == 404
