"""What the network refuses, each with its own end: for people, for later, or for nobody."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from tests.networks.linkedin import LinkedIn
from tests.shares.publishing.conftest import Send
from vaandel.channels.models import ConnectedAccount
from vaandel.mailing.models import OutgoingMessage
from vaandel.shares.models import Publication, Share
from vaandel.shares.publishing import publish_due, send_again

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
POSTS = ("POST", r"^/rest/posts$")
State = Publication.State


@pytest.fixture(autouse=True)
def at_ten() -> object:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def outcome(publication: Publication) -> tuple[str, str]:
    publication.refresh_from_db()
    return publication.state, publication.problem


def test_dead_tokens_ask_the_person_to_connect_again(
    send: Send, linkedin: LinkedIn, account: ConnectedAccount
) -> None:
    publication = send()
    linkedin.revoke_all("p1")

    publish_due()

    assert outcome(publication) == (State.REJECTED, "dead_tokens")
    account.refresh_from_db()
    assert (account.state, account.problem) == ("RECONNECT", "dead_tokens")
    assert OutgoingMessage.objects.count() == 1
    assert publication.text == "We dug at night (and nobody woke up)."


@pytest.mark.parametrize(
    ("status", "body", "problem"),
    [
        (403, {"status": 403, "message": "Not enough permissions"}, "missing_scope"),
        (426, {"status": 426, "message": "Version header is deprecated"}, "old_version"),
        (422, {"status": 422, "message": "Unknown field"}, "refused_text"),
    ],
)
def test_a_refusal_is_for_the_person(
    send: Send, linkedin: LinkedIn, status: int, body: dict[str, Any], problem: str
) -> None:
    publication = send()
    linkedin.fail_next(*POSTS, status=status, body=json.dumps(body))

    publish_due()

    assert outcome(publication) == (State.REJECTED, problem)
    assert not Share.objects.exists()
    assert publish_due() == 0


def test_what_was_refused_may_be_sent_again(send: Send, linkedin: LinkedIn) -> None:
    publication = send()
    linkedin.fail_next(*POSTS, status=422, body="{}")
    publish_due()

    assert send_again(publication=publication, at=NOW)
    publish_due()

    assert outcome(publication) == (State.PUBLISHED, "")
    assert len(linkedin.posts) == 1


def test_patience_is_had_until_the_day_is_over_there(
    send: Send,
    linkedin: LinkedIn,
    account: ConnectedAccount,
    at_ten: time_machine.Traveller,
) -> None:
    publication = send()
    linkedin.fail_next(*POSTS, status=429, body="{}", headers={"Retry-After": "600"})

    publish_due()

    assert outcome(publication) == (State.ARMED, "throttled")
    assert publication.next_try_at == NOW + timedelta(minutes=10)
    account.refresh_from_db()
    assert account.held_until == NOW + timedelta(minutes=10)
    assert publish_due() == 0
    at_ten.shift(timedelta(minutes=11))
    publish_due()
    assert outcome(publication) == (State.PUBLISHED, "")


def test_another_text_of_a_held_account_waits_too(
    send: Send, account: ConnectedAccount, linkedin: LinkedIn
) -> None:
    account.held_until = NOW + timedelta(minutes=10)
    account.save()
    publication = send()

    publish_due()

    assert outcome(publication) == (State.ARMED, "throttled")
    assert publication.next_try_at == NOW + timedelta(minutes=10)
    assert linkedin.posts == []


def test_an_account_that_was_disconnected_posts_nothing(
    send: Send, account: ConnectedAccount, linkedin: LinkedIn
) -> None:
    publication = send()
    account.delete()

    publish_due()

    assert outcome(publication) == (State.REJECTED, "disconnected")
    assert linkedin.posts == []


def test_a_network_that_is_away_is_asked_again(
    send: Send, linkedin: LinkedIn, proxy: Any, settings: Any, at_ten: time_machine.Traveller
) -> None:
    publication = send()
    there = dict(settings.NETWORK_ADDRESSES)
    settings.FETCH_ALLOWED_HOSTS = [*settings.FETCH_ALLOWED_HOSTS, "127.0.0.1:9"]
    settings.NETWORK_ADDRESSES = {"LINKEDIN_API": "http://127.0.0.1:9"}

    publish_due()

    assert outcome(publication) == (State.ARMED, "unreachable")
    assert NOW + timedelta(seconds=20) < publication.next_try_at < NOW + timedelta(minutes=1)
    settings.NETWORK_ADDRESSES = there
    at_ten.shift(timedelta(minutes=1))
    publish_due()
    assert outcome(publication) == (State.PUBLISHED, "")


def test_after_half_a_day_the_person_is_asked(
    send: Send, linkedin: LinkedIn, at_ten: time_machine.Traveller
) -> None:
    publication = send(due_at=NOW + timedelta(hours=1))

    at_ten.shift(timedelta(hours=14))
    publish_due()

    assert outcome(publication) == (State.ASKING, "too_late")
    assert linkedin.posts == []
