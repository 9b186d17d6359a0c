"""What is compressed on its way, and what is not."""

from __future__ import annotations

import gzip
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client

from vaandel.organizations.models import Member


def test_pages_are_compressed_for_whoever_can_read_that(client: Client, alice: Member) -> None:
    plain = client.get("/accounts/login/")
    small = client.get("/accounts/login/", headers={"Accept-Encoding": "gzip, br"})

    assert "Content-Encoding" not in plain.headers
    assert small.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in small.headers["Vary"]
    assert b"</html>" in gzip.decompress(small.content)
    assert len(small.content) < len(plain.content) / 2


@pytest.mark.django_db
def test_pictures_are_left_as_they_are(client: Client, settings: Any) -> None:
    name = default_storage.save("media/one.png", ContentFile(b"like a picture " * 100))

    response = client.get(f"/media/{name}", headers={"Accept-Encoding": "gzip"})
    response.close()

    assert response.status_code == 200
    assert "Content-Encoding" not in response.headers
