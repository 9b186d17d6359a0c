"""Correcting and deleting what stands there, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.channels.bluesky.conftest import Make
from tests.channels.bluesky.network import Bluesky
from tests.channels.conformance.bench import a_card
from vaandel.channels.adapter import Account, App, Kind, Memory, Trouble
from vaandel.channels.bluesky.adapter import ADAPTER


def test_a_correction_keeps_the_moment_and_the_card(
    network: Bluesky, app: App, account: Account, outgoing: Make, memory: Memory
) -> None:
    published = ADAPTER.publish(app, account, outgoing(card=a_card()), memory)
    (post,) = network.live
    before = dict(post.sent)

    later = outgoing("Five #kilometres", language="nl", created_at=datetime.now(UTC))
    ADAPTER.correct(app, account, published.remote_id, later)

    (post,) = network.live
    assert (post.sent["text"], post.sent["langs"]) == ("Five #kilometres", ["nl"])
    assert post.sent["facets"][0]["features"][0]["tag"] == "kilometres"
    assert {name: post.sent[name] for name in ("createdAt", "embed", "$type")} == {
        name: before[name] for name in ("createdAt", "embed", "$type")
    }
    ADAPTER.correct(app, account, published.remote_id, outgoing("Plain"))
    assert "facets" not in network.live[0].sent


def test_what_is_gone_cannot_be_corrected(
    network: Bluesky, app: App, account: Account, outgoing: Make, memory: Memory
) -> None:
    published = ADAPTER.publish(app, account, outgoing(), memory)
    ADAPTER.delete(app, account, published.remote_id)

    with pytest.raises(Trouble) as raised:
        ADAPTER.correct(app, account, published.remote_id, outgoing("Other"))

    assert raised.value.kind is Kind.REJECTED
    assert network.live == []


@pytest.mark.parametrize(
    "remote_id",
    [
        "",
        "3lbz2xk5a2k2x",
        "at://did:plc:somebodyelse/app.bsky.feed.post/3lbz2xk5a2k2x",
        "at://{did}/app.bsky.graph.follow/3lbz2xk5a2k2x",
        "at://{did}/app.bsky.feed.post/../x",
        "at://{did}/app.bsky.feed.post/",
    ],
)
def test_only_posts_of_the_account_are_touched(
    network: Bluesky, app: App, account: Account, outgoing: Make, remote_id: str
) -> None:
    network.requests.clear()
    theirs = remote_id.replace("{did}", account.remote_id)

    for act in (
        lambda: ADAPTER.delete(app, account, theirs),
        lambda: ADAPTER.correct(app, account, theirs, outgoing()),
    ):
        with pytest.raises(Trouble) as raised:
            act()
        assert raised.value.kind is Kind.REJECTED
    assert not network.requests
