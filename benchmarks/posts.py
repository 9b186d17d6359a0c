"""Texts that are all due in the same minute, while answers are lost and workers are killed.

The workers are `vaandel worker` as it is; LinkedIn is the server of `tests/networks` behind its
proxy, in processes of their own. Of 100 answers one is lost: half of those at once, half after
25 seconds of silence, which is longer than we wait. Two workers are killed with `kill -9` while
they post. Every text must stand there in the end, and none twice.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks.links import machine, results
from benchmarks.links.databases import POSTGRESQL, SQLITE, fresh
from benchmarks.links.installation import Installation, Running

ROOT = Path(__file__).parents[1]
PEOPLE = 500
LOST = {"kind": "lost", "method": "POST", "path": "^/rest/posts$", "times": None, "fraction": 0.005}
SILENT = {**LOST, "kind": "hang", "seconds": 25, "seed": 1}
# The lease of what a killed worker held, and the looks after it.
MOST_SECONDS = 1500.0


@dataclass(frozen=True, slots=True)
class Row:
    """``nine_tenths`` and the like: seconds until so many stood there."""

    database: str
    posts: int
    workers: int
    kills: int
    half: float
    nine_tenths: float
    all: float
    lost_answers: int
    stands: int
    doubled: int
    published: int
    worker_cpu_ms: float
    memory_mb: float


def main(arguments: Sequence[str] = ()) -> None:
    parser = argparse.ArgumentParser("benchmarks posts", description=__doc__)
    parser.add_argument("--posts", type=int, default=10_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--kills", type=int, default=2)
    parser.add_argument("--databases", nargs="+", default=[SQLITE, POSTGRESQL])
    parser.add_argument("--wait", type=float, default=60.0, help="seconds for the machine to rest")
    given = parser.parse_args(arguments)
    machine.wait_until_quiet(given.wait)
    rows = [
        _measure(database, given.posts, given.workers, given.kills) for database in given.databases
    ]
    for row in rows:
        print(json.dumps(asdict(row)))
    results.write("posts", [asdict(row) for row in rows])
    wrong = [row for row in rows if (row.stands, row.doubled) != (row.posts, 0)]
    if wrong:
        sys.exit("A text is missing, or stands there twice.")


def _measure(database: str, posts: int, workers: int, kills: int) -> Row:
    with _server("linkedin") as network, _server("lossy", "--to", _host(network)) as proxy:
        _say(f"{network}/_stub/settings", {"most_posts_a_day": posts})
        tokens = _say(f"{network}/_stub/connect", {"people": [f"p{n}" for n in range(PEOPLE)]})
        with fresh(database, **_settings(proxy)) as ours:
            _plant(ours, posts, tokens.get("tokens", tokens))
            for order in (LOST, SILENT):
                _say(f"{proxy}/_lossy/orders", order)
            return _post(ours, network, proxy, (database, posts, workers, kills))


def _post(ours: Installation, network: str, proxy: str, what: tuple[str, int, int, int]) -> Row:
    database, posts, workers, kills = what
    started = time.perf_counter()
    running = [_worker(ours) for _ in range(workers)]
    reached: dict[float, float] = {}
    used, peak, killed = 0.0, 0.0, 0
    while (seconds := time.perf_counter() - started) < MOST_SECONDS:
        time.sleep(0.2)
        counts = _say(f"{network}/_stub/")
        for part in (0.5, 0.9, 1.0):
            if counts["posts"] >= posts * part:
                reached.setdefault(part, round(seconds, 1))
        peak = max(peak, *(machine.resident_mb(each.pid) for each in running))
        if killed < kills and counts["posts"] > posts * (killed + 1) / (kills + 2):
            victim = running.pop(0)
            used += machine.cpu_seconds([victim.pid])
            victim.kill()
            running.append(_worker(ours))
            killed += 1
        if counts["posts"] >= posts and _report(ours)["states"].get("PUBLISHED") == posts:
            break
    used += machine.cpu_seconds([each.pid for each in running])
    for each in running:
        each.stop()
    counts, said = _say(f"{network}/_stub/"), _report(ours)
    return Row(
        database=database,
        posts=posts,
        workers=workers,
        kills=killed,
        half=reached.get(0.5, 0.0),
        nine_tenths=reached.get(0.9, 0.0),
        all=round(time.perf_counter() - started, 1),
        lost_answers=sum(_say(f"{proxy}/_lossy/")["happened"].values()),
        stands=counts["posts"],
        doubled=len(counts["duplicates"]),
        published=said["states"].get("PUBLISHED", 0),
        worker_cpu_ms=round(used / posts * 1000, 2),
        memory_mb=round(peak, 1),
    )


def _worker(ours: Installation) -> Running:
    return ours.start("worker", VAANDEL_LOG_LEVEL="WARNING")


def _settings(proxy: str) -> dict[str, str]:
    return {
        "VAANDEL_FETCH_ALLOWED_HOSTS": _host(proxy),
        "VAANDEL_NETWORK_ADDRESSES": f"LINKEDIN_API={proxy} LINKEDIN_WWW={proxy}",
        "VAANDEL_NETWORK_APPS": "LINKEDIN_CLIENT_ID=measured LINKEDIN_CLIENT_SECRET=measured",
    }


def _plant(ours: Installation, posts: int, tokens: dict[str, str]) -> None:
    file = ours.folder / "tokens.json"
    file.write_text(json.dumps(tokens))
    _poster(ours, "prepare", str(posts), str(file))


def _report(ours: Installation) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_poster(ours, "report").splitlines()[-1])
    return found


def _poster(ours: Installation, *words: str) -> str:
    command = [sys.executable, "-m", "tests.shares.publishing.poster", *words]
    return subprocess.run(
        command, env=ours.environment(), cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout


@contextmanager
def _server(name: str, *words: str) -> Iterator[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.networks", name, *words],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process.stdout.readline().strip() if process.stdout else ""
    finally:
        process.terminate()
        process.wait(10)


def _say(url: str, data: dict[str, Any] | None = None) -> dict[str, Any]:
    body = json.dumps(data).encode() if data is not None else None
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        found: dict[str, Any] = json.loads(answer.read() or b"{}")
    return found


def _host(url: str) -> str:
    return urlsplit(url).netloc
