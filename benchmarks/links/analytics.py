"""What a page of figures costs while clicks grow from a million to a hundred.

Each size has a database of its own, with clicks in the shape of `clicks_of_years`, the roll-ups
that the product keeps, and nothing warmed but by three earlier requests. Asked is the product
itself: whole pages, as the owner and an ambassador of the large organisation get them. The goal
is on the time in the database, which is what grows.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.links import results
from benchmarks.links.databases import POSTGRESQL, SQLITE, fresh
from benchmarks.plot import draw

MOST_MS = 100.0
SIZES = {POSTGRESQL: "1e6,1e7,1e8", SQLITE: "1e6,2e7"}


@dataclass(frozen=True, slots=True)
class Row:
    database: str
    clicks: int
    page: str
    queries: int
    database_ms: float
    p50_ms: float
    p95_ms: float


def main(arguments: Sequence[str] = ()) -> None:
    given = _parser().parse_args(arguments)
    file = results.FOLDER / "analytics.json"
    rows = _earlier(file) if given.add else []
    sizes = _earlier_sizes(file) if given.add else []
    for database in given.databases:
        for clicks in (given.clicks or SIZES[database]).split(","):
            found = _measure(database, int(float(clicks)))
            sizes.append(found["sizes"])
            rows += [Row(**row) for row in found["rows"]]
            results.write("analytics", [asdict(row) for row in rows], sizes=sizes)
    _plot(rows)
    slow = [row for row in rows if row.database_ms > MOST_MS]
    if slow:
        sys.exit("\n".join(f"{r.page}: {r.database_ms:.0f} ms at {r.clicks:,}" for r in slow))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("benchmarks analytics", description=__doc__)
    parser.add_argument("--clicks", help="sizes such as 1e6,1e7; otherwise all of the database")
    parser.add_argument("--databases", nargs="+", default=[POSTGRESQL, SQLITE])
    parser.add_argument("--add", action="store_true", help="to the figures that are there")
    return parser


def _measure(database: str, clicks: int) -> dict[str, Any]:
    """In a process of its own, that is told apart from this one only by its database."""
    with fresh(database) as ours:
        ours.vaandel("migrate")
        command = [sys.executable, "-m", "benchmarks.links.pages_of_figures", str(clicks)]
        done = subprocess.run(
            command,
            env=ours.environment(VAANDEL_LOG_LEVEL="ERROR"),
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
    if done.returncode:
        sys.exit(f"The measurement of {clicks:,} clicks on {database} failed.")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _earlier(file: Path) -> list[Row]:
    return [Row(**row) for row in json.loads(file.read_text())["rows"]] if file.exists() else []


def _earlier_sizes(file: Path) -> list[Any]:
    return list(json.loads(file.read_text())["settings"]["sizes"]) if file.exists() else []


def _plot(rows: Sequence[Row]) -> None:
    for database in {row.database for row in rows}:
        series: dict[str, list[tuple[int, float]]] = {}
        for row in sorted(rows, key=lambda row: row.clicks):
            if row.database == database:
                series.setdefault(row.page, []).append((row.clicks, max(row.database_ms, 0.1)))
        file = results.FOLDER / f"analytics-{database}.svg"
        title = f"ms in the database for each page, by clicks ({database})"
        file.write_text(draw(title, series, limit=MOST_MS))
        print(f"The plot is in benchmarks/results/{file.name}.")
