"""The picture at the top of a mail or a message: twice as wide as high, so that the button
stays in sight.
"""

from __future__ import annotations

import secrets
from pathlib import Path, PurePosixPath
from typing import Final

from django.conf import settings
from django.core.files.storage import default_storage
from PIL import Image, ImageOps

# Twice what is shown, for sharp screens.
SIZE: Final = (1200, 600)
# Teams takes at most 1024 pixels a side.
CHAT_SIZE: Final = (1000, 500)
QUALITY: Final = 80


def mail_picture(name: str) -> str:
    """The address of a cut-out of a stored picture, made at its first use; "" without one.

    Its name is the picture's own, which nobody can guess, in a folder beside it.
    """
    return cut_out(name, folder="mail", size=SIZE)


def chat_picture(name: str) -> str:
    """The whole address of a smaller one, since chats fetch it from outside; "" without one."""
    path = cut_out(name, folder="chat", size=CHAT_SIZE)
    return f"{settings.PUBLIC_URL}{path}" if path else ""


def cut_out(name: str, *, folder: str, size: tuple[int, int]) -> str:
    if not name:
        return ""
    path = PurePosixPath(name)
    cut = str(path.parent / folder / f"{path.stem}.jpg")
    target = Path(default_storage.path(cut))
    if not target.exists():
        try:
            write_cut(Path(default_storage.path(name)), target, size=size)
        except OSError:
            # The file is gone or broken: the mail goes without it.
            return ""
    return default_storage.url(cut)


def write_cut(source: Path, target: Path, *, size: tuple[int, int]) -> None:
    """The middle, a little above the centre: that is where people are on photographs.

    Written beside its place and then moved, so that nobody ever reads half of it.
    """
    with Image.open(source) as picture:
        fitted = ImageOps.fit(picture.convert("RGBA"), size, centering=(0.5, 0.4))
    ground = Image.new("RGB", size, "white")
    ground.paste(fitted, mask=fitted.getchannel("A"))
    target.parent.mkdir(parents=True, exist_ok=True)
    half = target.with_suffix(f".{secrets.token_hex(4)}")
    ground.save(half, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    half.chmod(settings.FILE_UPLOAD_PERMISSIONS)
    half.replace(target)
