"""What somebody says about themselves, and what of a photo is kept."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from vaandel.organizations.models import Member

GOOD = {"name": "Bob de Boer", "language": "fr", "time_zone": "europe/brussels"}


def photo(kind: str = "JPEG", size: tuple[int, int] = (600, 400)) -> bytes:
    out = io.BytesIO()
    picture = Image.new("RGB", size, "navy")
    exif = picture.getexif()
    exif[0x010E] = "secret place"
    picture.save(out, kind, exif=exif)
    return out.getvalue()


def send(client: Client, content: bytes, name: str = "me.jpg") -> object:
    return client.post("/me/", {**GOOD, "photo": SimpleUploadedFile(name, content)})


def test_name_language_and_time_zone(bob: Member, client_as: Callable[[Member], Client]) -> None:
    response = client_as(bob).post("/me/", GOOD, follow=True)

    bob.user.refresh_from_db()
    assert (bob.user.name, bob.user.language, bob.user.time_zone) == (
        "Bob de Boer",
        "fr",
        "Europe/Brussels",
    )
    assert '<html lang="fr"' in response.content.decode()


def test_a_mistake_keeps_what_was_typed(bob: Member, client_as: Callable[[Member], Client]) -> None:
    response = client_as(bob).post("/me/", {**GOOD, "time_zone": "Mars/Olympus", "name": "<b>"})

    page = response.content.decode()
    bob.user.refresh_from_db()
    assert response.status_code == 422
    assert "We do not know this time zone." in page
    assert 'value="Mars/Olympus"' in page
    assert "&lt;b&gt;" in page
    assert bob.user.name == "Bob Sharer"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_of_a_photo_a_clean_square_is_kept(
    bob: Member, client_as: Callable[[Member], Client], kind: str
) -> None:
    send(client_as(bob), photo(kind))

    bob.user.refresh_from_db()
    with bob.user.photo.open() as file:
        content = file.read()
    kept = Image.open(io.BytesIO(content))
    assert (kept.size, kept.format) == ((256, 256), "JPEG")
    assert b"secret place" not in content
    assert len(kept.getexif()) == 0


def test_damaged_metadata_does_not_spoil_a_photo(
    bob: Member, client_as: Callable[[Member], Client]
) -> None:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "x"
    Image.new("RGB", (8, 8)).save(out, "JPEG", exif=exif)
    content = out.getvalue()
    # The description becomes a width that is a text, which Pillow cannot write back.
    damaged = content.replace(b"\x01\x0e\x00\x02", b"\x01\x00\x00\x02", 1)
    assert damaged != content

    send(client_as(bob), damaged)

    bob.user.refresh_from_db()
    assert bob.user.photo


def test_a_photo_can_be_replaced_and_taken_away(
    bob: Member, client_as: Callable[[Member], Client],
    django_capture_on_commit_callbacks: Callable[..., object],
) -> None:  # fmt: skip
    client = client_as(bob)
    send(client, photo())
    bob.user.refresh_from_db()
    first = bob.user.photo.name

    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        send(client, photo("PNG"))
    bob.user.refresh_from_db()
    second = bob.user.photo.name
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        client.post("/me/", {**GOOD, "remove_photo": "on"})
    bob.user.refresh_from_db()

    storage = bob.user.photo.storage
    assert first != second
    assert first
    assert second
    assert not storage.exists(first)
    assert not storage.exists(second)
    assert not bob.user.photo


def huge_png() -> bytes:
    """A header that promises 100,000 by 100,000 pixels."""
    content = bytearray(photo("PNG", (1, 1)))
    content[16:24] = (100_000).to_bytes(4, "big") * 2
    content[29:33] = b"\x00" * 4
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
         "We cannot open this as a picture."),
        (b"GIF89a" + b"\x00" * 40, "We cannot open this as a picture."),
        (photo()[:300], "We cannot open this as a picture."),
        (photo() + b"\x00" * (20 * 1024 * 1024), "This picture is larger than 10 MB."),
    ],
    ids=["svg", "gif", "cut off", "20 MB"],
)  # fmt: skip
def test_what_is_no_photo_is_refused(
    bob: Member, client_as: Callable[[Member], Client], content: bytes, told: str
) -> None:
    response = send(client_as(bob), content)

    bob.user.refresh_from_db()
    assert response.status_code == 422  # type: ignore[attr-defined]
    assert told in response.content.decode()  # type: ignore[attr-defined]
    assert not bob.user.photo


def test_a_bomb_is_not_unpacked(bob: Member, client_as: Callable[[Member], Client]) -> None:
    assert send(client_as(bob), huge_png()).status_code == 422  # type: ignore[attr-defined]


def test_the_security_page_costs_the_same_with_many_sessions(
    bob: Member, client_as: Callable[[Member], Client]
) -> None:
    page = client_as(bob).get("/me/security/").content.decode()

    assert "Passkeys" in page
    assert "Second step" in page
