"""After a doubt the very same is sent once more, and one post stands there."""

from __future__ import annotations

import json

import pytest

from tests.channels.conformance.bench import a_card
from tests.channels.linkedin.conftest import Desk
from tests.channels.linkedin.harness import SCOPES
from vaandel.channels.adapter import Evidence, Finding, Kind, Memory, Outgoing, Published, Trouble

POSTS = ("POST", "/rest/posts$")


def doubted(desk: Desk, kind: str = "lost") -> Outgoing:
    outgoing = desk.outgoing("Heat (now)", card=a_card())
    desk.proxy.order(kind, *POSTS)
    with pytest.raises(Trouble) as raised:
        desk.publish(outgoing)
    assert (raised.value.kind, raised.value.code) == (Kind.UNKNOWN, "no_answer")
    return outgoing


def look(desk: Desk, outgoing: Outgoing) -> Finding:
    """By a process that has only what was stored."""
    memory = Memory(json.loads(json.dumps(desk.kept)), desk.kept.update)
    return desk.adapter.look(desk.app, desk.account, outgoing, memory)


def the_post(desk: Desk) -> Published:
    (post,) = desk.network.live
    return Published(
        remote_id=post.id, permalink=f"https://www.linkedin.com/feed/update/{post.id}/"
    )


@pytest.mark.parametrize("kind", ["lost", "cut", "refuse"])
def test_exactly_one_post_whatever_was_lost(desk: Desk, kind: str) -> None:
    finding = look(desk, doubted(desk, kind))

    assert finding == Finding(evidence=Evidence.THERE, published=the_post(desk))
    assert desk.network.duplicates() == {}
    assert len(desk.network.media) == 1


def test_both_requests_were_the_same_to_the_letter(desk: Desk) -> None:
    look(desk, doubted(desk))

    first, second = [seen.body for seen in desk.network.requests if seen.target == "/rest/posts"]
    assert first == second


def test_lost_twice_is_still_a_doubt_and_one_post(desk: Desk) -> None:
    outgoing = doubted(desk)
    desk.proxy.order("lost", *POSTS)

    with pytest.raises(Trouble) as raised:
        look(desk, outgoing)
    assert raised.value.kind is Kind.UNKNOWN

    assert look(desk, outgoing).published == the_post(desk)


def test_nothing_was_sent_when_nothing_was_kept(desk: Desk) -> None:
    memory = Memory({}, desk.kept.update)

    finding = desk.adapter.look(desk.app, desk.account, desk.outgoing(), memory)

    assert finding == Finding(evidence=Evidence.NOT_THERE)
    assert desk.network.posts == []


def test_what_was_refused_is_not_there(desk: Desk) -> None:
    desk.network.fail_next(*POSTS, status=429)
    outgoing = desk.outgoing()
    with pytest.raises(Trouble):
        desk.publish(outgoing)

    assert look(desk, outgoing) == Finding(evidence=Evidence.NOT_THERE)
    assert desk.network.posts == []


def test_a_doubt_stays_one_when_a_later_attempt_is_refused(desk: Desk) -> None:
    outgoing = doubted(desk)
    desk.network.fail_next(*POSTS, status=429)
    with pytest.raises(Trouble):
        desk.publish(outgoing)

    assert look(desk, outgoing).published == the_post(desk)


def test_a_post_that_was_deleted_meanwhile_cannot_be_told_from_one_that_stands(
    desk: Desk,
) -> None:
    """Except by applications that may read what members post."""
    desk.network.settings.scopes = (*SCOPES, "r_member_social")
    desk.account = desk.connected((*SCOPES, "r_member_social"))
    outgoing = doubted(desk)
    assert look(desk, outgoing).evidence is Evidence.THERE

    desk.adapter.delete(desk.app, desk.account, desk.network.posts[0].id)

    assert look(desk, outgoing) == Finding(evidence=Evidence.CANNOT_TELL)
    desk.account = desk.connected()
    assert look(desk, outgoing).evidence is Evidence.THERE


def test_a_duplicate_of_something_without_a_name_cannot_be_told(desk: Desk) -> None:
    outgoing = doubted(desk)
    body = json.dumps({"errorDetails": {"inputErrors": [{"code": "DUPLICATE_POST"}]}})
    desk.network.fail_next(*POSTS, status=422, body=body)

    assert look(desk, outgoing) == Finding(evidence=Evidence.CANNOT_TELL)


def test_a_refusal_of_what_may_be_there_cannot_be_told(desk: Desk) -> None:
    outgoing = doubted(desk)
    desk.network.fail_next(*POSTS, status=400)

    assert look(desk, outgoing) == Finding(evidence=Evidence.CANNOT_TELL)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, Kind.RECONNECT),
        (429, Kind.THROTTLED),
        (426, Kind.CONFIGURATION),
        (503, Kind.UNKNOWN),
    ],
)
def test_what_hinders_looking_is_told(desk: Desk, status: int, kind: Kind) -> None:
    outgoing = doubted(desk)
    desk.network.fail_next(*POSTS, status=status)

    with pytest.raises(Trouble) as raised:
        look(desk, outgoing)

    assert raised.value.kind is kind
