"""A clock with one task, in a process of its own: ticking.py NAME FILE. Each tick is a line.

Its lease is shorter than that of `vaandel clock`, so that a test need not wait for a minute.
"""

from __future__ import annotations

import os
import sys
from datetime import timedelta
from pathlib import Path

import django

SECONDS = 0.1


def main(name: str, file: Path) -> None:
    from vaandel.config import work  # noqa: PLC0415 - after django.setup()

    work.HEARTBEAT_SECONDS = 0.3  # type: ignore[assignment]
    work.LEASE = timedelta(seconds=1.5)

    def tick() -> int:
        with file.open("a") as lines:
            lines.write(f"{name}\n")
        return 1

    (file.parent / f"{name}.started").write_text(str(os.getpid()))
    work.run_clock([work.Task("tick", tick, seconds=SECONDS)], deadline=5)


if __name__ == "__main__":
    django.setup()
    main(sys.argv[1], Path(sys.argv[2]))
