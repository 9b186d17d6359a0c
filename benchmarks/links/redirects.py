"""Redirects per second with recording on, beside a bare 302 in the same server, and nginx.

Ours, bare and nginx are up at the same time and get their rounds in turn, so that whatever else
happens on the machine happens to all of them; what counts is the median of the rounds, the ratio,
and the processor time per redirect, which is the steadiest of all. After the last round everything
that was recorded is counted: a redirect that was not recorded would be no redirect of ours.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.links import machine, results
from benchmarks.links.installation import Installation, Running, installation, wait_for_port
from benchmarks.links.load import Round, run_wrk, write_requests

# Who answers, with how many threads if nobody says otherwise.
DOORS = {"web": ("web", 8), "links": ("links-web", 1)}
LINKS = 10_000
LEAST_OF_BARE = 70.0
MOST_P99_MS = 10.0
NGINX = """
daemon off;
worker_processes {workers};
pid {folder}/nginx.pid;
error_log {folder}/nginx-error.log;
{user}
events {{ worker_connections 1024; }}
http {{
  access_log {folder}/nginx-access.log combined;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  keepalive_requests 100000000;
  server {{
    listen 127.0.0.1:{port};
    add_header Cache-Control "private, no-store";
    location / {{ return 302 https://news.example.org/stories/2026/11/what-we-learnt-000000; }}
  }}
}}
"""


@dataclass(frozen=True, slots=True)
class Row:
    server: str
    workers: int
    per_second: float
    of_bare: float
    best_per_second: float
    best_of_bare: float
    cpu_us: float
    p50_ms: float
    p99_ms: float
    wrong: int


def main(arguments: Sequence[str] = ()) -> None:
    given = _parser().parse_args(arguments)
    machine.need("wrk")
    load = machine.wait_until_quiet(given.wait)
    rows: list[Row] = []
    for workers in given.workers:
        rows += _measure(workers, given)
    print(
        f"\nLoad of the machine before: {load:.2f}. {given.rounds} rounds of {given.seconds:g} s."
    )
    results.write("redirects", [asdict(row) for row in rows], door=given.door, proxy=given.proxy)
    _judge(rows)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("benchmarks redirects", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--door", choices=DOORS, default="links")
    parser.add_argument("--threads", type=int, default=0, help="of each process; 0: as it comes")
    parser.add_argument(
        "--direct",
        dest="proxy",
        action="store_false",
        help="without a proxy in front: all clicks from one address, as nobody has it",
    )
    parser.add_argument("--no-sync", action="store_true", help="leave out the row with fsync")
    parser.add_argument("--wait", type=float, default=60.0, help="seconds for the machine to rest")
    return parser


def _measure(workers: int, given: argparse.Namespace) -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="vaandel-bench-") as name:
        folder = Path(name)
        with installation(folder / "vaandel") as ours:
            # nginx would not be the only one that believes what a proxy says of a visitor.
            ours.more["VAANDEL_TRUSTED_PROXIES"] = "127.0.0.1" if given.proxy else ""
            command, threads = DOORS[given.door]
            threads = given.threads or threads
            ours.more["VAANDEL_WEB_THREADS"] = ours.more["VAANDEL_LINKS_THREADS"] = str(threads)
            codes = ours.prepare(LINKS)
            write_requests(codes, folder / "requests")
            servers = {"Vaandel": ours.serve(command, code=codes[0], workers=workers)}
            if not given.no_sync:
                servers["Vaandel, fsync"] = ours.serve(
                    command, code=codes[0], workers=workers, VAANDEL_SPOOL_SYNC="1"
                )
            with _bare(folder, workers, threads) as bare, _nginx(folder, workers) as nginx:
                servers["bare 302"] = bare
                if nginx:
                    servers["nginx, access log"] = nginx
                rounds = _rounds(servers, folder / "requests", given)
            _all_recorded(ours, rounds)
        return _table(rounds, workers)


def _rounds(
    servers: dict[str, Running], requests: Path, given: argparse.Namespace
) -> dict[str, list[Round]]:
    found: dict[str, list[Round]] = {name: [] for name in servers}
    for number in range(given.rounds + 1):
        for name, server in servers.items():
            # The first round only warms up; its clicks count as recorded all the same.
            seconds = given.seconds if number else 2.0
            measured = run_wrk(
                server.port, requests, seconds=seconds, pids=[server.pid], proxy=given.proxy
            )
            found[name].append(measured)
    return found


def _table(found: dict[str, list[Round]], workers: int) -> list[Row]:
    print(
        f"\n{'':<18} {'processes':>9} {'r/s':>8} {'of bare':>8} {'best r/s':>9} {'of best':>8}"
        f" {'CPU µs':>7}"
        f" {'p50 ms':>7} {'p99 ms':>7} {'wrong':>6}"
    )
    rows = []
    bare = [each.per_second for each in found["bare 302"][1:]]
    for name, rounds in found.items():
        kept = rounds[1:]
        # Of each round, what the bare one did right beside it.
        ratio = statistics.median(
            each.per_second / other * 100 for each, other in zip(kept, bare, strict=True)
        )
        row = Row(
            server=name,
            workers=workers,
            per_second=round(statistics.median(each.per_second for each in kept)),
            of_bare=round(ratio, 1),
            best_per_second=round(max(each.per_second for each in kept)),
            best_of_bare=round(max(each.per_second for each in kept) / max(bare) * 100, 1),
            cpu_us=round(statistics.median(each.cpu_us for each in kept), 1),
            p50_ms=round(statistics.median(each.p50_ms for each in kept), 2),
            p99_ms=round(statistics.median(each.p99_ms for each in kept), 2),
            wrong=sum(each.wrong for each in kept),
        )
        rows.append(row)
        print(
            f"{row.server:<18} {row.workers:>9} {row.per_second:>8,.0f} {row.of_bare:>7.0f}%"
            f" {row.best_per_second:>9,.0f} {row.best_of_bare:>7.0f}%"
            f" {row.cpu_us:>7.1f} {row.p50_ms:>7.2f} {row.p99_ms:>7.2f} {row.wrong:>6}",
            flush=True,
        )
    return rows


def _all_recorded(ours: Installation, found: dict[str, list[Round]]) -> None:
    """Every redirect that was answered is a row in the end, or this measured nothing."""
    ours.stop()
    ours.inside("ingest")
    answered = sum(
        each.requests for name, rounds in found.items() if "Vaandel" in name for each in rounds
    )
    kinds = ours.inside("kinds")
    stored = sum(kinds.values())
    print(f"\nanswered {answered:,}, stored {stored:,}: {kinds}", flush=True)
    if stored < answered:
        sys.exit(f"{answered - stored:,} redirects were answered and are not stored.")


@contextmanager
def _bare(folder: Path, workers: int, threads: int) -> Iterator[Running]:
    port = machine.free_port()
    command = [sys.executable, "-m", "benchmarks.links.bare"]
    with _started([*command, str(port), str(workers), str(threads)], port, folder) as running:
        yield running


@contextmanager
def _nginx(folder: Path, workers: int) -> Iterator[Running | None]:
    program = machine.tool("nginx")
    if not program:
        print("nginx is not installed (apt install nginx-light): its row is left out.")
        yield None
        return
    port = machine.free_port()
    file = folder / "nginx.conf"
    # Started by root it would hand its workers to a user who may not write here.
    user = "user root;" if os.geteuid() == 0 else ""
    file.write_text(NGINX.format(workers=workers, folder=folder, port=port, user=user))
    with _started([program, "-c", str(file), "-e", str(folder / "e")], port, folder) as running:
        yield running


@contextmanager
def _started(command: list[str], port: int, folder: Path) -> Iterator[Running]:
    with (folder / "log").open("ab") as log:
        running = Running(subprocess.Popen(command, stdout=log, stderr=log), port)
    try:
        wait_for_port(running)
        yield running
    finally:
        running.stop()


def _judge(rows: Sequence[Row]) -> None:
    bad = [
        f"{row.server} with {row.workers}: {row.of_bare:.0f} % of bare, p99 {row.p99_ms} ms"
        for row in rows
        if row.server == "Vaandel" and (row.of_bare < LEAST_OF_BARE or row.p99_ms > MOST_P99_MS)
    ]
    if bad:
        sys.exit("\n".join([f"Less than {LEAST_OF_BARE:g} %, or p99 over {MOST_P99_MS} ms:", *bad]))
