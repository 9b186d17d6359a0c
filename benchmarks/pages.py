"""Queries and server time of the main pages while an organisation grows.

Each size lives in a fresh SQLite database (or the one of VAANDEL_DATABASE_URL). A page is asked
through the whole Django stack in this process, so the times are the server's own. Ends with an
error when a page needs more than ten queries, or more than 100 ms (p95) at 10,000 members.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.plot import draw

MOST_QUERIES = 10
MOST_MS = 100.0
JUDGED_AT = 10_000
RUNS = 40
SIZES = {240: (150, 2_000), 10_000: (1_000, 100_000), 100_000: (2_000, 1_000_000)}
PLOT = Path(__file__).parent / "results" / "pages.svg"


@dataclass(frozen=True, slots=True)
class Measured:
    page: str
    queries: int
    p50: float
    p95: float


def main() -> None:
    chosen = os.environ.get("VAANDEL_BENCH_MEMBERS", "")
    sizes = [int(part) for part in chosen.split(",")] if chosen else list(SIZES)
    found: dict[int, list[Measured]] = {}
    print(f"{'members':>8} {'shares':>9}  {'page':<14} {'queries':>7} {'p50 ms':>7} {'p95 ms':>7}")
    for members in sizes:
        found[members] = _in_own_process(members)
        for row in found[members]:
            print(
                f"{members:>8} {SIZES[members][1]:>9}  {row.page:<14} {row.queries:>7} "
                f"{row.p50:>7.1f} {row.p95:>7.1f}",
                flush=True,
            )
    _plot(found)
    _judge(found)


def _in_own_process(members: int) -> list[Measured]:
    """A process and a database of its own for each size, so that none warms the next."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **os.environ,
            "VAANDEL_DATA": folder,
            "DJANGO_SETTINGS_MODULE": "vaandel.config.settings",
        }
        subprocess.run(
            [sys.executable, "-m", "vaandel", "migrate"],
            env=environment,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        out = subprocess.run(
            [sys.executable, "-m", "benchmarks.pages", str(members)],
            env=environment,
            check=True,
            capture_output=True,
            text=True,
        ).stdout
    rows = [line.split("\t") for line in out.splitlines() if line.startswith("row\t")]
    return [Measured(page, int(q), float(p50), float(p95)) for _, page, q, p50, p95 in rows]


def _plot(found: dict[int, list[Measured]]) -> None:
    series: dict[str, list[tuple[int, float]]] = {}
    for members, rows in found.items():
        for row in rows:
            series.setdefault(row.page, []).append((members, row.p95))
    PLOT.parent.mkdir(exist_ok=True)
    PLOT.write_text(draw("p95 server time in ms, by members", series, limit=MOST_MS))
    print(f"\nThe plot is in {PLOT.relative_to(Path.cwd())}.")


def _judge(found: dict[int, list[Measured]]) -> None:
    too_many = [r for rows in found.values() for r in rows if r.queries > MOST_QUERIES]
    too_slow = [r for r in found.get(JUDGED_AT, []) if r.p95 > MOST_MS]
    for row in too_many:
        print(f"{row.page} needs {row.queries} queries.")
    for row in too_slow:
        print(f"{row.page} needs {row.p95:.0f} ms at {JUDGED_AT} members.")
    if too_many or too_slow:
        sys.exit(1)


def measure(members: int) -> None:
    """In the process of one size: make the organisation, ask each page, print a row for each."""
    import django

    django.setup()

    from django.conf import settings
    from django.db import connection
    from django.test import Client

    from benchmarks.population import Size, populate

    settings.ALLOWED_HOSTS = ["*"]
    posts, shares = SIZES[members]
    started = time.monotonic()
    people = populate(Size(members, posts, shares))
    print(f"made in {time.monotonic() - started:.0f} s", file=sys.stderr)
    home = f"/o/{people.organization.slug}/"
    pages = [
        ("Today", people.ambassador, home),
        ("share page", people.ambassador, f"{home}posts/{people.live_post.pk}/share/"),
        ("My impact", people.ambassador, f"{home}impact/?period=all"),
        ("Programme", people.owner, f"{home}programme/?weeks=all"),
        ("post list", people.owner, f"{home}studio/posts/"),
    ]
    for name, member, path in pages:
        client = Client()
        client.force_login(member.user, backend="django.contrib.auth.backends.ModelBackend")
        for _ in range(3):
            response = client.get(path)
        if response.status_code != 200:
            sys.exit(f"{path} answered {response.status_code}")
        queries: list[str] = []

        def noted(execute: Any, sql: str, *rest: Any, into: list[str] = queries) -> Any:
            into.append(sql)
            return execute(sql, *rest)

        with connection.execute_wrapper(noted):
            client.get(path)
        times = sorted(_timed(client, path) for _ in range(RUNS))
        p50, p95 = times[RUNS // 2], times[int(RUNS * 0.95)]
        print(f"row\t{name}\t{len(queries)}\t{p50:.2f}\t{p95:.2f}", flush=True)


def _timed(client: object, path: str) -> float:
    begin = time.perf_counter()
    client.get(path)  # type: ignore[attr-defined]
    return (time.perf_counter() - begin) * 1000


if __name__ == "__main__":
    measure(int(sys.argv[1]))
