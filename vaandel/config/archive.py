"""The form of a backup: a compressed tar with a manifest that vouches for every file.

manifest.json            what it is, of which version, and a SHA-256 per file; comes last
database/default.sqlite3 or database/default.dump (PostgreSQL's custom format)
database/clicks.sqlite3  beside the former; not in archives of format 1
media/…                  uploaded files
spool/…                  clicks that were not counted yet
secret-key               unless it comes from the environment
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO

FORMAT = 2
READABLE = (1, 2)
MANIFEST = "manifest.json"
BLOCK = 1024 * 1024


class BadArchive(Exception):
    """The archive cannot be used; the message says why."""


@dataclass(slots=True)
class Manifest:
    """`files` maps the name of each file in the archive to its SHA-256."""

    version: str
    made_at: str
    engine: str
    format: int = FORMAT
    files: dict[str, str] = field(default_factory=dict)


class Writer:
    """Adds files to an archive and remembers what they were."""

    def __init__(self, tar: tarfile.TarFile, manifest: Manifest) -> None:
        self._tar = tar
        self.manifest = manifest

    def add(self, name: str, path: Path) -> None:
        """Add a file as it is now: what is appended meanwhile is not in it."""
        with path.open("rb") as stream:
            status = os.fstat(stream.fileno())
            entry = tarfile.TarInfo(name)
            entry.size, entry.mtime, entry.mode = status.st_size, int(status.st_mtime), 0o600
            hashing = Hashing(stream)
            self._tar.addfile(entry, hashing)
            self.manifest.files[name] = hashing.digest.hexdigest()

    def add_folder(self, name: str, folder: Path) -> None:
        for path in sorted(folder.rglob("*")) if folder.exists() else []:
            if path.is_file() and not path.is_symlink():
                # A file that goes while we look (a spool that was read) is not missed.
                try:
                    self.add(f"{name}/{path.relative_to(folder).as_posix()}", path)
                except FileNotFoundError:
                    continue

    def finish(self) -> None:
        content = json.dumps(asdict(self.manifest), indent=1).encode()
        entry = tarfile.TarInfo(MANIFEST)
        entry.size, entry.mode = len(content), 0o600
        self._tar.addfile(entry, io.BytesIO(content))


class Hashing(io.RawIOBase):
    """Passes a stream on and hashes what passes."""

    def __init__(self, stream: io.BufferedReader) -> None:
        self._stream = stream
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        block = self._stream.read(size)
        self.digest.update(block)
        return block


@contextmanager
def writing(target: Path, manifest: Manifest) -> Iterator[Writer]:
    """A new archive, readable by its owner only, that has its name when it is complete."""
    draft = target.with_name(f".{target.name}.partial-{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with (
            os.fdopen(descriptor, "wb") as stream,
            tarfile.open(fileobj=stream, mode="w:gz", compresslevel=6) as tar,
        ):
            writer = Writer(tar, manifest)
            yield writer
            writer.finish()
        # Fails when somebody has made the target meanwhile; a rename would replace it.
        os.link(draft, target)
    finally:
        draft.unlink(missing_ok=True)


def unpack(archive: Path, folder: Path) -> Manifest:
    """Write all files of an archive below `folder`, and check each against the manifest."""
    found: dict[str, str] = {}
    manifest: Manifest | None = None
    try:
        with tarfile.open(archive, "r:gz") as tar:
            for entry in tar:
                stream = tar.extractfile(entry)
                if stream is None or not harmless(entry.name):
                    raise BadArchive(f"{archive} holds something else: {entry.name!r}.")
                if entry.name == MANIFEST:
                    manifest = manifest_of(stream.read())
                else:
                    found[entry.name] = write_out(stream, folder / entry.name)
    except (OSError, EOFError, tarfile.TarError) as error:
        raise BadArchive(f"{archive} cannot be read: {error}.") from error
    if manifest is None:
        raise BadArchive(f"{archive} is not complete: its manifest is missing.")
    if found != manifest.files:
        wrong = sorted(set(found.items()) ^ set(manifest.files.items()))
        raise BadArchive(f"{archive} is damaged: {wrong[0][0]} is not what was backed up.")
    return manifest


def harmless(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and bool(path.parts)


def manifest_of(content: bytes) -> Manifest:
    try:
        manifest = Manifest(**json.loads(content))
    except (ValueError, TypeError) as error:
        raise BadArchive("The manifest cannot be read.") from error
    if manifest.format not in READABLE:
        raise BadArchive(
            f"This archive has format {manifest.format}; this version reads up to {FORMAT}. "
            "Restore it with the version that made it, then upgrade."
        )
    return manifest


def write_out(stream: IO[bytes], target: Path) -> str:
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        while block := stream.read(BLOCK):
            digest.update(block)
            file.write(block)
    return digest.hexdigest()
