"""Bob at Acme, and LinkedIn on this machine with an application that Acme typed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from tests.networks.linkedin import LinkedIn, LinkedInSettings
from tests.networks.stub import serve
from vaandel.ambassadors.models import Enrolment
from vaandel.channels.models import ConnectedAccount
from vaandel.channels.services.apps import TypedApp, save_app
from vaandel.channels.services.connecting import arrive, depart
from vaandel.organizations.models import Member, Organization

SECRET = "a-very-secret-secret"


@pytest.fixture
def linkedin(settings: Any) -> Iterator[LinkedIn]:
    """A partner of LinkedIn's, so that there is something to renew."""
    own = LinkedIn(LinkedInSettings(client_id="acme-app", client_secret=SECRET, partner=True))
    with serve(own) as network:
        settings.NETWORK_ADDRESSES = {"LINKEDIN_WWW": network.url, "LINKEDIN_API": network.url}
        settings.FETCH_ALLOWED_HOSTS = [network.host]
        yield network


@pytest.fixture
def acme_app(acme: Organization, alice: Member, linkedin: LinkedIn) -> None:
    typed = TypedApp(client_id="acme-app", client_secret=SECRET)
    save_app(organization=acme, channel="linkedin", by=alice, typed=typed, at=timezone.now())


def answer_of(address: str) -> dict[str, str]:
    """What a network sends along with the browser."""
    return dict(parse_qsl(urlsplit(address).query))


def setting_out(enrolment: Enrolment, *, browser: str = "b", **more: Any) -> str:
    return depart(
        **{
            "enrolment": enrolment,
            "channel": "linkedin",
            "server": "",
            "statistics": False,
            "next_path": "",
            "browser": browser,
            "at": timezone.now(),
            **more,
        }
    )


@pytest.fixture
def connect(linkedin: LinkedIn) -> Callable[..., ConnectedAccount]:
    """The whole way to LinkedIn and back."""

    def whole_way(enrolment: Enrolment, person: str = "p1", **more: Any) -> ConnectedAccount:
        back = linkedin.allow(setting_out(enrolment, **more), person)
        return arrive(
            user=enrolment.member.user,
            channel="linkedin",
            answer=answer_of(back),
            browser=more.get("browser", "b"),
            at=timezone.now(),
        ).account

    return whole_way


@pytest.fixture
def account(
    bob_enrolment: Enrolment, acme_app: None, connect: Callable[..., ConnectedAccount]
) -> ConnectedAccount:
    """Bob's account at LinkedIn."""
    return connect(bob_enrolment)


@pytest.fixture
def as_bob(bob_enrolment: Enrolment, client_as: Callable[[Member], Client]) -> Client:
    return client_as(bob_enrolment.member)
