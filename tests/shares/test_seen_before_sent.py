"""Nothing goes that the person did not have before them: a change since the page asks again."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.shares.publishing.conftest import account as account
from tests.shares.publishing.conftest import linkedin as linkedin
from tests.shares.publishing.conftest import proxy as proxy
from tests.shares.publishing.conftest import send as send
from vaandel.channels.models import ConnectedAccount
from vaandel.posts.models import Post
from vaandel.shares.models import Publication
from vaandel.shares.publishing import publish_due

State = Publication.State


def version_on(page: str) -> str:
    found = re.search(r'name="seen" value="(\d+)"', page)
    assert found is not None
    return found[1]


@pytest.fixture
def share_page(post: Post) -> str:
    return f"/o/acme/posts/{post.pk}/share/"


def test_a_change_after_the_page_was_opened_is_shown_first(
    bob_client: Client, account: ConnectedAccount, post: Post, share_page: str
) -> None:
    page = bob_client.get(share_page).content.decode()
    Post.objects.update(title="Five kilometres of heat", version=post.version + 1)
    pressed = {
        "channel": "linkedin",
        "press": str(uuid.uuid4()),
        "disclosure": "en-0",
        "text": "We dug at night.",
        "seen": version_on(page),
    }

    answer = bob_client.post(f"{share_page}post/", pressed)

    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "The proposal was changed while you were looking." in shown
    assert "Five kilometres of heat" in shown
    assert "We dug at night." in shown
    assert not Publication.objects.exists()

    again = bob_client.post(f"{share_page}post/", {**pressed, "seen": version_on(shown)})
    assert again.status_code == 302
    assert Publication.objects.get().state == State.ARMED


def test_looking_once_more_counts_for_what_was_looked_at(
    bob_client: Client, send: Callable[..., Publication], post: Post
) -> None:
    publication = send(due_at=timezone.now() + timedelta(seconds=1))
    Publication.objects.update(next_try_at=timezone.now())
    Post.objects.update(title="Five kilometres of heat", version=post.version + 1)
    publish_due()
    address = f"/o/acme/planned/{publication.pk}/"
    page = bob_client.get(address).content.decode()
    Post.objects.update(title="Six kilometres of heat", version=post.version + 2)

    early = bob_client.post(f"{address}confirm/", {"seen": version_on(page)}, follow=True)

    assert "The proposal was changed while you were looking." in early.content.decode()
    publication.refresh_from_db()
    assert publication.state == State.ASKING
    bob_client.post(f"{address}confirm/", {"seen": version_on(early.content.decode())})
    publication.refresh_from_db()
    assert publication.state == State.ARMED
