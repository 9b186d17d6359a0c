"""One line per step on the terminal, with the time it took."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UNDER_CI = bool(os.environ.get("CI"))


class StepFailed(Exception):
    """A step that did not work; the message is meant for the person at the terminal."""


def say(text: str) -> None:
    print(text, flush=True)


@contextmanager
def step(what: str) -> Iterator[None]:
    started = time.monotonic()
    print(f"  {what} … ", end="\n" if UNDER_CI else "", flush=True)
    try:
        yield
    except BaseException:
        print("failed", flush=True)
        raise
    print(f"{'  ' + what + ': ' if UNDER_CI else ''}{time.monotonic() - started:.1f} s", flush=True)


def run(
    command: Sequence[str | Path],
    *,
    quiet: bool = True,
    environment: Mapping[str, str] | None = None,
) -> None:
    """Run a command in the project's folder. Quiet shows its output only when it fails."""
    words = [str(word) for word in command]
    result = subprocess.run(
        words,
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        stdout=subprocess.PIPE if quiet else None,
        stderr=subprocess.STDOUT if quiet else None,
        check=False,
    )
    if result.returncode:
        if quiet:
            sys.stdout.flush()
            sys.stdout.buffer.write(b"\n" + result.stdout)
            sys.stdout.flush()
        raise StepFailed(f"`{shlex.join(words)}` ended with exit code {result.returncode}.")
