"""The page from a mail posts nothing with somebody's account: its reader signs in first."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from vaandel.ambassadors.models import Enrolment
from vaandel.channels.models import ConnectedAccount
from vaandel.lib.paths import path_with
from vaandel.organizations.models import Member
from vaandel.posts.models import Post
from vaandel.shares.models import Publication
from vaandel.shares.services import personal_link
from vaandel.shares.tokens import token_of

FIELDS = {"channel": "linkedin", "disclosure": "en-0", "text": "Written on the train."}


@pytest.fixture
def address(bob_enrolment: Enrolment, post: Post) -> str:
    ConnectedAccount.objects.create(
        organization_id=bob_enrolment.organization_id,
        enrolment=bob_enrolment,
        channel="linkedin",
        remote_id="p1",
        handle="Bob Sharer",
        keys_sealed="",
    )
    link = personal_link(enrolment=bob_enrolment, post=post, at=timezone.now())
    return path_with("shares:personal", token_of(link.pk))


def share_page(post: Post) -> str:
    return f"/o/acme/posts/{post.pk}/share/"


def press(client: Client, address: str, to: str = "post") -> Any:
    return client.post(f"{address}{to}/", FIELDS | {"press": str(uuid.uuid4())})


def test_the_page_says_why(client: Client, address: str) -> None:
    page = client.get(address).content.decode()

    assert "Post now on LinkedIn" in page
    assert f'formaction="{address}post/"' in page
    assert "whoever can read this mail must not be able to post for you" in page


@pytest.mark.parametrize("to", ["post", "plan"])
def test_the_text_waits_behind_the_sign_in(
    client: Client, address: str, post: Post, bob: Member, to: str
) -> None:
    response = press(client, address, to)

    assert (response.status_code, response["Location"]) == (302, share_page(post))
    assert Publication.objects.count() == 0
    behind = client.get(share_page(post))
    assert behind.status_code == 302
    assert behind["Location"].startswith("/accounts/login/?next=")

    client.force_login(bob.user, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(share_page(post)).content.decode()
    assert "\nWritten on the train.</textarea>" in page


def test_the_text_stays_until_it_is_sent(bob_client: Client, address: str, post: Post) -> None:
    press(bob_client, address)

    for _ in range(2):
        assert "Written on the train." in bob_client.get(share_page(post)).content.decode()
    data = FIELDS | {"press": str(uuid.uuid4())}
    assert bob_client.post(f"{share_page(post)}post/", data).status_code == 302

    assert "Written on the train." not in bob_client.get(share_page(post)).content.decode()


def test_the_text_does_not_stay_for_ever(bob_client: Client, address: str, post: Post) -> None:
    press(bob_client, address)

    with time_machine.travel(timezone.now() + timedelta(hours=13), tick=False):
        page = bob_client.get(share_page(post)).content.decode()

    assert "Written on the train." not in page


def test_somebody_else_who_is_signed_in_gets_nothing_of_it(
    client_as: Callable[[Member], Client], alice: Member, address: str, post: Post
) -> None:
    client = client_as(alice)

    response = press(client, address)

    page = response.content.decode()
    assert response.status_code == 409
    assert "Somebody else is signed in here." in page
    assert "Written on the train." in page
    assert "Written on the train." not in client.get(share_page(post)).content.decode()


def test_whoever_signs_in_as_another_does_not_read_it(
    client: Client, address: str, post: Post, alice: Member
) -> None:
    press(client, address)

    client.force_login(alice.user, backend="django.contrib.auth.backends.ModelBackend")

    assert "Written on the train." not in client.get(share_page(post)).content.decode()
