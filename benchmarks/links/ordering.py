"""Whether what was answered is on the disk at every moment, as the system calls tell.

A power cut cannot be staged on a machine that goes on running. What can be seen is the order: with
`VAANDEL_SPOOL_SYNC=1`, at the moment the n-th answer leaves, at least n lines must have been
written before the start of an `fdatasync` that has come back. If so, a cut at any moment finds
every answered click on the disk - as far as the disk did what it said.

The same for counting on SQLite: at the moment a spool file is removed, everything that was
written to the database's log before must have been synced, or a cut leaves the click in neither.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from benchmarks.links import machine
from benchmarks.links.client import Clients
from benchmarks.links.databases import SQLITE, fresh
from benchmarks.links.installation import Installation
from benchmarks.links.load import user_agents

SECONDS = 3.0
CONNECTIONS = 4
_CALL = re.compile(r"^(\d+) +(?:[\d.]+ +)?(?:<\.\.\. )?(\w+)(\(| resumed>)(.*)$")
# Lines of the spool, as strace prints what was written: a checksum, then a list.
_LINE = re.compile(r"[0-9a-f]{8} \[")
_ANSWER = "HTTP/1.1 302"
_ON_FILE = re.compile(r"^(?:\d+ +)?(\w+)\(\d+<([^>]*)>(.*)$")
_REMOVED = re.compile(r'^(?:\d+ +)?unlink(?:at)?\(.*\.clicks"')


@dataclass(frozen=True, slots=True)
class Ordering:
    """What was seen; without strace nothing was."""

    watched: bool
    answers: int = 0
    syncs: int = 0
    too_early: int = 0
    removed: int = 0
    removed_too_early: int = 0

    @property
    def good(self) -> bool:
        early = self.too_early + self.removed_too_early
        return not self.watched or bool(self.answers and self.removed and not early)

    def text(self) -> str:
        if not self.watched:
            return "Order of fdatasync and answer: not watched, as strace is not installed."
        return (
            f"Order of fdatasync and answer: {self.answers:,} answers, {self.syncs:,} calls of"
            f" fdatasync, {self.too_early} answers before their line was on the disk.\n"
            f"Order of counting and removing (SQLite): {self.removed} spool files removed,"
            f" {self.removed_too_early} before what was counted was on the disk."
        )


@dataclass(slots=True)
class _Watch:
    """The lines so far: written, and known to be on the disk."""

    written: int = 0
    synced: int = 0
    answers: int = 0
    syncs: int = 0
    too_early: int = 0
    # Of each thread inside fdatasync: how many lines there were when it asked.
    asked: dict[str, int] = field(default_factory=dict)
    # Of each thread inside a write of lines: how many.
    writing: dict[str, int] = field(default_factory=dict)

    def see(self, line: str) -> None:
        found = _CALL.match(line)
        if not found:
            return
        thread, call, begins, rest = found.groups()
        unfinished = rest.endswith("<unfinished ...>")
        if call in {"fdatasync", "fsync"}:
            if begins == "(":
                self.asked[thread] = self.written
            if not unfinished:
                self.syncs += 1
                done = self.asked.pop(thread, 0)
                if "= 0" in rest:
                    self.synced = max(self.synced, done)
        elif _ANSWER in rest and begins == "(":
            # Several answers may leave at once; each of them must be covered.
            self.answers += rest.count(_ANSWER)
            self.too_early += self.answers > self.synced
        elif begins == "(" and (lines := len(_LINE.findall(rest))):
            # A line is written once the call is back: until then it is nothing.
            self.writing[thread] = lines
            if not unfinished:
                self.written += self.writing.pop(thread)
        elif begins != "(" and thread in self.writing:
            self.written += self.writing.pop(thread)


def judged(lines: Iterable[str]) -> Ordering:
    """What a log of strace (with -f, in the order of the kernel) says."""
    watch = _Watch()
    for line in lines:
        watch.see(line)
    return Ordering(
        watched=True, answers=watch.answers, syncs=watch.syncs, too_early=watch.too_early
    )


def judged_removals(lines: Iterable[str]) -> tuple[int, int]:
    """How many spool files were removed, and how many with parts of the log not yet synced.

    From a log of strace with -y, which names the file of each descriptor.
    """
    unsynced = False
    removed = too_early = 0
    for line in lines:
        if _REMOVED.match(line):
            removed += 1
            too_early += unsynced
        elif (found := _ON_FILE.match(line)) and found[2].endswith("-wal"):
            unsynced = found[1] not in {"fsync", "fdatasync"} or "= 0" not in found[3]
    return removed, too_early


def measure(door: str) -> Ordering:
    program = machine.tool("strace")
    if not program:
        return Ordering(watched=False)
    with fresh(SQLITE, VAANDEL_SPOOL_SYNC="1", VAANDEL_TRUSTED_PROXIES="127.0.0.1") as ours:
        codes = ours.prepare(100)
        with tempfile.TemporaryDirectory() as folder:
            log = Path(folder) / "calls"
            _watch(ours, program, door, codes, log)
            ours.stop()
            with log.open(errors="replace") as lines:
                answers = judged(lines)
            _watch_counting(ours, program, log)
            with log.open(errors="replace") as lines:
                removed, too_early = judged_removals(lines)
    return replace(answers, removed=removed, removed_too_early=too_early)


def _watch_counting(ours: Installation, program: str, log: Path) -> None:
    calls = "trace=write,pwrite64,fsync,fdatasync,unlink,unlinkat"
    command = [program, "-f", "-q", "-y", "-s", "200", "-e", calls, "-o", str(log)]
    counting = [sys.executable, "-m", "benchmarks.links.inside", "ingest"]
    subprocess.run(
        [*command, *counting],
        env=ours.environment(),
        check=True,
        stdout=subprocess.DEVNULL,
        timeout=300,
    )


def _watch(ours: Installation, program: str, door: str, codes: list[str], log: Path) -> None:
    web = ours.serve(door, code=codes[0])
    calls = "trace=write,writev,pwrite64,sendto,sendmsg,fdatasync,fsync"
    pids = [word for process in web.workers() for word in ("-p", str(process.pid))]
    command = [program, "-f", "-q", "-s", "4096", "-e", calls, "-o", str(log), *pids]
    tracer = subprocess.Popen(command, stderr=subprocess.PIPE)
    try:
        clients = Clients([web.port], codes, user_agents(), connections=CONNECTIONS)
        # Until strace has hold of all threads.
        machine.rest(2)
        clients.start()
        machine.rest(SECONDS)
        clients.stop()
    finally:
        tracer.terminate()
        tracer.communicate(timeout=20)
