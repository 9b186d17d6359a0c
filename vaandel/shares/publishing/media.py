"""Pictures, documents and the card that go along with a text, as networks take them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from django.conf import settings

from vaandel.channels.adapter import Abilities, Card, Document, Picture
from vaandel.posts.models import MediaAsset, Post, PostPicture


@dataclass(frozen=True, slots=True)
class Parts:
    """Of one post for one network. ``card`` has no address yet: that is each share's own."""

    card: Card | None = None
    pictures: Sequence[Picture] = ()
    document: Document | None = None

    def card_for(self, url: str) -> Card | None:
        return replace(self.card, url=url) if self.card else None


def parts_of(post: Post, kind: str, *, abilities: Abilities) -> Parts:
    """``kind`` is what ``outgoing.parts_kind`` said."""
    if kind == "document":
        stored = post.document
        with stored.file.open("rb") as file:
            content = file.read()
        return Parts(document=Document(content=content, name=stored.name, title=post.title))
    assets = [
        row.asset
        for row in PostPicture.objects.filter(post=post)
        .select_related("asset")
        .order_by("position", "pk")[: max(abilities.pictures, 1)]
    ]
    if kind == "pictures":
        return Parts(pictures=[_picture(asset, card=False) for asset in assets])
    if kind == "card":
        picture = _picture(assets[0], card=True) if assets else None
        return Parts(card=Card(url="", title=post.title, description=post.summary, picture=picture))
    return Parts()


def _picture(asset: MediaAsset, *, card: bool) -> Picture:
    stored = asset.card if card and asset.card else asset.file
    with stored.open("rb") as file:
        content = file.read()
    address = stored.url
    if not urlsplit(address).scheme:
        address = f"{settings.PUBLIC_URL}{address}"
    return Picture(
        content=content,
        media_type="image/jpeg",
        width=1200 if stored == asset.card else asset.width,
        height=630 if stored == asset.card else asset.height,
        alt=asset.alt,
        public_url=address,
    )
