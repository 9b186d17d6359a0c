"""What a server says no with, and what that means for the person."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.channels.bluesky.network import Bluesky
from vaandel.channels.adapter import Account, App, Kind, Memory, Outgoing, Trouble
from vaandel.channels.bluesky.adapter import ADAPTER

RECORD = "Invalid app.bsky.feed.post record: "


@pytest.mark.parametrize(
    ("status", "error", "message", "kind", "code"),
    [
        (400, "InvalidRequest", RECORD + "grapheme too big (maximum 300, got 301) at "
         "$.record.text", Kind.REJECTED, "too_long"),
        (400, "InvalidRequest", RECORD + "string too big (maximum 3000, got 3001) at "
         "$.record.text", Kind.REJECTED, "too_long"),
        (400, "InvalidRequest", RECORD + "blob too big at $.record.embed.images[0].image",
         Kind.REJECTED, "refused_media"),
        (400, "InvalidRequest", "Could not find blob: bafkrei", Kind.REJECTED, "refused_media"),
        (413, "PayloadTooLarge", "request entity too large", Kind.REJECTED, "refused_media"),
        (400, "InvalidRequest", RECORD + "must have a langs", Kind.REJECTED, "refused_text"),
        (400, "InvalidSwap", "Record was at another cid", Kind.REJECTED, "refused_text"),
        (401, "invalid_token", "", Kind.RECONNECT, "dead_tokens"),
        (400, "ExpiredToken", "Token has expired", Kind.RECONNECT, "dead_tokens"),
        (400, "InvalidToken", "", Kind.RECONNECT, "dead_tokens"),
        (403, "ScopeMissingError", "Missing required scope", Kind.RECONNECT, "missing_scope"),
        (401, "AccountTakedown", "Account has been taken down", Kind.REJECTED, "not_allowed"),
        (400, "AccountDeactivated", "", Kind.REJECTED, "not_allowed"),
        (403, "Forbidden", "", Kind.REJECTED, "not_allowed"),
        (429, "RateLimitExceeded", "", Kind.THROTTLED, "throttled"),
        (500, "InternalServerError", "", Kind.UNKNOWN, "no_answer"),
        (502, "UpstreamFailure", "", Kind.UNKNOWN, "no_answer"),
    ],
)  # fmt: skip
def test_what_a_refusal_means(
    network: Bluesky,
    app: App,
    account: Account,
    outgoing: Callable[..., Outgoing],
    memory: Memory,
    status: int,
    error: str,
    message: str,
    kind: Kind,
    code: str,
) -> None:
    body = json.dumps({"error": error, "message": message})
    network.fail_next("POST", "createRecord", status, body=body)

    with pytest.raises(Trouble) as raised:
        ADAPTER.publish(app, account, outgoing(), memory)

    assert (raised.value.kind, raised.value.code) == (kind, code)
    assert error in raised.value.detail
    assert network.posts == []


@pytest.mark.parametrize("body", ["", "[]", '"no"', "<html>", '{"error": 7}'])
def test_a_refusal_without_words(
    network: Bluesky,
    app: App,
    account: Account,
    outgoing: Callable[..., Outgoing],
    memory: Memory,
    body: str,
) -> None:
    network.fail_next("POST", "createRecord", 400, body=body)

    with pytest.raises(Trouble) as raised:
        ADAPTER.publish(app, account, outgoing(), memory)

    assert (raised.value.kind, raised.value.code) == (Kind.REJECTED, "refused_text")


def test_a_challenge_may_say_what_is_lacking(network: Bluesky, app: App, account: Account) -> None:
    network.fail_next(
        "POST",
        "deleteRecord",
        403,
        headers={"WWW-Authenticate": 'DPoP error="insufficient_scope"'},
    )

    with pytest.raises(Trouble) as raised:
        ADAPTER.delete(app, account, f"at://{account.remote_id}/app.bsky.feed.post/3lbz2xk5a2k2x")

    assert raised.value.code == "missing_scope"


@pytest.mark.parametrize("method", ["delete", "correct"])
def test_what_may_be_repeated_is_not_in_doubt(
    network: Bluesky,
    app: App,
    account: Account,
    outgoing: Callable[..., Outgoing],
    memory: Memory,
    method: str,
) -> None:
    remote_id = ADAPTER.publish(app, account, outgoing(), memory).remote_id

    def act() -> None:
        if method == "delete":
            ADAPTER.delete(app, account, remote_id)
        else:
            ADAPTER.correct(app, account, remote_id, outgoing("Other"))

    for lost in ({"status": 503}, {"drop": True, "after": True}):
        network.fail_next("POST", "(deleteRecord|putRecord)", **lost)
        with pytest.raises(Trouble) as raised:
            act()
        assert raised.value.kind is Kind.TRANSIENT
    act()


def test_figures_that_are_asked_too_often_name_the_moment(
    network: Bluesky, app: App, account: Account
) -> None:
    until = timezone.now() + timedelta(minutes=4)
    headers = {"RateLimit-Reset": str(int(until.timestamp()))}
    network.fail_next("GET", "getPosts", 429, headers=headers)

    with pytest.raises(Trouble) as raised:
        ADAPTER.figures(app, account, [f"at://{account.remote_id}/app.bsky.feed.post/3lbz"])

    assert raised.value.kind is Kind.THROTTLED
    assert raised.value.retry_at
    assert abs(raised.value.retry_at - until) < timedelta(seconds=2)
