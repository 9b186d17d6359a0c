"""`kill -9` of who answers and of who counts, again and again, under load.

A click is *answered* when its whole 302 has arrived. Afterwards every answered click has to be
stored, once: answered ≤ stored ≤ sent, no id twice, and both roll-ups add up to the rows. Sent
and not answered are the few that a kill caught on their way; they may be stored, since the line
is written before the answer.

A power cut cannot be staged. With `VAANDEL_SPOOL_SYNC=1` the system calls are watched instead
(`ordering`): no answer may leave before `fdatasync` of its line came back. Whether the disk
tells the truth when it says "written" is not in our hands.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from benchmarks.links import machine, ordering, results
from benchmarks.links.client import Clients
from benchmarks.links.databases import POSTGRESQL, SQLITE, fresh, progress
from benchmarks.links.installation import Installation, Running, redirects, wait_for_redirect
from benchmarks.links.load import user_agents

# Who answers, and who counts.
DOORS = {"web": ("web", "worker"), "links": ("links-web", "links-count")}
LINKS = 2000
CONNECTIONS = 8
PROCESSES = 2
# Every so many kills, the process that watches over the workers dies with them.
WHOLE_SERVER_EVERY = 4


@dataclass(frozen=True, slots=True)
class Row:
    database: str
    fsync: bool
    web_kills: int
    ingest_kills: int
    sent: int
    answered: int
    stored: int
    lost: int
    duplicates: int
    # Sums per link and day, or per campaign and hour, that are not those of the rows.
    sums_differ: int
    files_left: int

    @property
    def good(self) -> bool:
        inside = self.answered <= self.stored <= self.sent
        return inside and not (self.duplicates or self.sums_differ or self.files_left)


def main(arguments: Sequence[str] = ()) -> None:
    given = _parser().parse_args(arguments)
    print(
        f"{'database':<11} {'fsync':<5} {'kills':>11} {'sent':>8} {'answered':>9} {'stored':>8}"
        f" {'lost':>5} {'twice':>6} {'sums':>5} {'files':>6}"
    )
    rows = []
    for database in given.databases:
        for fsync in (False, True):
            row = _measure(database, fsync, given)
            rows.append(row)
            print(
                f"{row.database:<11} {'on' if fsync else 'off':<5}"
                f" {f'{row.web_kills} + {row.ingest_kills}':>11} {row.sent:>8,} {row.answered:>9,}"
                f" {row.stored:>8,} {row.lost:>5} {row.duplicates:>6} {row.sums_differ:>5}"
                f" {row.files_left:>6}",
                flush=True,
            )
    found = ordering.measure(DOORS[given.door][0])
    print(f"\n{found.text()}")
    results.write("loss", [asdict(row) for row in rows], door=given.door, ordering=asdict(found))
    if not all(row.good for row in rows) or not found.good:
        sys.exit("Clicks were lost, or counted twice.")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("benchmarks loss", description=__doc__)
    parser.add_argument("--kills", type=int, default=20, help="of each kind, in each row")
    parser.add_argument("--door", choices=DOORS, default="web")
    parser.add_argument("--databases", nargs="+", default=[SQLITE, POSTGRESQL])
    return parser


def _measure(database: str, fsync: bool, given: argparse.Namespace) -> Row:  # noqa: FBT001
    sync = {"VAANDEL_SPOOL_SYNC": "1"} if fsync else {}
    with fresh(database, VAANDEL_TRUSTED_PROXIES="127.0.0.1", **sync) as ours:
        codes = ours.prepare(LINKS)
        answers, counts = DOORS[given.door]
        web = ours.serve(answers, code=codes[0], workers=PROCESSES)
        worker = ours.start(counts)
        clients = Clients([web.port], codes, user_agents(), connections=CONNECTIONS)
        clients.start()
        try:
            kills = _kill_often(ours, web, worker, given, codes[0])
        finally:
            seen = clients.stop()
        ours.stop()
        ours.inside("ingest")
        stored = ours.inside("count")
    return Row(
        database=database,
        fsync=fsync,
        web_kills=kills[0],
        ingest_kills=kills[1],
        sent=seen.sent,
        answered=seen.answered,
        stored=stored["rows"],
        lost=max(0, seen.answered - stored["rows"]),
        duplicates=stored["rows"] - stored["ids"],
        sums_differ=stored["link_days_off"] + stored["campaign_hours_off"],
        files_left=stored["files"],
    )


def _kill_often(
    ours: Installation, web: Running, worker: Running, given: argparse.Namespace, code: str
) -> tuple[int, int]:
    """By turns the servers and the ingest; each is up and busy when it dies."""
    answers, counts = DOORS[given.door]
    chance = random.Random(9)
    web_kills = ingest_kills = 0
    for number in range(given.kills):
        time.sleep(chance.uniform(0.1, 0.6))
        if number % WHOLE_SERVER_EVERY == WHOLE_SERVER_EVERY - 1:
            web.kill()
            web_kills += 1
        elif web.kill_workers():
            web_kills += 1
        web = _up(ours, answers, web, code)
        before, deadline = progress(ours), time.monotonic() + machine.PATIENCE
        while progress(ours) == before:
            web = _up(ours, answers, web, code)
            if time.monotonic() > deadline:
                said = worker.log.read_text()[-3000:] if worker.log else ""
                sys.exit(f"The worker stores nothing. What it said last:\n{said}")
            time.sleep(0.01)
        # Somewhere in the middle of what has piled up meanwhile.
        time.sleep(chance.uniform(0.0, 0.25))
        worker.kill()
        ingest_kills += 1
        worker = ours.start(counts)
    return web_kills, ingest_kills


def _up(ours: Installation, answers: str, web: Running, code: str) -> Running:
    """A server that was killed as a whole, or gave up as its workers died too often within
    seconds, is started again, as whatever watches over it would."""
    if not redirects(web, f"/s/{code}"):
        web = ours.start(answers, port=web.port, VAANDEL_WEB_WORKERS=str(PROCESSES))
        wait_for_redirect(web, f"/s/{code}")
    return web
