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

from vaandel.organizations.models import Member, Organization
from vaandel.posts.models import MediaAsset, Post, PostPicture

MOST_BYTES: Final = 10 * 1024 * 1024
MOST_PIXELS: Final = 50_000_000
LONGEST_SIDE: Final = 1600
MOST_PICTURES: Final = 10
FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF")
QUALITY: Final = 84


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

    What is stored is a fresh JPEG of at most 1600 pixels a side under an unguessable name: no
    metadata of the original survives, and every mail program can show it.
    """
    picture = clean_jpeg(content)
    with Image.open(io.BytesIO(picture)) as stored:
        width, height = stored.size
    asset = MediaAsset(
        width=width,
        height=height,
        organization=organization,
        alt=alt[:300],
        source_url=source_url,
        uploaded_by=by,
        created_at=at,
    )
    asset.file.save(f"{secrets.token_urlsafe(18)}.jpg", ContentFile(picture), save=False)
    asset.save()
    return asset


def clean_jpeg(content: bytes) -> bytes:
    if len(content) > MOST_BYTES:
        raise BadPicture("too_large")
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise BadPicture("too_many_pixels")
            picture.seek(0)
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            flat = _on_white(upright)
    except UnidentifiedImageError as error:
        raise BadPicture("wrong_kind") from error
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        if isinstance(error, BadPicture):
            raise
        raise BadPicture("broken") from error
    out = io.BytesIO()
    flat.save(out, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return out.getvalue()


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


def detach_picture(*, post: Post, asset: MediaAsset) -> None:
    PostPicture.objects.filter(post=post, asset=asset).delete()


def describe_picture(*, asset: MediaAsset, alt: str) -> None:
    asset.alt = alt.strip()[:300]
    asset.save(update_fields=["alt"])
