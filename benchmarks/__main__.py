"""`make bench`: every measurement, a table each. `python -m benchmarks pages` runs one."""

from __future__ import annotations

import sys

from benchmarks import lighthouse, memory, pages

MEASUREMENTS = {"pages": pages.main, "memory": memory.main, "lighthouse": lighthouse.main}


def main() -> None:
    wanted = sys.argv[1:] or list(MEASUREMENTS)
    unknown = [name for name in wanted if name not in MEASUREMENTS]
    if unknown:
        sys.exit(f"There is no measurement {unknown[0]}; there are {', '.join(MEASUREMENTS)}.")
    for name in wanted:
        MEASUREMENTS[name]()


main()
