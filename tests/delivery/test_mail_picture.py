"""The picture of a mail is wide, whatever was uploaded."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

from vaandel.delivery.pictures import mail_picture


def store(width: int, height: int, mode: str = "RGB", kind: str = "JPEG") -> str:
    out = io.BytesIO()
    Image.new(mode, (width, height)).save(out, kind)
    return default_storage.save(f"media/secret.{kind.lower()}", ContentFile(out.getvalue()))


@pytest.mark.parametrize(
    ("width", "height", "mode", "kind"),
    [(600, 1200, "RGB", "JPEG"), (1600, 400, "RGB", "JPEG"), (40, 40, "RGBA", "PNG")],
)
def test_a_wide_cut_is_made_once(
    settings: Any, width: int, height: int, mode: str, kind: str
) -> None:
    name = store(width, height, mode, kind)

    assert mail_picture(name) == mail_picture(name) == f"/media/media/mail/{Path(name).stem}.jpg"

    (file,) = Path(settings.MEDIA_ROOT, "media", "mail").iterdir()
    with Image.open(file) as cut:
        assert (cut.size, cut.format) == ((1200, 600), "JPEG")


def test_without_a_picture_there_is_none() -> None:
    assert mail_picture("") == ""


def test_a_picture_that_is_gone_or_broken_is_left_out() -> None:
    broken = default_storage.save("media/broken.jpg", ContentFile(b"not a picture"))

    assert mail_picture("media/gone.jpg") == ""
    assert mail_picture(broken) == ""
