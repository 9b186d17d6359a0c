"""Pictures: checked, turned upright, made smaller and stripped of everything that tells a place."""

from __future__ import annotations

import io
import secrets
from datetime import datetime
from typing import Final

from django.core.files import File
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.db.models import Max
from PIL import Image, ImageOps, UnidentifiedImageError

from vaandel.accounts.pictures import upright
from vaandel.organizations.models import Member, Organization
from vaandel.posts.models import MediaAsset, Post, PostPicture

MOST_BYTES: Final = 10 * 1024 * 1024
MOST_PIXELS: Final = 50_000_000
LONGEST_SIDE: Final = 1600
MOST_PICTURES: Final = 10
FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF")
QUALITY: Final = 84
CARD: Final = (1200, 630)
# Sharp on a phone, whose cards are about 380 points wide.
SMALL: Final = (800, 800)


class BadPicture(ValueError):
    """Not usable. ``reason``: too_large, too_many_pixels, wrong_kind, broken or too_many."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def store_picture(
    *,
    organization: Organization,
    content: bytes,
    alt: str,
    by: Member | None,
    at: datetime,
    source_url: str = "",
) -> MediaAsset:
    """Store a JPEG, PNG, WebP or the first frame of a GIF; raises ``BadPicture``.

    What is stored is drawn anew, in three sizes under an unguessable name: no metadata of the
    original survives. All but the thumbnail are JPEG, which every mail program shows.
    """
    picture = clean_picture(content)
    asset = MediaAsset(
        width=picture.width,
        height=picture.height,
        organization=organization,
        alt=alt.replace("\x00", "").strip()[:300],
        source_url=source_url[:2000],
        uploaded_by=by,
        created_at=at,
    )
    name = secrets.token_urlsafe(18)
    card = ImageOps.fit(picture, CARD, Image.Resampling.LANCZOS, centering=(0.5, 0.4))
    small = picture.copy()
    small.thumbnail(SMALL, Image.Resampling.LANCZOS)
    asset.file.save(f"{name}.jpg", _saved(picture, "JPEG"), save=False)
    asset.card.save(f"{name}-card.jpg", _saved(card, "JPEG"), save=False)
    asset.thumbnail.save(f"{name}-small.webp", _saved(small, "WEBP"), save=False)
    asset.save()
    return asset


def clean_picture(content: bytes) -> Image.Image:
    """The picture itself: upright, on white, at most 1600 pixels a side."""
    if len(content) > MOST_BYTES:
        raise BadPicture("too_large")
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
            # Known from the header, so before a bomb is unpacked.
            if picture.width * picture.height > MOST_PIXELS:
                raise BadPicture("too_many_pixels")
            picture.seek(0)
            # A large photo is made smaller while it is read, and never held whole.
            picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            turned = upright(picture)
            turned.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
            return _on_white(turned)
    except UnidentifiedImageError as error:
        raise BadPicture("wrong_kind") from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise BadPicture("too_many_pixels") from error
    except (OSError, ValueError, SyntaxError) as error:
        if isinstance(error, BadPicture):
            raise
        raise BadPicture("broken") from error


def _saved(picture: Image.Image, kind: str) -> ContentFile[bytes]:
    out = io.BytesIO()
    if kind == "JPEG":
        picture.save(out, kind, quality=QUALITY, optimize=True, progressive=True)
    else:
        picture.save(out, kind, quality=QUALITY, method=4)
    return ContentFile(out.getvalue())


def _on_white(picture: Image.Image) -> Image.Image:
    """Without transparency, and without the dictionary that holds the metadata."""
    coloured = picture.convert("RGBA")
    ground = Image.new("RGB", coloured.size, "white")
    ground.paste(coloured, mask=coloured.getchannel("A"))
    return ground


@transaction.atomic
def attach_picture(*, post: Post, asset: MediaAsset) -> None:
    """Put a picture behind the others. Twice is once; raises ``BadPicture`` beyond ten."""
    rows = PostPicture.objects.filter(post=post)
    if rows.count() >= MOST_PICTURES and not rows.filter(asset=asset).exists():
        raise BadPicture("too_many")
    last = rows.aggregate(last=Max("position"))["last"]
    try:
        with transaction.atomic():
            PostPicture.objects.create(
                post=post, asset=asset, position=0 if last is None else last + 1
            )
    except IntegrityError:
        return


def add_picture(*, post: Post, file: File[bytes], by: Member, at: datetime) -> MediaAsset:
    """Store an uploaded picture and put it behind the others; raises ``BadPicture``."""
    if (file.size or 0) > MOST_BYTES:
        raise BadPicture("too_large")
    if PostPicture.objects.filter(post=post).count() >= MOST_PICTURES:
        raise BadPicture("too_many")
    asset = store_picture(organization=post.organization, content=file.read(), alt="", by=by, at=at)
    attach_picture(post=post, asset=asset)
    return asset


@transaction.atomic
def put_picture_first(*, post: Post, asset: MediaAsset) -> None:
    """The first picture is the one on the card; the others keep their order."""
    rows = list(PostPicture.objects.filter(post=post).order_by("position", "pk"))
    rows.sort(key=lambda row: row.asset_id != asset.pk)
    for position, row in enumerate(rows):
        row.position = position
    PostPicture.objects.bulk_update(rows, ["position"])


def detach_picture(*, post: Post, asset: MediaAsset) -> None:
    PostPicture.objects.filter(post=post, asset=asset).delete()


def describe_picture(*, asset: MediaAsset, alt: str) -> None:
    asset.alt = alt.replace("\x00", "").strip()[:300]
    asset.save(update_fields=["alt"])
