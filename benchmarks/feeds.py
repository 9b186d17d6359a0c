"""Reads every feed below a folder and prints how many could be read, how long it took, and why not.

    python benchmarks/feeds.py FOLDER [--apart] [--seconds 10]

Good collections: the tests of the `feedparser` source distribution on PyPI (2,200 well-formed,
damaged and oddly encoded feeds; their expected HTTP headers stand in a comment and are used)
and those of other parsers. `--apart` reads each in a process apart, as large feeds are.
Anything but a feed or `NotAFeed` is a crash and ends with status 1, as does a hang.
"""

from __future__ import annotations

import argparse
import re
import signal
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vaandel.sources.reading import apart
from vaandel.sources.reading.entries import Feed, NotAFeed
from vaandel.sources.reading.feeds import parse

ENDINGS = {".xml", ".rss", ".atom", ".json", ".rdf", ".feed"}
CONTENT_TYPE = re.compile(rb"^Content-type:\s*(.+)$", re.IGNORECASE | re.MULTILINE)


class TookTooLong(Exception):
    """The limit per file is over."""


@dataclass
class Outcome:
    read: int = 0
    empty: int = 0
    damaged: int = 0
    entries: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    crashed: list[str] = field(default_factory=list)
    slowest: tuple[float, str] = (0.0, "")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--apart", action="store_true")
    parser.add_argument("--seconds", type=int, default=10)
    options = parser.parse_args()
    files = sorted(f for f in options.folder.rglob("*") if f.suffix in ENDINGS and f.is_file())
    signal.signal(signal.SIGALRM, ring)
    if options.apart:
        apart.SMALL = -1  # type: ignore[misc]  # every feed is a large one
    outcome, started = Outcome(), time.perf_counter()
    for file in files:
        read(file, outcome, seconds=options.seconds)
    report(outcome, len(files), time.perf_counter() - started)
    return 1 if outcome.crashed else 0


def ring(*_: Any) -> None:
    raise TookTooLong


def read(file: Path, outcome: Outcome, *, seconds: int) -> None:
    body = file.read_bytes()
    declared = CONTENT_TYPE.search(body[:2000])
    content_type = declared[1].decode("latin-1").strip() if declared else ""
    started = time.perf_counter()
    signal.alarm(seconds)
    try:
        read_one = apart.read_feed if apart.SMALL < 0 else parse
        note(read_one(body, content_type=content_type, url="https://feeds.example/x/"), outcome)
    except NotAFeed as refusal:
        outcome.refused[refusal.reason] += 1
    except Exception as error:  # noqa: BLE001 - finding these is what this is for
        outcome.crashed.append(f"{file}: {type(error).__name__}: {error}")
    finally:
        signal.alarm(0)
    outcome.slowest = max(outcome.slowest, (time.perf_counter() - started, file.name))


def note(feed: Feed, outcome: Outcome) -> None:
    outcome.read += 1
    outcome.empty += not feed.entries
    outcome.damaged += feed.damaged
    outcome.entries += len(feed.entries)


def report(outcome: Outcome, total: int, seconds: float) -> None:
    print(f"files                {total:6}   in {seconds:.1f} s")
    print(f"read                 {outcome.read:6}   with {outcome.entries} entries")
    print(f"  of them damaged    {outcome.damaged:6}")
    print(f"  without entries    {outcome.empty:6}")
    for reason, count in outcome.refused.most_common():
        print(f"refused: {reason:12}{count:6}")
    print(f"crashed or hung      {len(outcome.crashed):6}")
    print(f"slowest              {outcome.slowest[0]:6.2f} s {outcome.slowest[1]}")
    for line in outcome.crashed:
        print("  ", line)


if __name__ == "__main__":
    sys.exit(main())
