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

    def generate_filename(self, filename: str) -> str:
        path = PurePosixPath(super().generate_filename(filename))
        return str(path.with_name(f"{secrets.token_urlsafe(16)}{path.suffix.lower()}"))
