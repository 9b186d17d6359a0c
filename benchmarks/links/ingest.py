"""How fast clicks come from the spool into the database: rows and roll-ups, in one transaction.

The files are written by the product's own writer beforehand; what is measured is `ingest_clicks`
until nothing waits. *Spread*: over 100,000 links of 5,000 campaigns. *Hot*: all of them on one
link, which locks rows where clicks are counted one at a time.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from benchmarks.links import machine, results
from benchmarks.links.databases import POSTGRESQL, SQLITE, fresh
from benchmarks.links.installation import Installation

LINKS = 100_000
CAMPAIGNS = 5_000
LEAST = {SQLITE: 30_000, POSTGRESQL: 50_000}


@dataclass(frozen=True, slots=True)
class Row:
    database: str
    clicks_on: str
    clicks: int
    seconds: float
    per_second: int
    cpu_us: float
    exact: bool


def main(arguments: Sequence[str] = ()) -> None:
    given = _parser().parse_args(arguments)
    machine.wait_until_quiet(given.wait)
    print(
        f"{'database':<11} {'clicks on':<14} {'clicks':>10} {'seconds':>8} {'per second':>11}"
        f" {'CPU µs':>7}  exact"
    )
    rows: list[Row] = []
    for database in given.databases:
        with fresh(database) as ours:
            ours.prepare(LINKS, campaigns=CAMPAIGNS)
            stored = 0
            for spread in ("spread", "hot", "spread", "hot"):
                row = _measure(ours, database, spread, int(given.clicks), stored)
                stored += row.clicks
                rows.append(row)
    results.write("ingest", [asdict(row) for row in rows], links=LINKS, campaigns=CAMPAIGNS)
    _judge(rows)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("benchmarks ingest", description=__doc__)
    parser.add_argument("--clicks", type=float, default=5e5, help="in each round")
    parser.add_argument("--databases", nargs="+", default=[SQLITE, POSTGRESQL])
    parser.add_argument("--wait", type=float, default=60.0, help="seconds for the machine to rest")
    return parser


def _measure(ours: Installation, database: str, spread: str, clicks: int, before: int) -> Row:
    ours.inside("fill_spool", clicks, spread)
    found = ours.inside("ingest")
    counted = ours.inside("count")
    found_all = [counted[name] - before for name in ("rows", "ids")]
    off = [counted[name] for name in ("link_days_off", "campaign_hours_off")]
    row = Row(
        database=database,
        clicks_on="one link" if spread == "hot" else f"{LINKS:,} links",
        clicks=clicks,
        seconds=round(found["seconds"], 2),
        per_second=round(clicks / found["seconds"]),
        cpu_us=round(found["cpu"] / clicks * 1e6, 1),
        exact=[*found_all, *off] == [clicks, clicks, 0, 0],
    )
    print(
        f"{row.database:<11} {row.clicks_on:<14} {row.clicks:>10,} {row.seconds:>8.2f}"
        f" {row.per_second:>11,} {row.cpu_us:>7.1f}  {'yes' if row.exact else (found_all, off)}",
        flush=True,
    )
    return row


def _judge(rows: Sequence[Row]) -> None:
    if not all(row.exact for row in rows):
        sys.exit("What is stored is not what was written.")
    slow = [row for row in rows if row.per_second < LEAST[row.database]]
    if slow:
        sys.exit("\n".join(f"{r.database}, {r.clicks_on}: {r.per_second:,}/s" for r in slow))
