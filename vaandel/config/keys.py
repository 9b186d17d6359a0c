"""The data folder and the secret key that lives in it."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vaandel.config.environment import ENVIRONMENT
from vaandel.lib.env import ConfigurationError
from vaandel.lib.processes import FolderInUse, hold_folder

FILE_NAME = "secret-key"


def make_private_folder(folder: Path) -> None:
    """Create the data folder for this user alone; an existing one keeps its rights."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(
            f"VAANDEL_DATA names a folder that cannot be made ({folder}): {error.strerror}."
        ) from error


@contextmanager
def in_use() -> Iterator[None]:
    """Keep `vaandel restore` from replacing the data under a running process."""
    try:
        with hold_folder(ENVIRONMENT.data, alone=False):
            yield
    except FolderInUse as error:
        raise ConfigurationError(
            "A backup is being restored here. Start again after it."
        ) from error


def kept_secret_key(folder: Path) -> str:
    """The key of this installation, made at the first start, readable by its owner only.

    Several processes may start at once: whoever links its finished file to the name
    first wins, and everybody reads that one.
    """
    file = folder / FILE_NAME
    if not file.exists():
        draft = folder / f".{FILE_NAME}-{os.getpid()}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(secrets.token_urlsafe(48) + "\n")
        with contextlib.suppress(FileExistsError):
            os.link(draft, file)
        draft.unlink()
    key = file.read_text(encoding="ascii").strip()
    if len(key) < 32:
        raise ConfigurationError(f"{file} does not hold a secret key. Restore it from a backup.")
    return key
