"""Bob on a Tuesday, with an account that texts are planned for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client

from tests.factories import PublicationFactory
from vaandel.ambassadors.models import Enrolment
from vaandel.channels.models import ConnectedAccount
from vaandel.posts.models import Post
from vaandel.shares.models import Publication

State = Publication.State
Make = Callable[..., Publication]
# A Tuesday; ten past ten in Amsterdam.
TUESDAY = datetime(2026, 11, 24, 9, 10, tzinfo=UTC)
LIST = "/o/acme/planned/"


@pytest.fixture(autouse=True)
def tuesday() -> Any:
    with time_machine.travel(TUESDAY, tick=False) as clock:
        yield clock


@pytest.fixture
def bob_account(bob_enrolment: Enrolment) -> ConnectedAccount:
    return ConnectedAccount.objects.create(
        organization_id=bob_enrolment.organization_id,
        enrolment=bob_enrolment,
        channel="linkedin",
        remote_id="p1",
        handle="Bob Sharer",
        keys_sealed="",
    )


@pytest.fixture
def make(post: Post, bob_account: ConnectedAccount) -> Make:
    """A publication of Bob's in some state."""

    def make_publication(state: str = State.ARMED, **values: Any) -> Publication:
        return PublicationFactory.create(post=post, account=bob_account, state=state, **values)

    return make_publication


def page_of(client: Client, path: str = LIST) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def press(client: Client, publication: Publication, step: str, **fields: str) -> Any:
    return client.post(f"{LIST}{publication.pk}/{step}/", fields, follow=True)
