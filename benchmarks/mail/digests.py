"""Personal digests: rendered and handed over to a mail server on the same machine.

The worker is `vaandel worker` as it is. Beside each row stands the rate at which ready-made
mails of the same size go into the same server over the same number of connections: what is
between the two is what Vaandel does for a mail. Two servers: aiosmtpd, a complete one, and one
that does as little as can be. Every mail must arrive, and none twice.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.links import machine, results
from benchmarks.links.databases import POSTGRESQL, SQLITE, fresh
from benchmarks.links.installation import Installation

SINKS = ("aiosmtpd", "lean")
# For 100,000; the goal of the full server. The lean one is a yardstick, without a goal.
MOST_SECONDS = 600.0
LEAST_RATIO = 0.5
# Beyond what the worker has after its first thousand mails.
MOST_GROWTH_MB = 20.0
SETTLED = 1000
READY = 10_000
QUIET_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Row:
    database: str
    server: str
    texts: str
    mails: int
    seconds: float
    per_second: int
    ready_per_second: int
    ratio: float
    bytes_each: int
    worker_cpu_ms: float
    memory_mb: float
    growth_mb: float
    arrived: int
    people: int


@dataclass(slots=True)
class Sink:
    kind: str
    port: int
    file: Path

    def taken(self) -> dict[str, int]:
        return {
            name: int(count)
            for name, count in json.loads(
                self.file.read_text() if self.file.exists() else "{}"
            ).items()
        }


def main(arguments: Sequence[str] = ()) -> None:
    given = _parser().parse_args(arguments)
    machine.wait_until_quiet(given.wait)
    print(
        f"{'database':<11} {'server':<9} {'texts':<9} {'mails':>8} {'seconds':>8} {'a second':>9}"
        f" {'ready-made':>10} {'ratio':>6} {'bytes':>7} {'CPU ms':>7} {'MB':>6} {'grew':>6}"
    )
    rows = []
    for database in given.databases:
        for kind in given.servers:
            for count in given.mails:
                for texts in given.texts:
                    row = _measure(database, kind, texts, int(count), given.connections)
                    rows.append(row)
                    _print(row)
    results.write("mail", [asdict(row) for row in rows], connections=given.connections)
    _judge(rows)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("benchmarks mail", description=__doc__)
    parser.add_argument("--mails", nargs="+", type=float, default=[10_000])
    parser.add_argument("--databases", nargs="+", default=[SQLITE, POSTGRESQL])
    parser.add_argument("--texts", nargs="+", default=["alike"], help="alike, different")
    parser.add_argument("--connections", type=int, default=2)
    parser.add_argument("--servers", nargs="+", default=list(SINKS))
    parser.add_argument("--wait", type=float, default=60.0, help="seconds for the machine to rest")
    return parser


def _measure(database: str, kind: str, texts: str, count: int, connections: int) -> Row:
    with fresh(database, VAANDEL_MAIL_CONNECTIONS=str(connections)) as ours:
        ours.vaandel("migrate")
        _inside(ours, "queue", count, texts)
        with _sink(kind) as sink:
            ready = _inside(ours, "ready", min(count, READY), connections, sink.port)
        with _sink(kind) as sink:
            return _send(ours, (database, texts), sink, count, ready)


def _send(
    ours: Installation, what: tuple[str, str], sink: Sink, count: int, ready: dict[str, float]
) -> Row:
    worker = ours.start(
        "worker",
        VAANDEL_SMTP_URL=f"smtp://127.0.0.1:{sink.port}",
        VAANDEL_MAIL_FROM="Stadsenergie <vaandel@stadsenergie.example>",
        VAANDEL_LOG_LEVEL="WARNING",
    )
    _wait(sink, 1)
    started, before = time.perf_counter(), machine.cpu_seconds([worker.pid])
    settled = peak = 0.0
    quiet_since, seen = time.monotonic(), 0
    while seen < count and time.monotonic() - quiet_since < QUIET_SECONDS:
        time.sleep(0.05)
        now = sink.taken().get("mails", 0)
        if now != seen:
            quiet_since, seen = time.monotonic(), now
        memory = machine.resident_mb(worker.pid)
        peak = max(peak, memory)
        if seen <= SETTLED:
            settled = peak
    seconds = time.perf_counter() - started
    used = machine.cpu_seconds([worker.pid]) - before
    # What would come twice comes now.
    time.sleep(2)
    taken = sink.taken()
    worker.stop()
    ready_rate = min(count, READY) / ready["seconds"]
    return Row(
        database=what[0],
        server=sink.kind,
        texts=what[1],
        mails=count,
        seconds=round(seconds, 1),
        per_second=round(count / seconds),
        ready_per_second=round(ready_rate),
        ratio=round(count / seconds / ready_rate, 2),
        bytes_each=round(taken["bytes"] / taken["mails"]),
        worker_cpu_ms=round(used / count * 1000, 2),
        memory_mb=round(peak, 1),
        growth_mb=round(peak - settled, 1),
        arrived=taken["mails"],
        people=taken["people"],
    )


def _wait(sink: Sink, count: int) -> None:
    deadline = time.monotonic() + 60
    while sink.taken().get("mails", 0) < count:
        if time.monotonic() > deadline:
            sys.exit("The worker sends nothing.")
        time.sleep(0.01)


@contextmanager
def _sink(kind: str) -> Iterator[Sink]:
    with tempfile.TemporaryDirectory(prefix="vaandel-sink-") as folder:
        sink = Sink(kind, machine.free_port(), Path(folder) / "taken.json")
        words = [kind, str(sink.port), str(sink.file)]
        process = subprocess.Popen([sys.executable, "-m", "benchmarks.mail.sinks", *words])
        try:
            while not sink.file.exists() and process.poll() is None:
                time.sleep(0.05)
            time.sleep(0.2)
            yield sink
        finally:
            process.terminate()
            process.wait(10)


def _inside(ours: Installation, *words: object) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.mail.inside", *map(str, words)]
    done = subprocess.run(
        command, env=ours.environment(), capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _print(row: Row) -> None:
    print(
        f"{row.database:<11} {row.server:<9} {row.texts:<9} {row.mails:>8,} {row.seconds:>8.1f}"
        f" {row.per_second:>9,} {row.ready_per_second:>10,} {row.ratio:>6.0%}"
        f" {row.bytes_each:>7,} {row.worker_cpu_ms:>7.2f} {row.memory_mb:>6.0f}"
        f" {row.growth_mb:>+6.1f}",
        flush=True,
    )


def _judge(rows: Sequence[Row]) -> None:
    bad = [
        f"{row.database}, {row.server}, {row.mails:,}: {row.arrived:,} arrived at {row.people:,}"
        for row in rows
        if not row.arrived == row.people == row.mails
    ]
    for row in rows:
        if row.seconds > MOST_SECONDS * max(row.mails, 1) / 100_000 and row.server == SINKS[0]:
            bad.append(f"{row.database}, {row.server}: {row.mails:,} took {row.seconds:.0f} s")
        if row.ratio < LEAST_RATIO and row.server == SINKS[0] and row.texts == "alike":
            bad.append(f"{row.database}, {row.server}: {row.ratio:.0%} of ready-made")
        if row.growth_mb > MOST_GROWTH_MB:
            bad.append(f"{row.database}, {row.server}: memory grew by {row.growth_mb:.0f} MB")
    if bad:
        sys.exit("\n".join(bad))
