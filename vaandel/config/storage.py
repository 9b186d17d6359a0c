"""Where uploaded files go: under names that cannot be guessed."""

from __future__ import annotations

import secrets
from pathlib import PurePosixPath

from django.core.files.storage import FileSystemStorage


class UnguessableStorage(FileSystemStorage):
    """Keeps the folder and the extension of a name; the rest becomes 128 random bits.

    Pictures are shown in mails and previews, where nobody is signed in. Their names are
    what protects them, so they hold nothing of the name that somebody gave the file.
    """

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        path = PurePosixPath(name)
        random = path.with_name(f"{secrets.token_urlsafe(16)}{path.suffix.lower()}")
        return super().get_available_name(str(random), max_length)
