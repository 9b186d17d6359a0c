"""A Tuesday morning at Acme, with a live post on Bob's topic."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from tests.delivery.chat_servers import ChatServer, SlackServer, TeamsServer, running
from tests.factories import ChatConnectionFactory, EmbedFactory, PostFactory
from vaandel.ambassadors.models import Enrolment
from vaandel.delivery.models import ChatConnection, Embed
from vaandel.delivery.services import offer_posts, turn_to_people
from vaandel.organizations.models import Member, Organization
from vaandel.posts.models import Post
from vaandel.programmes.models import Programme, Topic

# Ten past ten in Amsterdam.
TUESDAY = datetime(2026, 11, 24, 9, 10, tzinfo=UTC)
LONG_AGO = TUESDAY - timedelta(days=60)

Publish = Callable[..., Post]


@pytest.fixture
def on_tuesday(settings: Any) -> Iterator[None]:
    settings.PUBLIC_URL = "https://vaandel.example"
    with time_machine.travel(TUESDAY, tick=False):
        yield


@pytest.fixture
def fresh_counts(settings: Any) -> None:
    settings.PUBLIC_URL = "https://vaandel.example"
    cache.clear()


@pytest.fixture
def editor(alice: Member, client_as: Callable[[Member], Client]) -> Client:
    return client_as(alice)


@pytest.fixture
def publish(programme: Programme, topic: Topic) -> Publish:
    def publish_post(*topics: Topic, **values: Any) -> Post:
        post = PostFactory.create(programme=programme, **{"published_at": TUESDAY, **values})
        post.topics.set(topics or [topic])
        return post

    return publish_post


@pytest.fixture
def post(publish: Publish) -> Post:
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


def chat_of(
    server: ChatServer, acme: Organization, network: str, enrolment: Enrolment | None = None
) -> ChatConnection:
    return ChatConnectionFactory.create(
        organization=acme, network=network, enrolment=enrolment, webhook=server.url
    )


@pytest.fixture
def channel(slack: ChatServer, acme: Organization) -> ChatConnection:
    return ChatConnectionFactory.create(
        organization=acme, name="#proud", webhook=slack.url, created_at=LONG_AGO, per_week=3
    )


@pytest.fixture
def embed(acme: Organization, programme: Programme) -> Embed:
    return EmbedFactory.create(organization=acme, name="Front page")


def offer_and_mail(at: datetime) -> int:
    offer_posts(at=at)
    return turn_to_people(at=at)
