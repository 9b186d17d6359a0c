"""Taking down or correcting what was posted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.networks.fixtures import linkedin as linkedin
from tests.networks.linkedin import LinkedIn
from tests.shares.planned_cast import LIST, Make, State, page_of, press
from tests.shares.planned_cast import bob_account as bob_account
from tests.shares.planned_cast import make as make
from tests.shares.planned_cast import tuesday as tuesday
from tests.shares.publishing.conftest import account as account
from tests.shares.publishing.conftest import proxy as proxy
from tests.shares.publishing.conftest import send as send
from vaandel.shares.models import Publication, Share
from vaandel.shares.publishing import publish_due


@pytest.fixture
def posted(send: Callable[..., Publication], linkedin: LinkedIn) -> Publication:
    publication = send("On the network.")
    assert publish_due() == 1
    publication.refresh_from_db()
    assert publication.state == State.PUBLISHED
    return publication


def test_taking_it_down(bob_client: Client, posted: Publication, linkedin: LinkedIn) -> None:
    address = f"{LIST}{posted.pk}/"
    assert "Take it down from LinkedIn" in page_of(bob_client, address)

    page = press(bob_client, posted, "take-down").content.decode()

    posted.refresh_from_db()
    assert posted.state == State.DELETED
    assert "It was taken down." in page
    assert Share.objects.get().state == Share.State.NOT_POSTED
    assert press(bob_client, posted, "take-down").status_code == 200


def test_correcting_what_stands_there(bob_client: Client, posted: Publication) -> None:
    assert "Change it on LinkedIn" in page_of(bob_client, f"{LIST}{posted.pk}/correct/")

    page = press(bob_client, posted, "correct", text="Mended.").content.decode()

    posted.refresh_from_db()
    assert posted.text == "Mended."
    assert "Your post was changed." in page


def test_a_network_that_cannot_be_reached_is_said(
    bob_client: Client, posted: Publication, settings: Any
) -> None:
    settings.NETWORK_ADDRESSES = {
        "LINKEDIN_API": "http://127.0.0.1:9",
        "LINKEDIN_WWW": "http://127.0.0.1:9",
    }
    settings.FETCH_ALLOWED_HOSTS = ["127.0.0.1:9"]

    down = press(bob_client, posted, "take-down").content.decode()
    mend = press(bob_client, posted, "correct", text="Mended.")

    posted.refresh_from_db()
    assert (posted.state, posted.text) == (State.PUBLISHED, "On the network.")
    assert "LinkedIn cannot be reached at the moment." in down
    assert mend.status_code == 422


def test_what_was_not_posted_is_not_taken_down(bob_client: Client, make: Make) -> None:
    publication = make(State.REJECTED)

    for step in ("take-down", "correct"):
        page = press(bob_client, publication, step, text="x").content.decode()
        assert "That was done already, or it is on its way." in page
