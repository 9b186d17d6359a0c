"""A post as it is kept there, and what does not go there at all."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from tests.channels.bluesky.conftest import LINK
from tests.channels.bluesky.network import Bluesky, did_of
from tests.channels.conformance.bench import a_card, a_document, a_picture, png
from vaandel.channels.adapter import (
    Account,
    App,
    Card,
    Evidence,
    Kind,
    Memory,
    Outgoing,
    Picture,
    Trouble,
)
from vaandel.channels.bluesky.adapter import ADAPTER
from vaandel.channels.bluesky.records import MOST_BYTES, record_key

Make = Callable[..., Outgoing]
TID = re.compile(r"[234567a-j][234567a-z]{12}")


def test_the_whole_record(
    network: Bluesky, app: App, account: Account, outgoing: Make, memory: Memory
) -> None:
    text = f"Warme Häuser für @p2.test und @nobody.test #Wärme\n\n{LINK}"

    published = ADAPTER.publish(app, account, outgoing(text, language="de", card=a_card()), memory)

    (post,) = network.live
    picture = a_picture().content
    thumb = post.sent["embed"]["external"].pop("thumb")
    assert (thumb["mimeType"], thumb["size"]) == ("image/png", len(picture))
    starts = [text.encode().index(part.encode()) for part in ("@p2.test", "#Wärme", LINK)]
    ends = [
        start + len(part.encode())
        for start, part in zip(starts, ("@p2.test", "#Wärme", LINK), strict=True)
    ]
    kind = "app.bsky.richtext.facet"
    assert post.sent == {
        "$type": "app.bsky.feed.post",
        "text": text,
        "createdAt": "2026-11-22T12:30:15.250Z",
        "langs": ["de"],
        "facets": [
            {
                "index": {"byteStart": starts[0], "byteEnd": ends[0]},
                "features": [{"$type": f"{kind}#mention", "did": did_of("p2.test")}],
            },
            {
                "index": {"byteStart": starts[1], "byteEnd": ends[1]},
                "features": [{"$type": f"{kind}#tag", "tag": "Wärme"}],
            },
            {
                "index": {"byteStart": starts[2], "byteEnd": ends[2]},
                "features": [{"$type": f"{kind}#link", "uri": LINK}],
            },
        ],
        "embed": {
            "$type": "app.bsky.embed.external",
            "external": {"uri": LINK, "title": "Heat for 900 homes", "description": "How"},
        },
    }
    key = published.remote_id.rpartition("/")[2]
    assert published.remote_id == f"at://{account.remote_id}/app.bsky.feed.post/{key}"
    assert published.permalink == f"https://bsky.app/profile/{account.remote_id}/post/{key}"
    assert TID.fullmatch(key)


def test_a_moment_elsewhere_is_the_same_moment(
    network: Bluesky, app: App, account: Account, outgoing: Make, memory: Memory
) -> None:
    there = datetime(2026, 11, 22, 14, 0, tzinfo=timezone(timedelta(hours=2)))

    ADAPTER.publish(app, account, outgoing("Warm", language="", created_at=there), memory)

    (post,) = network.live
    assert post.sent == {
        "$type": "app.bsky.feed.post",
        "text": "Warm",
        "createdAt": "2026-11-22T12:00:00.000Z",
    }


def test_pictures_keep_their_shape_and_their_texts(
    network: Bluesky, app: App, account: Account, outgoing: Make, memory: Memory
) -> None:
    wide = Picture(content=png(60, 20), media_type="image/png", width=60, height=20, alt="A trench")

    ADAPTER.publish(app, account, outgoing(pictures=[wide] * 4), memory)

    (post,) = network.live
    embed = post.sent["embed"]
    assert embed["$type"] == "app.bsky.embed.images"
    assert [image["aspectRatio"] for image in embed["images"]] == [{"width": 60, "height": 20}] * 4
    assert [image["alt"] for image in embed["images"]] == ["A trench"] * 4
    uploads = [seen for seen in network.requests if seen.target.endswith("uploadBlob")]
    assert {seen.headers["content-type"] for seen in uploads} == {"image/png"}


def test_a_card_without_a_picture(
    network: Bluesky, app: App, account: Account, outgoing: Make, memory: Memory
) -> None:
    ADAPTER.publish(app, account, outgoing(card=Card(url=LINK, title="Heat")), memory)

    (post,) = network.live
    assert post.sent["embed"]["external"] == {"uri": LINK, "title": "Heat", "description": ""}


def big(size: int = MOST_BYTES + 1, media_type: str = "image/jpeg") -> Picture:
    return Picture(content=b"x" * size, media_type=media_type, width=1, height=1)


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"text": "a" * 301}, "too_long"),
        ({"text": "👨‍👩‍👧‍👦" * 130}, "too_long"),
        ({"pictures": [big()]}, "refused_media"),
        ({"pictures": [big(5, "image/tiff")]}, "refused_media"),
        ({"pictures": [big(5)] * 5}, "refused_media"),
        ({"card": Card(url=LINK, title="x", picture=big())}, "refused_media"),
        ({"document": a_document()}, "refused_media"),
    ],
)
def test_what_cannot_go_is_said_before_anything_is_asked(
    network: Bluesky,
    app: App,
    account: Account,
    outgoing: Make,
    memory: Memory,
    parts: dict[str, Any],
    code: str,
) -> None:
    network.requests.clear()

    with pytest.raises(Trouble) as raised:
        ADAPTER.publish(app, account, outgoing(**parts), memory)

    assert (raised.value.kind, raised.value.code) == (Kind.REJECTED, code)
    assert not network.requests


def test_as_long_as_it_may_be(
    network: Bluesky, app: App, account: Account, outgoing: Make, memory: Memory
) -> None:
    # Each is one character, of 2 or 25 bytes.
    ADAPTER.publish(app, account, outgoing("é" * 300), memory)
    families = outgoing("👨‍👩‍👧‍👦" * 120, key=uuid.uuid4())
    ADAPTER.publish(app, account, families, Memory({}, lambda _: None))

    assert len(network.live) == 2


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


def test_a_name_that_cannot_be_looked_up_is_text(
    network: Bluesky, app: App, account: Account, outgoing: Make, memory: Memory
) -> None:
    network.fail_next("GET", "resolveHandle", 503)

    ADAPTER.publish(app, account, outgoing("Hello @p2.test"), memory)

    (post,) = network.live
    assert "facets" not in post.sent


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


def test_keys_are_by_time_and_one_for_a_publication(outgoing: Make) -> None:
    moment = datetime(2026, 11, 22, 12, 30, 15, 1, UTC)
    first = record_key(outgoing(created_at=moment))
    same_moment = record_key(outgoing(created_at=moment, key=uuid.UUID(int=0x20)))
    later = record_key(outgoing(created_at=moment + timedelta(microseconds=1)))
    much_later = record_key(outgoing(created_at=moment.replace(year=2096)))

    assert first == record_key(outgoing(created_at=moment))
    assert sorted([much_later, later, first]) == [first, later, much_later]
    assert first != same_moment
    assert all(TID.fullmatch(key) for key in (first, same_moment, later, much_later))


def test_known_keys(outgoing: Make) -> None:
    """Worked out by hand from the rule: 53 bits of microseconds, 10 bits, five to a letter."""
    start = datetime(1970, 1, 1, tzinfo=UTC)

    assert record_key(outgoing(created_at=start, key=uuid.UUID(int=0))) == "2222222222222"
    assert record_key(outgoing(created_at=start, key=uuid.UUID(int=1023))) == "22222222222zz"
    after = start + timedelta(microseconds=33)
    assert record_key(outgoing(created_at=after, key=uuid.UUID(int=2))) == "2222222223324"


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
