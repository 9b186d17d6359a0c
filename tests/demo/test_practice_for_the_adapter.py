"""Our own Mastodon adapter at the practice network, over a wire."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client

from tests.demo.test_practice_network import a_picture
from vaandel.channels.adapter import (
    Account,
    App,
    Evidence,
    Kind,
    Memory,
    Outgoing,
    Picture,
    Published,
    Trouble,
)
from vaandel.channels.mastodon.adapter import ADAPTER
from vaandel.demo.models import PracticePost
from vaandel.organizations.models import Member

BACK = "/accounts/connect/mastodon/back/"


@pytest.fixture
def server(live_server: Any, settings: Any) -> str:
    name = str(urlsplit(live_server.url).netloc)
    settings.DEMO = True
    settings.PRACTICE_SERVER = name
    settings.PUBLIC_URL = live_server.url
    settings.FETCH_ALLOWED_HOSTS = [name]
    settings.NETWORK_ADDRESSES = {"MASTODON_SCHEME": "http"}
    return name


@pytest.fixture
def app(server: str) -> App:
    return ADAPTER.register(server, f"http://{server}{BACK}")


@pytest.fixture
def account(server: str, app: App, bob: Member, client_as: Callable[[Member], Client]) -> Account:
    departure = ADAPTER.depart(app, state="a-state", server=server)
    asked = dict(parse_qsl(urlsplit(departure.url).query))
    response = client_as(bob).post("/oauth/authorize", {**asked, "answer": "allow"})
    answer = dict(parse_qsl(urlsplit(response["Location"]).query))
    return ADAPTER.arrive(app, kept=departure.kept, answer=answer)


def outgoing(text: str, *, pictures: tuple[Picture, ...] = ()) -> Outgoing:
    link = "http://127.0.0.1:8000/s/abcdefg"
    return Outgoing(
        key=uuid.UUID(int=7),
        text=f"{text}\n\n{link}",
        link=link,
        language="nl",
        card=None,
        pictures=pictures,
        document=None,
        created_at=datetime(2026, 11, 24, 9, tzinfo=UTC),
    )


def remembering() -> Memory:
    return Memory({}, lambda _values: None)


def publish(app: App, account: Account, what: Outgoing) -> Published:
    return ADAPTER.publish(app, account, what, remembering())


def test_connecting(account: Account, server: str, bob: Member) -> None:
    assert account.remote_id == str(bob.user.pk)
    assert account.handle == f"@bobsharer@{server}"
    assert set(account.scopes) == {"profile", "write:media", "write:statuses"}


def test_everything_that_can_be_done_with_a_post(app: App, account: Account) -> None:
    what = outgoing("Wat ik zag")
    assert ADAPTER.look(app, account, what, remembering()).evidence is Evidence.NOT_THERE

    published = publish(app, account, what)

    assert publish(app, account, what) == published
    assert PracticePost.objects.count() == 1
    found = ADAPTER.look(app, account, what, remembering())
    assert (found.evidence, found.published) == (Evidence.THERE, published)
    ADAPTER.correct(app, account, published.remote_id, outgoing("Wat ik echt zag"))
    assert PracticePost.objects.get().text.startswith("Wat ik echt zag")
    figures = ADAPTER.figures(app, account, [published.remote_id])[published.remote_id]
    assert figures is not None
    assert (figures.reactions, figures.comments, figures.reposts) == (0, 0, 0)
    ADAPTER.delete(app, account, published.remote_id)
    assert not PracticePost.objects.exists()
    assert ADAPTER.figures(app, account, [published.remote_id]) == {published.remote_id: None}


def test_a_post_with_a_picture(app: App, account: Account) -> None:
    picture = Picture(
        content=a_picture(), media_type="image/png", alt="Een vlak", width=40, height=20
    )

    published = publish(app, account, outgoing("Met beeld", pictures=(picture,)))
    ADAPTER.correct(app, account, published.remote_id, outgoing("Met ander woord"))

    assert [each.alt for each in PracticePost.objects.get().pictures.all()] == ["Een vlak"]


def test_too_long_and_after_leaving(app: App, account: Account) -> None:
    with pytest.raises(Trouble) as too_long:
        publish(app, account, outgoing("a" * 500))
    assert too_long.value.code == "too_long"

    ADAPTER.revoke(app, account)

    with pytest.raises(Trouble) as dead:
        publish(app, account, outgoing("Nog iets"))
    assert dead.value.kind is Kind.RECONNECT
