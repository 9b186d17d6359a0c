"""Pictures, documents and the card that go along with a text, as networks take them.

A picture or document that is not there any more, or cannot be read, is not left out quietly:
the person saw it beside the text, so ``Trouble`` lets the person decide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.db.models.fields.files import FieldFile

from vaandel.channels.adapter import Abilities, Card, Document, Kind, Picture, Trouble
from vaandel.channels.pictures import Limits, fitted
from vaandel.posts.models import MediaAsset, Post, PostPicture
from vaandel.shares.publishing.drawn import Drawn

# Enough for what is posted at the same time; a picture of a post is some 200 kB.
_DRAWN: Final = Drawn(most_bytes=64 * 1024 * 1024)


@dataclass(frozen=True, slots=True)
class Parts:
    """Of one post for one network. ``card`` has no address yet: that is each share's own."""

    card: Card | None = None
    pictures: Sequence[Picture] = ()
    document: Document | None = None

    def card_for(self, url: str) -> Card | None:
        return replace(self.card, url=url) if self.card else None


def parts_of(post: Post, kind: str, *, abilities: Abilities) -> Parts:
    """``kind`` is what ``outgoing.parts_kind`` said. Raises ``Trouble``."""
    if kind == "document":
        stored = post.document
        return Parts(
            document=Document(content=_read(stored.file), name=stored.name, title=post.title)
        )
    if kind == "pictures":
        return Parts(
            pictures=[
                _picture(asset, asset.file, Limits.of(abilities))
                for asset in _assets(post, max(abilities.pictures, 1))
            ]
        )
    if kind == "card":
        return Parts(
            card=Card(
                url="",
                title=post.title,
                description=post.summary,
                picture=next(
                    (
                        _picture(asset, asset.card or asset.file, Limits.of(abilities, card=True))
                        for asset in _assets(post, 1)
                    ),
                    None,
                ),
            )
        )
    return Parts()


def _assets(post: Post, most: int) -> list[MediaAsset]:
    rows = PostPicture.objects.filter(post=post).select_related("asset")
    return [row.asset for row in rows.order_by("position", "pk")[:most]]


def _picture(asset: MediaAsset, stored: FieldFile, limits: Limits) -> Picture:
    def draw() -> Picture:
        # Kind and size are those of the file itself, which has the last word.
        found = Picture(content=_read(stored), media_type="", width=0, height=0)
        return fitted(found, limits)

    # What a name holds never changes; the description may.
    drawn = _DRAWN.get((str(stored.name), limits), draw)
    return replace(drawn, alt=asset.alt, public_url=_public_url(stored))


def _public_url(stored: FieldFile) -> str:
    """As it is in the media store, for networks that fetch it themselves."""
    address = stored.url
    return address if urlsplit(address).scheme else f"{settings.PUBLIC_URL}{address}"


def _read(stored: FieldFile) -> bytes:
    try:
        with stored.open("rb") as file:
            content: bytes = file.read()
    except (FileNotFoundError, ValueError, SuspiciousFileOperation) as error:
        raise Trouble(
            Kind.REJECTED, "refused_media", detail="it is not in the media store any more"
        ) from error
    except OSError as error:
        raise Trouble(Kind.TRANSIENT, "broken", detail=type(error).__name__) from error
    return content
