"""Reads a PDF in a process apart, with limits on its memory and time.

A file that is damaged on purpose keeps any reader busy for hours, or fills all memory. Apart,
the worst it does is end that process.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from typing import BinaryIO, Final

from vaandel.posts.pdf.reading import NotADocument, pages_of

SECONDS: Final = 15
MEMORY: Final = 768 * 1024 * 1024


def read_pages(content: Iterable[bytes]) -> int:
    """The number of pages of the PDF in these pieces; raises ``NotADocument``."""
    with tempfile.TemporaryFile() as file:
        for piece in content:
            file.write(piece)
        file.seek(0)
        answer = _asked(file)
    if not answer.isdecimal():
        raise NotADocument(answer)
    return int(answer)


def _asked(file: BinaryIO) -> str:
    try:
        # Our own interpreter and module; nothing of the document is in the command.
        return subprocess.run(  # noqa: S603
            [sys.executable, "-m", __name__],
            stdin=file,
            capture_output=True,
            timeout=SECONDS + 5,
            check=True,
        ).stdout.decode()
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
        return "too_complex"


def main() -> None:
    """Read a document from standard input and write its pages, or the reason why not."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    # What is wrong with a file is one word; a library's own remarks are of no use to anybody.
    try:
        answer = str(pages_of(sys.stdin.buffer))
    except NotADocument as error:
        answer = error.reason
    except (MemoryError, RecursionError):
        answer = "too_complex"
    sys.stdout.write(answer)


if __name__ == "__main__":
    main()
