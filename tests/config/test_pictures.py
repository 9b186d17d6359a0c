"""What the media folder shows, and what it keeps to itself."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client


def test_a_picture_is_shown_and_never_anything_but_a_picture(client: Client) -> None:
    name = default_storage.save("media/holiday.png", ContentFile(b"<script>alert(1)</script>"))

    response = client.get(f"/media/{name}")

    assert response.status_code == 200
    assert response.headers["Content-Type"] == "image/png"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "immutable" in response.headers["Cache-Control"]
    assert response.getvalue() == b"<script>alert(1)</script>"


def test_names_cannot_be_guessed() -> None:
    first = default_storage.save("people/Anna.JPG", ContentFile(b"1"))
    second = default_storage.save("people/Anna.JPG", ContentFile(b"1"))

    assert first != second
    assert "nna" not in first.lower().replace("people/", "")
    assert first.startswith("people/")
    assert first.endswith(".jpg")
    assert len(first) >= len("people/.jpg") + 22


@pytest.mark.parametrize("name", ["imports/people.csv", "imports/people.png", "media/page.html"])
def test_other_folders_and_kinds_are_not_there(client: Client, name: str) -> None:
    stored = default_storage.save(name, ContentFile(b"x"))

    assert client.get(f"/media/{stored}").status_code == 404


@pytest.mark.parametrize(
    "path", ["/media/media/none.png", "/media/media/../../secret-key.png", "/media/media/a%00.png"]
)
def test_what_is_not_there_is_not_found(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404
