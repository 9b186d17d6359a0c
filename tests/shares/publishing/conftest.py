"""Bob's account at a LinkedIn of our own, behind a proxy that can lose answers."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.utils import timezone

from tests.factories import EnrolmentFactory
from tests.networks.fixtures import linkedin as linkedin
from tests.networks.linkedin import LinkedIn
from tests.networks.lossy import Proxy, lossy
from vaandel.ambassadors.models import Enrolment
from vaandel.channels.models import ConnectedAccount
from vaandel.channels.sealing import ACCOUNT, sealed
from vaandel.organizations.models import Organization
from vaandel.posts.models import Post
from vaandel.programmes.models import Programme
from vaandel.shares.models import Publication
from vaandel.shares.publishing import Wish, arm
from vaandel.shares.services import Words

Send = Callable[..., Publication]


@pytest.fixture
def proxy(linkedin: LinkedIn, settings: Any) -> Iterator[Proxy]:
    with lossy(urlsplit(linkedin.url).netloc) as running:
        settings.FETCH_ALLOWED_HOSTS = [urlsplit(each.url).netloc for each in (running, linkedin)]
        settings.NETWORK_ADDRESSES = {"LINKEDIN_API": running.url, "LINKEDIN_WWW": running.url}
        settings.NETWORK_APPS = {
            "LINKEDIN_CLIENT_ID": linkedin.settings.client_id,
            "LINKEDIN_CLIENT_SECRET": linkedin.settings.client_secret,
        }
        yield running


def connect(enrolment: Enrolment, network: LinkedIn, person: str = "p1") -> ConnectedAccount:
    return ConnectedAccount.objects.create(
        organization_id=enrolment.organization_id,
        enrolment=enrolment,
        channel="linkedin",
        remote_id=person,
        handle=person,
        scopes=["openid", "profile", "w_member_social"],
        keys_sealed=sealed(ACCOUNT, {"access_token": network.connect(person)}),
        access_until=timezone.now() + timedelta(days=50),
        session_until=timezone.now() + timedelta(days=50),
    )


@pytest.fixture
def account(proxy: Proxy, linkedin: LinkedIn, bob_enrolment: Enrolment) -> ConnectedAccount:
    return connect(bob_enrolment, linkedin)


@pytest.fixture
def send(
    account: ConnectedAccount, bob_enrolment: Enrolment, post: Post, acme: Organization
) -> Send:
    """Bob presses "Post now", or with ``due_at`` "Plan it"."""

    def press(
        text: str = "We dug at night (and nobody woke up).",
        *,
        due_at: datetime | None = None,
        at: datetime | None = None,
        **more: Any,
    ) -> Publication:
        words = Words(
            channel="linkedin",
            text=text,
            disclosure=f"I work at {acme.name}.",
            disclosure_rule="2026-11-22 NEWS * advised",
            language="en",
        )
        return arm(
            enrolment=bob_enrolment,
            post=post,
            words=words,
            press=more.pop("press", None) or uuid.uuid4(),
            account=account,
            wish=Wish(due_at=due_at, **more),
            at=at or timezone.now(),
        )

    return press


@pytest.fixture
def enrolment_of_dana(programme: Programme) -> Enrolment:
    return EnrolmentFactory.create(programme=programme)
