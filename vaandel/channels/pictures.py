"""Pictures made to fit what a network takes, without anything in them but what is seen.

A picture that fits and holds no metadata goes as it is, to the byte. Any other is drawn anew:
upright, first a little coarser, then smaller, and never larger than it was. Of a moving
picture the first moment is taken.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from PIL import Image, UnidentifiedImageError

from vaandel.accounts.pictures import on_white, upright
from vaandel.channels.adapter import Abilities, Kind, Picture, Trouble

FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF")
TYPES: Final = {
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "WEBP": "image/webp",
    "GIF": "image/gif",
    # What some phones make: a JPEG with a second picture behind it.
    "MPO": "image/jpeg",
}
# What a stored picture may have at most; more is a bomb.
MOST_PIXELS: Final = 50_000_000
QUALITIES: Final = (88, 80, 72, 64)
STEP: Final = 0.8
SMALLEST_SIDE: Final = 64
_MODES: Final = frozenset({"1", "L", "LA", "P", "RGB", "RGBA"})
# Of what Pillow reads beside the pixels: what may stay.
_HARMLESS: Final = frozenset(
    {
        "jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi", "gamma", "srgb", "transparency",
        "progressive", "progression", "adobe", "adobe_transform", "icc_profile", "interlace",
        "chromaticity", "loop", "background", "timestamp", "duration",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Of one picture: ``size`` in bytes, ``pixels`` in all, ``side`` the longest one."""

    size: int
    pixels: int
    side: int
    types: tuple[str, ...]

    @classmethod
    def of(cls, abilities: Abilities, *, card: bool = False) -> Limits:
        """``card``: for the picture on the card of a link."""
        size = abilities.card_picture_bytes if card else 0
        return cls(
            size=size or abilities.picture_bytes,
            pixels=abilities.picture_pixels,
            side=abilities.picture_side,
            types=abilities.picture_types,
        )


def fitted(picture: Picture, limits: Limits) -> Picture:
    """The picture within these limits, with its true kind, width and height; alt is carried.

    Raises ``Trouble`` when it cannot be read, or cannot be made to fit.
    """
    try:
        with Image.open(io.BytesIO(picture.content), formats=FORMATS) as found:
            if found.width * found.height > MOST_PIXELS:
                raise _refused("too many pixels")
            kind = TYPES[found.format or ""]
            if _fits(found, kind, len(picture.content), limits):
                # Read to the end: half a picture is found here, and not by the network.
                found.load()
                return replace(picture, media_type=kind, width=found.width, height=found.height)
            content, drawn, size = _drawn(found, limits)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _refused("too many pixels") from error
    except UnidentifiedImageError as error:
        raise _refused("not a picture") from error
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise _refused("damaged") from error
    return replace(picture, content=content, media_type=drawn, width=size[0], height=size[1])


def _fits(found: Image.Image, kind: str, size: int, limits: Limits) -> bool:
    still = getattr(found, "n_frames", 1) == 1
    return (
        kind in limits.types
        and still
        and found.mode in _MODES
        and size <= limits.size
        and found.width * found.height <= limits.pixels
        and max(found.size) <= limits.side
        and set(map(str, found.info)) <= _HARMLESS
        and not found.getexif()
    )


def _drawn(found: Image.Image, limits: Limits) -> tuple[bytes, str, tuple[int, int]]:
    profile = found.info.get("icc_profile")
    as_jpeg = TYPES["JPEG"] in limits.types
    as_png = TYPES["PNG"] in limits.types and (found.format in {"PNG", "GIF"} or not as_jpeg)
    found.seek(0)
    picture = upright(found)
    for smaller in _smaller_and_smaller(picture, limits):
        if as_png:
            content = _saved(smaller, "PNG", optimize=True, icc_profile=profile)
            if len(content) <= limits.size:
                return content, TYPES["PNG"], smaller.size
            # A photo: larger as JPEG shows more than smaller as PNG.
            as_png = not as_jpeg
        ground = on_white(smaller)
        for quality in QUALITIES if as_jpeg else ():
            content = _saved(
                ground, "JPEG", quality=quality, optimize=True, progressive=True,
                icc_profile=_of_colours(profile),
            )  # fmt: skip
            if len(content) <= limits.size:
                return content, TYPES["JPEG"], smaller.size
    raise _refused(f"not within {limits.size} bytes")


def _smaller_and_smaller(picture: Image.Image, limits: Limits) -> Iterator[Image.Image]:
    """First as large as its sides may be; then each time four fifths of that."""
    ratio = min(
        1.0,
        limits.side / max(picture.size),
        (limits.pixels / (picture.width * picture.height)) ** 0.5,
    )
    while True:
        width, height = (max(1, int(side * ratio)) for side in picture.size)
        if ratio == 1.0:
            yield picture
        else:
            source = picture if picture.mode in {"RGB", "RGBA", "L"} else _in_colours(picture)
            yield source.resize((width, height), Image.Resampling.LANCZOS)
        ratio *= STEP
        if max(width, height) * STEP < SMALLEST_SIDE:
            return


def _in_colours(picture: Image.Image) -> Image.Image:
    """Pictures of a palette are not made smaller well."""
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB")


def _of_colours(profile: bytes | None) -> bytes | None:
    """A profile for grey or print does not belong to what is drawn in red, green and blue."""
    return profile if profile and profile[16:20] == b"RGB " else None


def _saved(picture: Image.Image, kind: str, **how: Any) -> bytes:
    """Only the pixels, and the profile of their colours when ``how`` has one."""
    bare = picture.copy()
    bare.info = {}
    if "transparency" in picture.info and kind == "PNG":
        bare.info["transparency"] = picture.info["transparency"]
    out = io.BytesIO()
    bare.save(out, kind, **how)
    return out.getvalue()


def _refused(why: str) -> Trouble:
    return Trouble(Kind.REJECTED, "refused_media", detail=f"picture: {why}")
