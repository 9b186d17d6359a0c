"""The share page as an ambassador sees it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from tests.factories import AngleFactory, PostFactory
from vaandel.ambassadors.models import Enrolment
from vaandel.organizations.models import Member
from vaandel.posts.models import Post
from vaandel.programmes.models import Programme, Topic

SignIn = Callable[[Member], Client]


@pytest.fixture
def post(programme: Programme, topic: Topic) -> Post:
    post = PostFactory.create(programme=programme, title="Four kilometres of heat")
    post.topics.add(topic)
    AngleFactory.create(post=post, text="What struck me: ___", position=0)
    AngleFactory.create(post=post, text="Without ___ this would have failed: ___", position=1)
    return post


def test_the_page_opens(
    client_as: SignIn, bob: Member, bob_enrolment: Enrolment, post: Post
) -> None:
    response = client_as(bob).get(f"/o/acme/posts/{post.pk}/share/")

    assert response.status_code == 200
    assert "Four kilometres of heat" in response.content.decode()
