"""Measurements, a table each: `make bench` runs the first ones, `python -m benchmarks NAME` any.

Those of the links take longer, or want programs of their own; `docs/developer/benchmarks.md` tells
what each proves. `python -m benchmarks NAME --help` lists what a measurement can be told.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

from benchmarks import lighthouse, memory, pages, planner, posts, similarity
from benchmarks.links import analytics, cache, ingest, loss, redirects, two_nodes
from benchmarks.mail import digests

# What `make bench` runs, in three minutes or so together.
MEASUREMENTS: dict[str, Callable[[], None]] = {
    "pages": pages.main,
    "memory": memory.main,
    "lighthouse": lighthouse.main,
}
# Each by itself, with words of its own after its name.
LINKS: dict[str, Callable[[Sequence[str]], None]] = {
    "redirects": redirects.main,
    "loss": loss.main,
    "ingest": ingest.main,
    "analytics": analytics.main,
    "two-nodes": two_nodes.main,
    "cache": cache.main,
    "planner": planner.main,
    "similarity": similarity.main,
    "mail": digests.main,
    "posts": posts.main,
}


def main() -> None:
    name, *words = sys.argv[1:] or [""]
    if name in LINKS:
        LINKS[name](words)
        return
    wanted = sys.argv[1:] or list(MEASUREMENTS)
    unknown = [name for name in wanted if name not in MEASUREMENTS]
    if unknown:
        print(__doc__)
        print("make bench:", ", ".join(MEASUREMENTS))
        print("links:     ", ", ".join(LINKS))
        sys.exit(0 if unknown[0] in {"-h", "--help", "help"} else 2)
    for name in wanted:
        MEASUREMENTS[name]()


main()
