"""Two nodes for links, one PostgreSQL, one Redis or Valkey; one node is killed under load.

Each node has a spool of its own and counts it itself. The one that is killed comes back after a
while; until then what it had answered lies in its folder. Nothing may be missing afterwards.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from benchmarks.links import machine, results
from benchmarks.links.client import Clients, Tally
from benchmarks.links.databases import POSTGRESQL, fresh
from benchmarks.links.installation import Installation, Running, wait_for_port, wait_for_redirect
from benchmarks.links.load import user_agents

LINKS = 2000
CONNECTIONS = 8


@dataclass(frozen=True, slots=True)
class _Node:
    place: Installation
    running: Running


def main(arguments: Sequence[str] = ()) -> None:
    parser = argparse.ArgumentParser("benchmarks two-nodes", description=__doc__)
    parser.add_argument("--seconds", type=float, default=5.0, help="of load in each phase")
    seconds = parser.parse_args(arguments).seconds
    with fresh(POSTGRESQL, VAANDEL_TRUSTED_PROXIES="127.0.0.1") as ours, _valkey(ours) as valkey:
        ours.more["VAANDEL_VALKEY_URL"] = f"redis://127.0.0.1:{valkey.port}/0"
        codes = ours.prepare(LINKS)
        nodes = [_start(ours, name, codes[0]) for name in ("first", "second")]
        try:
            seen = _load(nodes, codes, seconds)
            left = _drain(nodes)
        finally:
            for node in nodes:
                node.place.stop()
        stored = ours.inside("count")
        kinds = ours.inside("kinds")
    off = stored["link_days_off"] + stored["campaign_hours_off"]
    print(
        f"sent {seen.sent:,}, answered {seen.answered:,}, refused {seen.refused:,},"
        f" stored {stored['rows']:,}, twice"
        f" {stored['rows'] - stored['ids']}, sums that are off {off}, files left {left}\n{kinds}"
    )
    row = {"sent": seen.sent, "answered": seen.answered, "files_left": left, **stored}
    results.write("two-nodes", [row])
    if not seen.answered <= stored["rows"] <= seen.sent or off or left:
        sys.exit("The clicks of the two nodes are not all there, or not once.")


def _load(nodes: list[_Node], codes: list[str], seconds: float) -> Tally:
    """Both; then one is dead; then both again."""
    first = nodes[0]
    ports = [node.running.port for node in nodes]
    clients = Clients(ports, codes, user_agents(), connections=CONNECTIONS)
    clients.start()
    machine.rest(seconds)
    before = clients.so_far().answered
    first.running.kill()
    machine.rest(seconds)
    alone = clients.so_far().answered
    again = first.place.start("links", port=first.running.port)
    wait_for_redirect(again, f"/s/{codes[0]}")
    machine.rest(seconds)
    seen = clients.stop()
    print(
        f"answered by both {before:,}; with the first one dead {alone - before:,};"
        f" since it is back {seen.answered - alone:,}"
    )
    return seen


def _start(ours: Installation, name: str, code: str) -> _Node:
    place = Installation(ours.folder / name, ours.database_url, dict(ours.more))
    place.folder.mkdir()
    return _Node(place, place.serve("links", code=code))


def _drain(nodes: list[_Node]) -> int:
    """Stop answering, let what waits be stored; how many files are left."""
    for node in nodes:
        node.place.stop()
    for node in nodes:
        node.place.inside("ingest")
    return sum(node.place.inside("count")["files"] for node in nodes)


@contextmanager
def _valkey(ours: Installation) -> Iterator[Running]:
    program = machine.tool("valkey-server") or machine.need("redis-server")[0]
    port = machine.free_port()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    with (ours.folder / "valkey.log").open("wb") as log:
        running = Running(subprocess.Popen(command, stdout=log, stderr=log, cwd=ours.folder), port)
    try:
        wait_for_port(running)
        yield running
    finally:
        running.stop()
