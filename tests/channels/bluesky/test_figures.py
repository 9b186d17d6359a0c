"""What the public view of a post says about it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.channels.bluesky.conftest import Make
from tests.channels.bluesky.network import Bluesky
from vaandel.channels.adapter import Account, App, Kind, Memory, Trouble
from vaandel.channels.bluesky.adapter import ADAPTER


def test_figures_are_numbers_or_not_there(
    network: Bluesky, app: App, account: Account, outgoing: Make, memory: Memory
) -> None:
    remote_id = ADAPTER.publish(app, account, outgoing(), memory).remote_id
    network.settings.figures = {"likeCount": 3, "replyCount": 0, "repostCount": "many"}

    found = ADAPTER.figures(app, account, [remote_id])[remote_id]

    assert found
    assert (found.reactions, found.comments, found.reposts) == (3, 0, None)
    assert (found.views, found.quotes, found.saves) == (None, None, None)
    assert found.source == "bluesky getPosts"
    network.reset()


def test_a_post_that_the_public_view_does_not_know_is_not_called_deleted(
    network: Bluesky, app: App, account: Account, outgoing: Make, memory: Memory
) -> None:
    there = ADAPTER.publish(app, account, outgoing(), memory).remote_id
    gone = there[:-4] + "2222"
    network.documents["/xrpc/app.bsky.feed.getPosts"] = {"posts": []}

    assert ADAPTER.figures(app, account, [there, gone]) == {gone: None}
    network.fail_next("GET", "getRecord", 503)
    assert ADAPTER.figures(app, account, [gone, there]) == {}


@pytest.mark.parametrize("said", [{}, [], {"posts": 7}])
def test_figures_that_cannot_be_read(
    network: Bluesky, app: App, account: Account, said: Any
) -> None:
    network.documents["/xrpc/app.bsky.feed.getPosts"] = said

    with pytest.raises(Trouble) as raised:
        ADAPTER.figures(app, account, [f"at://{account.remote_id}/app.bsky.feed.post/3lbz"])

    assert raised.value.kind is Kind.TRANSIENT


def test_figures_are_asked_for_without_any_key(
    network: Bluesky, app: App, account: Account
) -> None:
    network.requests.clear()
    remote_ids = [f"at://{account.remote_id}/app.bsky.feed.post/3lb{n:010}" for n in range(30)]

    found = ADAPTER.figures(app, account, remote_ids)

    assert list(found) == remote_ids[:25]
    asked = [seen.target for seen in network.requests if "getPosts" in seen.target]
    assert [target.count("uris=") for target in asked] == [25]
    longer = [f"at://did:web:{'a' * 60}.example/app.bsky.feed.post/{n}" for n in range(25)]
    network.requests.clear()
    assert ADAPTER.figures(app, account, longer) == {}
    asked = [seen.target for seen in network.requests]
    assert len(asked) == 2
    assert sum(target.count("uris=") for target in asked) == 25
    assert all("authorization" not in seen.headers for seen in network.requests)
