"""A live post at Acme with three starts, and a way to press."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.factories import AngleFactory, PostFactory
from vaandel.ambassadors.models import Enrolment
from vaandel.organizations.models import Member
from vaandel.posts.models import Post
from vaandel.programmes.models import Programme, Topic

Press = Callable[..., Any]


@pytest.fixture
def post(programme: Programme, topic: Topic, alice: Member) -> Post:
    post = PostFactory.create(
        programme=programme,
        title="Four kilometres of heat",
        target_url="https://news.example/heat?id=7#top",
        facts_cleared="Four kilometres, 318 homes\nReady on 20 November",
        please_do="- A photo of your own",
        please_do_not="Addresses of homes",
        ask_whom=alice,
    )
    post.topics.add(topic)
    AngleFactory.create(post=post, text="What struck me: ___", position=0)
    AngleFactory.create(post=post, text="Without ___ this would have failed: ___", position=1)
    AngleFactory.create(post=post, text="Just the fact: ___", position=2)
    return post


@pytest.fixture
def bob_client(
    client_as: Callable[[Member], Client], bob: Member, bob_enrolment: Enrolment
) -> Client:
    return client_as(bob)


@pytest.fixture
def press(bob_client: Client, post: Post) -> Press:
    """Bob presses a button of the share page; with ``json=True`` as the script does."""

    def send(channel: str = "linkedin", *, json: bool = False, **fields: Any) -> Any:
        address = fields.pop("address", f"/o/acme/posts/{post.pk}/share/open/")
        data = {"channel": channel, "press": str(uuid.uuid4()), "disclosure": "en-0"} | fields
        headers = {"Accept": "application/json"} if json else {}
        return bob_client.post(address, data, headers=headers)

    return send
