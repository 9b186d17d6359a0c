"""Whether a post is there, when an answer was lost or made no sense."""

from __future__ import annotations

from typing import Any

import pytest

from tests.channels.bluesky.conftest import Make
from tests.channels.bluesky.network import Bluesky
from tests.channels.conformance.bench import a_picture
from vaandel.channels.adapter import Account, App, Evidence, Kind, Memory, Trouble
from vaandel.channels.bluesky.adapter import ADAPTER


def test_the_key_is_kept_before_anything_is_posted(
    network: Bluesky, app: App, account: Account, outgoing: Make
) -> None:
    class Lost(Exception):
        pass

    def store(_: Any) -> None:
        raise Lost

    with pytest.raises(Lost):
        ADAPTER.publish(app, account, outgoing(), Memory({}, store))

    assert network.posts == []


def test_a_picture_that_could_not_be_handed_over_may_be_tried_again(
    network: Bluesky, app: App, account: Account, outgoing: Make, memory: Memory
) -> None:
    for lost in ({"drop": True}, {"status": 503}, {"status": 200, "body": "{}"}):
        network.fail_next("POST", "uploadBlob", **lost)
        with pytest.raises(Trouble) as raised:
            ADAPTER.publish(app, account, outgoing(pictures=[a_picture()]), memory)
        assert raised.value.kind is Kind.TRANSIENT

    ADAPTER.publish(app, account, outgoing(pictures=[a_picture()]), memory)
    assert len(network.live) == 1


def test_an_attempt_that_was_made_after_all_is_found_when_it_is_tried_again(
    network: Bluesky, app: App, account: Account, outgoing: Make, memory: Memory
) -> None:
    first = ADAPTER.publish(app, account, outgoing(), memory)
    network.requests.clear()

    again = ADAPTER.publish(app, account, outgoing(), memory)

    assert again == first
    assert [seen.status for seen in network.requests] == [500, 200]
    assert len(network.posts) == 1


@pytest.mark.parametrize("lost", [{"status": 503}, {"drop": True}])
def test_a_fault_is_a_doubt_also_when_nothing_can_be_asked_after_it(
    network: Bluesky,
    app: App,
    account: Account,
    outgoing: Make,
    memory: Memory,
    lost: dict[str, Any],
) -> None:
    network.fail_next("POST", "createRecord", 500, after=True)
    network.fail_next("GET", "getRecord", **lost)

    with pytest.raises(Trouble) as raised:
        ADAPTER.publish(app, account, outgoing(), memory)

    assert raised.value.kind is Kind.UNKNOWN
    assert ADAPTER.look(app, account, outgoing(), memory).evidence is Evidence.THERE


def test_an_older_server_says_in_words_that_nothing_is_there(
    network: Bluesky, app: App, account: Account, outgoing: Make, memory: Memory
) -> None:
    body = '{"error": "InvalidRequest", "message": "Could not locate record: at://x"}'
    network.fail_next("GET", "getRecord", 400, body=body)

    assert ADAPTER.look(app, account, outgoing(), memory).evidence is Evidence.NOT_THERE


def test_whether_it_is_there_is_not_guessed(
    network: Bluesky, app: App, account: Account, outgoing: Make, memory: Memory
) -> None:
    assert ADAPTER.look(app, account, outgoing(), memory).evidence is Evidence.NOT_THERE
    for said in ({"status": 503}, {"status": 200, "body": "<html>"}, {"drop": True}):
        network.fail_next("GET", "getRecord", **said)
        with pytest.raises(Trouble) as raised:
            ADAPTER.look(app, account, outgoing(), memory)
        assert raised.value.kind is Kind.TRANSIENT


def test_an_answer_that_was_cut_off_does_not_hide_that_it_went_well(
    network: Bluesky, app: App, account: Account, outgoing: Make, memory: Memory
) -> None:
    network.fail_next("POST", "createRecord", 200, body='{"uri": "at:', after=True)

    published = ADAPTER.publish(app, account, outgoing(), memory)

    assert [post.id for post in network.live] == [published.remote_id]
