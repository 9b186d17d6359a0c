"""A post as Bluesky keeps it, under a key that we choose."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from vaandel.channels.adapter import Card, Kind, Outgoing, Picture, Trouble
from vaandel.channels.bluesky import CHANNEL
from vaandel.channels.bluesky.richtext import Resolve, facets

COLLECTION: Final = "app.bsky.feed.post"
MOST_CHARACTERS: Final = 300
MOST_IN_BYTES: Final = 3000
MOST_PICTURES: Final = 4
# Of a thumbnail the network takes a million bytes, of a picture today two, on older servers one.
MOST_BYTES: Final = 976 * 1024
PICTURE_TYPES: Final = ("image/jpeg", "image/png", "image/webp")

_SORTABLE: Final = "234567abcdefghijklmnopqrstuvwxyz"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

Upload = Callable[[Picture], Any]


def record_key(outgoing: Outgoing) -> str:
    """A TID: microseconds since 1970 and ten bits of the publication's key, in 13 letters.

    Always the same for one publication, so that sending it twice can make no second post.
    """
    since = outgoing.created_at - _EPOCH
    microseconds = (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
    number = (microseconds << 10) | (outgoing.key.int & 0x3FF)
    return "".join(_SORTABLE[(number >> shift) & 31] for shift in range(60, -1, -5))


def check_limits(outgoing: Outgoing) -> None:
    """Before anything is asked of the network; raises ``Trouble``."""
    if (
        CHANNEL.count(outgoing.text) > MOST_CHARACTERS
        or len(outgoing.text.encode()) > MOST_IN_BYTES
    ):
        raise Trouble(Kind.REJECTED, "too_long")
    pictures = [*outgoing.pictures]
    if outgoing.card and outgoing.card.picture:
        pictures.append(outgoing.card.picture)
    fit = all(
        len(picture.content) <= MOST_BYTES and picture.media_type in PICTURE_TYPES
        for picture in pictures
    )
    if not fit or len(outgoing.pictures) > MOST_PICTURES or outgoing.document:
        raise Trouble(Kind.REJECTED, "refused_media")


def record_of(outgoing: Outgoing, *, upload: Upload, resolve: Resolve) -> dict[str, Any]:
    record: dict[str, Any] = {
        "$type": COLLECTION,
        "createdAt": _moment(outgoing.created_at),
        **words_of(outgoing, resolve=resolve),
    }
    if outgoing.pictures:
        record["embed"] = _pictures(outgoing, upload)
    elif outgoing.card:
        record["embed"] = _card(outgoing.card, upload)
    return record


def words_of(outgoing: Outgoing, *, resolve: Resolve) -> dict[str, Any]:
    """The part of a record that follows from the text."""
    words: dict[str, Any] = {"text": outgoing.text}
    if marked := facets(outgoing.text, resolve):
        words["facets"] = marked
    if outgoing.language:
        words["langs"] = [outgoing.language]
    return words


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _pictures(outgoing: Outgoing, upload: Upload) -> dict[str, Any]:
    images = [
        {
            "alt": picture.alt,
            "image": upload(picture),
            "aspectRatio": {"width": picture.width, "height": picture.height},
        }
        for picture in outgoing.pictures
    ]
    return {"$type": "app.bsky.embed.images", "images": images}


def _card(card: Card, upload: Upload) -> dict[str, Any]:
    external: dict[str, Any] = {
        "uri": card.url,
        "title": card.title,
        "description": card.description,
    }
    if card.picture:
        external["thumb"] = upload(card.picture)
    return {"$type": "app.bsky.embed.external", "external": external}
