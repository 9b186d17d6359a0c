"""Memory of a million links that a process remembers, and the processor time of a look-up."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from benchmarks.links import machine, results
from benchmarks.links.databases import SQLITE, fresh

MOST_MB = 400.0


def main(arguments: Sequence[str] = ()) -> None:
    parser = argparse.ArgumentParser("benchmarks cache", description=__doc__)
    parser.add_argument("--links", type=float, default=1e6)
    links = int(parser.parse_args(arguments).links)
    with fresh(SQLITE) as ours:
        ours.prepare(links, campaigns=50)
        found = ours.inside("fill_cache", links, ours.folder / "codes")
    more = (found["after"] - found["before"]) / machine.MB
    print(
        f"{links:,} links: {more:.0f} MB more ({more * machine.MB / links:.0f} bytes each),"
        f" {found['known_us']:.2f} µs for a known one, {found['first_us']:.1f} µs for a new one"
    )
    results.write("cache", [{"links": links, "mb": round(more, 1), **found}])
    if more > MOST_MB * links / 1e6:
        sys.exit(f"More than {MOST_MB:g} MB for a million.")
