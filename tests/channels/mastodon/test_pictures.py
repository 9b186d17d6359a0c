"""Pictures go first, and once; a server may need time for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.channels.conformance.bench import Bench, a_picture
from tests.networks.mastodon_lenient import Lenient
from vaandel.channels.adapter import Account, Kind, Outgoing
from vaandel.channels.mastodon import adapter

MEDIA = ("POST", "^/api/v2/media$")
WAITING = ("GET", r"^/api/v1/media/\w+$")
Says = Callable[..., None]


@pytest.fixture
def outgoing(bench: Bench) -> Outgoing:
    return bench.outgoing(pictures=[a_picture("One"), a_picture("Two")])


def uploads(stub: Lenient) -> int:
    return len([seen for seen in stub.requests if seen.target == "/api/v2/media"])


def test_a_server_that_needs_time_is_waited_for(
    bench: Bench, account: Account, outgoing: Outgoing, stub: Lenient, says: Says, monkeypatch: Any
) -> None:
    monkeypatch.setattr(adapter, "PROCESSING_STEP", 0.01)
    stub.media["77"] = {"id": "77", "description": "One"}
    says(*MEDIA, 202, {"id": "77", "url": None})
    for _ in range(2):
        says(*WAITING, 206, {"id": "77", "url": None})
    bench.publish(account, outgoing, bench.memory())
    (post,) = bench.harness.standing()
    assert post.alts == ["One", "Two"]
    asked = [seen for seen in stub.requests if seen.target == "/api/v1/media/77"]
    assert [seen.status for seen in asked] == [206, 206, 200]


def test_a_server_that_needs_longer_is_asked_later_and_nothing_goes_twice(
    bench: Bench, account: Account, outgoing: Outgoing, stub: Lenient, says: Says, monkeypatch: Any
) -> None:
    monkeypatch.setattr(adapter, "PROCESSING_SECONDS", 0)
    monkeypatch.setattr(adapter, "PROCESSING_STEP", 0.01)
    stub.media["77"] = {"id": "77", "description": "One"}
    says(*MEDIA, 202, {"id": "77"})
    says(*WAITING, 206, {}, times=5)
    memory = bench.memory()
    trouble = bench.refused(lambda: bench.publish(account, outgoing, memory), account)
    assert (trouble.kind, trouble.code) == (Kind.TRANSIENT, "processing")
    assert stub.posts == []
    stub.faults.clear()
    bench.publish(account, outgoing, memory)
    assert uploads(stub) == 2
    assert len(stub.live) == 1


def test_processing_that_failed_is_a_refusal(
    bench: Bench, account: Account, outgoing: Outgoing, says: Says
) -> None:
    says(*MEDIA, 202, {"id": "77"})
    says(*WAITING, 422, {"error": "Error processing thumbnail"})
    trouble = bench.refused(lambda: bench.publish(account, outgoing, bench.memory()), account)
    assert trouble.kind is Kind.TRANSIENT


def test_a_server_without_the_second_version(
    bench: Bench, account: Account, outgoing: Outgoing, says: Says
) -> None:
    for _ in range(2):
        says(*MEDIA, 404, {"error": "Not found"})
    bench.publish(account, outgoing, bench.memory())
    (post,) = bench.harness.standing()
    assert post.alts == ["One", "Two"]


def test_a_lost_answer_uploads_nothing_again(
    bench: Bench, account: Account, outgoing: Outgoing, stub: Lenient
) -> None:
    memory = bench.memory()
    bench.harness.lose_request()
    bench.refused(lambda: bench.publish(account, outgoing, memory), account)
    bench.publish(account, outgoing, memory)
    assert uploads(stub) == 2
    assert len(stub.live) == 1


def test_no_more_than_the_server_takes(
    bench: Bench, account: Account, stub: Lenient, says: Says
) -> None:
    limits = {"statuses": {"max_media_attachments": 1}}
    says("GET", "/api/v2/instance", 200, {"configuration": limits})
    pictures = [a_picture("One"), a_picture("Two")]
    bench.publish(account, bench.outgoing(pictures=pictures), bench.memory())
    (post,) = bench.harness.standing()
    assert post.alts == ["One"]


@pytest.mark.parametrize("content", [b"no picture", b"\x89PNG" + b"0" * 10_485_757])
def test_what_is_no_picture_stops_the_post(
    bench: Bench, account: Account, stub: Lenient, content: bytes
) -> None:
    outgoing = bench.outgoing(pictures=[replace(a_picture(), content=content)])
    trouble = bench.refused(lambda: bench.publish(account, outgoing, bench.memory()), account)
    assert (trouble.kind, trouble.code) == (Kind.REJECTED, "refused_media")
    assert stub.posts == []


@pytest.mark.parametrize(
    ("status", "said", "kind", "code"),
    [
        (422, {"error": "File content type is invalid"}, "rejected", "refused_media"),
        (413, "", "rejected", "refused_media"),
        (200, {}, "rejected", "refused_media"),
        (500, "", "transient", "fault_there"),
        (429, "", "throttled", "throttled"),
    ],
)
def test_a_picture_is_refused(
    bench: Bench,
    account: Account,
    outgoing: Outgoing,
    stub: Lenient,
    says: Says,
    status: int,
    said: Any,
    kind: str,
    code: str,
) -> None:
    says(*MEDIA, status, said)
    trouble = bench.refused(lambda: bench.publish(account, outgoing, bench.memory()), account)
    assert (trouble.kind, trouble.code) == (kind, code)
    assert stub.posts == []


def test_a_picture_whose_answer_is_lost_was_not_posted(
    bench: Bench, account: Account, outgoing: Outgoing, stub: Lenient, says: Says
) -> None:
    says(*MEDIA, 200, "", drop=True, after=True)
    trouble = bench.refused(lambda: bench.publish(account, outgoing, bench.memory()), account)
    assert (trouble.kind, trouble.code) == (Kind.TRANSIENT, "unreachable")
    assert stub.posts == []
