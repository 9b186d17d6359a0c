"""Pictures: small, clean, without a place in them, and refused when they are something else."""

from __future__ import annotations

import io
import re
import struct
import zlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models.fields.files import FieldFile
from django.test import Client
from PIL import Image

from tests.posts.conftest import address, form_of, picture_bytes
from vaandel.organizations.models import Member, Organization
from vaandel.posts import services
from vaandel.posts.models import MediaAsset, Post
from vaandel.posts.services import BadPicture

AT = datetime(2026, 11, 24, tzinfo=UTC)
MANY = 60_000_000
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def bytes_of(file: FieldFile) -> bytes:
    with file.open("rb") as source:
        return bytes(source.read())


def opened(file: FieldFile) -> Image.Image:
    return Image.open(io.BytesIO(bytes_of(file)))


def stored(acme: Organization, content: bytes, alt: str = "") -> MediaAsset:
    return services.store_picture(organization=acme, content=content, alt=alt, by=None, at=AT)


def png_header(width: int, height: int) -> bytes:
    """A PNG that says it is enormous, in a few bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 1000))


def test_three_sizes_under_names_that_nobody_guesses(acme: Organization) -> None:
    asset = stored(acme, picture_bytes(size=(4000, 2000)), " A pipe\x00 ")

    sizes = {}
    for file in (asset.file, asset.card, asset.thumbnail):
        with opened(file) as picture:
            sizes[picture.format, picture.size] = Path(str(file.name)).name
    assert list(sizes) == [("JPEG", (1600, 800)), ("JPEG", (1200, 630)), ("WEBP", (800, 400))]
    assert all(re.fullmatch(r"[\w-]{20,}\.(jpg|webp)", name) for name in sizes.values())
    assert (asset.width, asset.height, asset.alt) == (1600, 800, "A pipe")
    assert asset.card_url != asset.file.url != asset.thumbnail_url


def test_a_picture_from_before_the_sizes_still_shows(acme: Organization) -> None:
    asset = MediaAsset(organization=acme, file="media/old.jpg")

    assert asset.card_url == asset.thumbnail_url == asset.file.url


def test_the_place_and_the_camera_are_gone_and_it_stands_upright(acme: Organization) -> None:
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    exif[0x0112] = 6  # lies on its side
    exif.get_ifd(0x8825)[2] = (51.0, 55.0, 12.0)
    content = picture_bytes(size=(300, 100), exif=exif)
    assert b"SecretCamera" in content

    asset = stored(acme, content)

    for file in (asset.file, asset.card, asset.thumbnail):
        data = bytes_of(file)
        assert b"SecretCamera" not in data
        assert b"Exif" not in data
    assert (asset.width, asset.height) == (100, 300)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_what_a_phone_and_a_browser_make(acme: Organization, kind: str) -> None:
    assert stored(acme, picture_bytes(kind)).width == 800


def test_of_a_moving_picture_the_first_moment_is_taken(acme: Organization) -> None:
    out = io.BytesIO()
    frames = [Image.new("RGB", (50, 50), colour) for colour in ("white", "black")]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])

    with opened(stored(acme, out.getvalue()).file) as picture:
        assert picture.getpixel((5, 5)) == (255, 255, 255)


def test_what_is_transparent_becomes_white(acme: Organization) -> None:
    out = io.BytesIO()
    Image.new("RGBA", (50, 50), (255, 0, 0, 0)).save(out, "PNG")

    with opened(stored(acme, out.getvalue()).file) as picture:
        assert picture.getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (SVG, "wrong_kind"),
        (b"", "wrong_kind"),
        (b"%PDF-1.7 something", "wrong_kind"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "wrong_kind"),
        (picture_bytes("TIFF"), "wrong_kind"),
        (picture_bytes()[:300], "broken"),
        (picture_bytes("PNG")[:60], "broken"),
        (b"\xff\xd8" + b"0" * (10 * 1024 * 1024), "too_large"),
        (b"0" * (20 * 1024 * 1024), "too_large"),
        (png_header(8000, 7500), "too_many_pixels"),
        (png_header(50_000, 50_000), "too_many_pixels"),
        (png_header(10_000, 9_500), "too_many_pixels"),
    ],
)
def test_what_is_refused(acme: Organization, content: bytes, reason: str) -> None:
    with pytest.raises(BadPicture) as refused:
        stored(acme, content)

    assert refused.value.reason == reason
    assert not MediaAsset.objects.exists()


def in_order(post: Post) -> list[MediaAsset]:
    return [row.asset for row in post.picture_rows.order_by("position")]


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_adding_describing_ordering_and_taking_out(draft: Post, studio: Client) -> None:
    files = [upload("one.jpg", picture_bytes()), upload("two.png", picture_bytes("PNG"))]
    studio.post(address(draft), form_of(draft, pictures=files))
    one, two = in_order(draft)
    draft.refresh_from_db()

    studio.post(
        address(draft),
        form_of(draft, action=f"first:{two.pk}", **{f"alt_{one.pk}": "A", f"alt_{two.pk}": "B"}),
    )
    assert in_order(draft) == [two, one]
    assert [asset.alt for asset in MediaAsset.objects.order_by("pk")] == ["A", "B"]
    draft.refresh_from_db()

    studio.post(address(draft), form_of(draft, **{f"remove_{one.pk}": "on"}))
    assert list(draft.pictures.all()) == [two]


def test_publishing_asks_for_every_description(draft: Post, studio: Client) -> None:
    files = [upload("one.jpg", picture_bytes())]

    response = studio.post(address(draft), form_of(draft, pictures=files, action="publish"))

    assert response.status_code == 422
    assert "Describe every picture for who cannot see it." in response.content.decode()
    assert draft.pictures.count() == 1
    draft.refresh_from_db()
    assert draft.state == "DRAFT"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("logo.svg", SVG, "“logo.svg” is not a JPEG, PNG, WebP or GIF picture."),
        ("big.jpg", b"0" * (20 * 1024 * 1024), "“big.jpg” is larger than 10 MB."),
        ("bomb.png", png_header(50_000, 50_000), "“bomb.png” has more than 50 million pixels."),
        ("half.jpg", picture_bytes()[:300], "“half.jpg” is damaged."),
        ("<script>.svg", SVG, "“&lt;script&gt;.svg” is not a JPEG"),
    ],
)
def test_a_bad_picture_is_named_and_the_words_are_saved(
    draft: Post, studio: Client, name: str, content: bytes, said: str
) -> None:
    files = [upload(name, content), upload("good.jpg", picture_bytes())]

    response = studio.post(address(draft), form_of(draft, title="Saved", pictures=files))

    assert response.status_code == 422
    assert said in response.content.decode()
    draft.refresh_from_db()
    assert draft.title == "Saved"
    assert draft.pictures.count() == 1
    assert 'name="version" value="2"' in response.content.decode()


def test_ten_pictures_is_the_most(draft: Post, studio: Client) -> None:
    files = [upload(f"{number}.jpg", picture_bytes(size=(20, 20))) for number in range(11)]

    response = studio.post(address(draft), form_of(draft, pictures=files))

    assert "A post has at most ten pictures. “10.jpg” was left out." in response.content.decode()
    assert draft.pictures.count() == 10


def test_pictures_of_others_are_left_alone(
    draft: Post, studio: Client, charlie: Member, acme: Organization
) -> None:
    foreign = stored(charlie.organization, picture_bytes(), "Theirs")
    elsewhere = stored(acme, picture_bytes(), "In another post")

    response = studio.post(
        address(draft),
        form_of(
            draft,
            action=f"first:{foreign.pk}",
            **{f"alt_{foreign.pk}": "Mine", f"alt_{elsewhere.pk}": "Mine",
               f"remove_{foreign.pk}": "on", "alt_x": "", f"alt_{10**30}": "Mine"},
        ),
    )  # fmt: skip

    assert response.status_code == 302
    assert list(MediaAsset.objects.order_by("pk").values_list("alt", flat=True)) == [
        "Theirs", "In another post",
    ]  # fmt: skip


def test_the_same_picture_twice_is_once(draft: Post, acme: Organization) -> None:
    asset = stored(acme, picture_bytes())

    services.attach_picture(post=draft, asset=asset)
    services.attach_picture(post=draft, asset=asset)

    assert draft.picture_rows.count() == 1


def test_an_eleventh_is_not_attached(draft: Post, acme: Organization) -> None:
    assets = [stored(acme, picture_bytes(size=(9, 9))) for _number in range(11)]
    for asset in assets[:10]:
        services.attach_picture(post=draft, asset=asset)

    with pytest.raises(BadPicture):
        services.attach_picture(post=draft, asset=assets[10])
