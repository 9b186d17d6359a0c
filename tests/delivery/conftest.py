"""A Tuesday morning at Acme, with a live post on Bob's topic."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.delivery.chat_servers import ChatServer, SlackServer, TeamsServer, running
from tests.factories import PostFactory
from vaandel.posts.models import Post
from vaandel.programmes.models import Programme, Topic

# Ten past ten in Amsterdam.
TUESDAY = datetime(2026, 11, 24, 9, 10, tzinfo=UTC)


@pytest.fixture
def publish(programme: Programme, topic: Topic) -> Callable[..., Post]:
    def publish_post(*topics: Topic, **values: Any) -> Post:
        post = PostFactory.create(programme=programme, **{"published_at": TUESDAY, **values})
        post.topics.set(topics or [topic])
        return post

    return publish_post


@pytest.fixture
def post(publish: Callable[..., Post]) -> Post:
    return publish(title="Four kilometres of heat network")


@pytest.fixture
def slack(settings: Any) -> Iterator[ChatServer]:
    with running(SlackServer) as server:
        settings.FETCH_ALLOWED_HOSTS = [*settings.FETCH_ALLOWED_HOSTS, server.host]
        yield server


@pytest.fixture
def teams(settings: Any) -> Iterator[ChatServer]:
    with running(TeamsServer) as server:
        settings.FETCH_ALLOWED_HOSTS = [*settings.FETCH_ALLOWED_HOSTS, server.host]
        yield server
