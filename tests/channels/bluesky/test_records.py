"""A post as it is kept there, and what does not go there at all."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from tests.channels.bluesky.conftest import LINK, Make
from tests.channels.bluesky.network import Bluesky, did_of
from tests.channels.conformance.bench import a_card, a_document, a_picture, png
from vaandel.channels.adapter import Account, App, Card, Kind, Memory, Picture, Trouble
from vaandel.channels.bluesky.adapter import ADAPTER
from vaandel.channels.bluesky.records import MOST_BYTES, record_key

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


def test_a_name_that_cannot_be_looked_up_is_text(
    network: Bluesky, app: App, account: Account, outgoing: Make, memory: Memory
) -> None:
    network.fail_next("GET", "resolveHandle", 503)

    ADAPTER.publish(app, account, outgoing("Hello @p2.test"), memory)

    (post,) = network.live
    assert "facets" not in post.sent


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
