"""Reads large feeds in a process apart, with limits on its memory and time.

A few megabytes that are damaged on purpose keep any parser busy for minutes and fill
the memory of the machine. Apart, the worst they do is end that process. What it reads is
handed back as JSON. It does not know Django, so it starts quickly and stays small.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from dataclasses import asdict
from datetime import datetime
from typing import Final

import orjson

from vaandel.sources.reading.entries import Entry, Feed, NotAFeed
from vaandel.sources.reading.feeds import parse

# Up to this size the worst that was found takes two seconds and 100 MB.
SMALL: Final = 256 * 1024
SECONDS: Final = 30
MEMORY: Final = 256 * 1024 * 1024


def read_feed(body: bytes, *, content_type: str = "", url: str = "") -> Feed:
    """Read a feed whatever its size; raises ``NotAFeed``."""
    if len(body) <= SMALL:
        return parse(body, content_type=content_type, url=url)
    try:
        answer = _asked(orjson.dumps([content_type, url]), body)
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
        raise NotAFeed("too_complex") from error
    return _unpacked(answer)


def _asked(head: bytes, body: bytes) -> bytes:
    # Through a file: both sides would otherwise hold the body twice.
    with tempfile.TemporaryFile() as request:
        request.write(head + b"\n")
        request.write(body)
        request.seek(0)
        # Our own interpreter and module; nothing of the feed is in the command.
        return subprocess.run(  # noqa: S603
            [sys.executable, "-m", __name__],
            stdin=request,
            capture_output=True,
            timeout=SECONDS + 5,
            check=True,
        ).stdout


def _unpacked(answer: bytes) -> Feed:
    found = orjson.loads(answer)
    if isinstance(found, str):
        raise NotAFeed(found)
    for entry in found["entries"]:
        if entry["published_at"]:
            entry["published_at"] = datetime.fromisoformat(entry["published_at"])
    found["entries"] = [Entry(**entry) for entry in found["entries"]]
    return Feed(**found)


def main() -> None:
    """Read a request from standard input and write what was read, or the reason why not."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    content_type, url = orjson.loads(sys.stdin.buffer.readline())
    body = sys.stdin.buffer.read()
    try:
        answer: object = asdict(parse(body, content_type=content_type, url=url))
    except NotAFeed as error:
        answer = error.reason
    except (MemoryError, RecursionError):
        answer = "too_complex"
    sys.stdout.buffer.write(orjson.dumps(answer))


if __name__ == "__main__":
    main()
