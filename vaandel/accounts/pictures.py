"""Pictures that people upload, made small and clean before anybody else sees them."""

from __future__ import annotations

import io
import struct

from PIL import Image, ImageOps, UnidentifiedImageError

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 40_000_000
FORMATS = ("JPEG", "PNG", "WEBP")


class NotAPicture(Exception):
    """``reason`` is "unreadable", "too_heavy" or "too_large"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def opened(content: bytes) -> Image.Image:
    """The picture, upright and without anything but its pixels; raise ``NotAPicture``."""
    if len(content) > MAX_BYTES:
        raise NotAPicture("too_heavy")
    try:
        picture = Image.open(io.BytesIO(content), formats=FORMATS)
        # Known from the header, so before a bomb is unpacked.
        if picture.width * picture.height > MAX_PIXELS:
            raise NotAPicture("too_large")
        return upright(picture)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise NotAPicture("unreadable") from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise NotAPicture("too_large") from error


def upright(picture: Image.Image) -> Image.Image:
    """Turned as its metadata says; as it is when that is damaged."""
    try:
        return ImageOps.exif_transpose(picture)
    except (struct.error, TypeError, KeyError, IndexError, OverflowError):
        return picture


def cropped(content: bytes, *, width: int, height: int) -> bytes:
    """A JPEG of exactly this size, cut from the middle."""
    picture = on_white(opened(content))
    return saved(ImageOps.fit(picture, (width, height), Image.Resampling.LANCZOS), "JPEG")


def fitted(content: bytes, *, width: int, height: int) -> bytes:
    """A PNG that fits in this size; what is transparent stays so."""
    picture = opened(content).convert("RGBA")
    picture.thumbnail((width, height), Image.Resampling.LANCZOS)
    return saved(picture, "PNG")


def on_white(picture: Image.Image) -> Image.Image:
    layered = picture.convert("RGBA")
    ground = Image.new("RGBA", layered.size, "white")
    ground.alpha_composite(layered)
    return ground.convert("RGB")


def saved(picture: Image.Image, kind: str) -> bytes:
    out = io.BytesIO()
    if kind == "JPEG":
        picture.save(out, kind, quality=86, optimize=True)
    else:
        picture.save(out, kind, optimize=True)
    return out.getvalue()
