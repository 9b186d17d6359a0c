"""Pictures are made to fit what a network takes, and are left alone when they do."""

from __future__ import annotations

import io
import random
from dataclasses import replace
from typing import Any

import pytest
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

from tests.posts.test_pictures import png_header
from vaandel.channels.adapter import Abilities, Kind, Picture, Trouble
from vaandel.channels.adapters import ADAPTERS
from vaandel.channels.pictures import Limits, fitted

USUAL = Limits(
    size=1_000_000, pixels=36_000_000, side=4096, types=("image/jpeg", "image/png", "image/webp")
)


def noise(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """Something that hardly gets smaller when it is stored."""
    channels = len(Image.new(mode, (1, 1)).getbands())
    # No secret: the same picture every time.
    content = random.Random(7).randbytes(width * height * channels)
    return Image.frombytes(mode, (width, height), content)


def a_picture(
    drawn: Image.Image | None = None, kind: str = "JPEG", alt: str = "A pump", **how: Any
) -> Picture:
    out = io.BytesIO()
    (drawn or Image.new("RGB", (80, 60), "teal")).save(out, kind, **how)
    return Picture(content=out.getvalue(), media_type="", width=0, height=0, alt=alt)


def opened(picture: Picture) -> Image.Image:
    found = Image.open(io.BytesIO(picture.content))
    found.load()
    return found


def with_metadata() -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    exif[0x0112] = 6  # lies on its side
    exif.get_ifd(0x8825)[2] = (51.0, 55.0, 12.0)
    return exif


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_what_fits_goes_to_the_byte(kind: str) -> None:
    before = a_picture(kind=kind)

    after = fitted(before, USUAL)

    assert after == replace(before, media_type=f"image/{kind.lower()}", width=80, height=60)


def test_at_the_limit_it_fits_and_a_byte_above_it_does_not() -> None:
    before = a_picture(noise(200, 100))
    size = len(before.content)

    assert fitted(before, replace(USUAL, size=size)).content == before.content
    less = fitted(before, replace(USUAL, size=size - 1))
    assert len(less.content) < size
    # A little coarser was enough.
    assert (less.width, less.height) == (200, 100)


@pytest.mark.parametrize(
    ("limits", "size"),
    [
        (replace(USUAL, side=200), (200, 100)),
        (replace(USUAL, side=199), (199, 99)),
        (replace(USUAL, pixels=20_000), (200, 100)),
        (replace(USUAL, pixels=19_999), (199, 99)),
        (replace(USUAL, pixels=5_000), (100, 50)),
    ],
)
def test_sides_and_pixels(limits: Limits, size: tuple[int, int]) -> None:
    after = fitted(a_picture(noise(200, 100)), limits)

    assert (after.width, after.height) == opened(after).size == size


def test_a_heavy_photo_gets_coarser_and_then_smaller() -> None:
    before = a_picture(noise(600, 300), quality=95)

    after = fitted(before, replace(USUAL, size=20_000))

    assert len(after.content) <= 20_000
    assert opened(after).size == (after.width, after.height)
    assert after.width < 600
    assert abs(after.width - 2 * after.height) <= 1
    assert after.alt == "A pump"


def test_it_never_gets_larger() -> None:
    after = fitted(a_picture(noise(40, 30), exif=with_metadata()), USUAL)

    # On its side before.
    assert (after.width, after.height) == (30, 40)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_place_and_camera_are_gone_and_it_stands_upright(kind: str) -> None:
    before = a_picture(noise(80, 60), kind, exif=with_metadata())
    assert b"SecretCamera" in before.content

    after = fitted(before, USUAL)

    assert b"SecretCamera" not in after.content
    assert not opened(after).getexif()
    assert (after.width, after.height) == opened(after).size == (60, 80)


def test_words_within_a_picture_are_gone() -> None:
    said = Image.new("RGB", (9, 9))
    jpeg = a_picture(said, comment=b"Secret words")
    webp = a_picture(said, "WEBP", xmp=b"<x>Secret words</x>")
    png = a_picture(said, "PNG", pnginfo=_words())

    for before in (jpeg, webp, png):
        assert b"Secret words" in before.content
        assert b"Secret words" not in fitted(before, USUAL).content


def _words() -> PngInfo:
    info = PngInfo()
    info.add_text("Author", "Secret words")
    return info


def test_a_drawing_stays_a_png_and_keeps_what_is_transparent() -> None:
    before = a_picture(Image.new("RGBA", (80, 60), (0, 0, 0, 0)), "PNG", pnginfo=_words())

    after = fitted(before, replace(USUAL, side=40))

    assert after.media_type == "image/png"
    with opened(after) as found:
        assert found.size == (40, 30)
        assert found.getpixel((5, 5)) == (0, 0, 0, 0)


def test_a_photo_as_png_becomes_jpeg_as_large_as_it_was() -> None:
    before = a_picture(noise(300, 200), "PNG")

    after = fitted(before, replace(USUAL, size=len(before.content) - 1))

    assert (after.media_type, after.width, after.height) == ("image/jpeg", 300, 200)


def test_where_only_png_is_taken_it_is_png() -> None:
    only = replace(USUAL, types=("image/png",), size=30_000)

    after = fitted(a_picture(noise(200, 200)), only)

    assert after.media_type == "image/png"
    assert len(after.content) <= 30_000
    assert opened(after).format == "PNG"


def test_what_a_network_does_not_take_is_drawn_as_what_it_takes() -> None:
    before = a_picture(Image.new("RGBA", (80, 60), (255, 0, 0, 0)), "WEBP")

    after = fitted(before, replace(USUAL, types=("image/jpeg", "image/png")))

    assert after.media_type == "image/jpeg"
    with opened(after) as found:
        assert found.getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_of_a_moving_picture_the_first_moment_is_taken(kind: str) -> None:
    frames = [Image.new("RGB", (50, 50), colour) for colour in ("white", "black")]
    before = a_picture(frames[0], kind, save_all=True, append_images=frames[1:], lossless=True)

    after = fitted(before, replace(USUAL, types=(*USUAL.types, "image/gif")))

    with opened(after) as found:
        assert getattr(found, "n_frames", 1) == 1
        assert found.convert("RGB").getpixel((5, 5)) == (255, 255, 255)


def test_a_picture_of_few_colours_is_made_smaller() -> None:
    drawn = noise(80, 60).quantize(8)
    clear = a_picture(drawn, "GIF", transparency=0)

    for before in (a_picture(drawn, "PNG"), clear):
        after = fitted(before, replace(USUAL, side=40))
        assert opened(after).size == (40, 30)


def test_a_picture_made_for_print_is_drawn_in_the_colours_of_a_screen() -> None:
    after = fitted(a_picture(Image.new("CMYK", (80, 60))), USUAL)

    assert opened(after).mode == "RGB"


def test_colours_stay_what_they_were() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    before = a_picture(noise(80, 60), icc_profile=profile, exif=with_metadata())

    assert opened(fitted(before, USUAL)).info["icc_profile"] == profile


def test_the_second_picture_that_some_phones_add_is_left_out() -> None:
    both = io.BytesIO()
    frames = [noise(80, 60), noise(40, 30)]
    frames[0].save(both, "MPO", save_all=True, append_images=frames[1:])

    after = fitted(replace(a_picture(), content=both.getvalue()), USUAL)

    assert opened(after).format == "JPEG"
    assert (after.media_type, after.width, after.height) == ("image/jpeg", 80, 60)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg/>",
        a_picture(noise(80, 60)).content[:900],
        a_picture(noise(80, 60), "PNG").content[:900],
        png_header(8000, 7500),
        png_header(10_000, 9_500),
        png_header(50_000, 50_000),
    ],
)
def test_what_cannot_be_read_is_refused(content: bytes) -> None:
    with pytest.raises(Trouble) as refused:
        fitted(Picture(content=content, media_type="image/png", width=1, height=1), USUAL)

    assert (refused.value.kind, refused.value.code) == (Kind.REJECTED, "refused_media")


def test_what_cannot_be_made_to_fit_is_refused() -> None:
    with pytest.raises(Trouble) as refused:
        fitted(a_picture(noise(80, 60)), replace(USUAL, size=100))

    assert refused.value.code == "refused_media"


@pytest.mark.parametrize("channel", sorted(ADAPTERS))
def test_every_network_takes_what_is_drawn_for_it(channel: str) -> None:
    abilities = ADAPTERS[channel].abilities
    before = a_picture(noise(1600, 1200), quality=100)

    for limits in (Limits.of(abilities), Limits.of(abilities, card=True)):
        after = fitted(before, limits)
        assert after.media_type in abilities.picture_types
        assert len(after.content) <= limits.size <= abilities.picture_bytes


def test_a_card_may_take_less_than_a_picture() -> None:
    abilities = Abilities(picture_bytes=2_000_000, card_picture_bytes=1_000_000)

    assert Limits.of(abilities).size == 2_000_000
    assert Limits.of(abilities, card=True).size == 1_000_000
