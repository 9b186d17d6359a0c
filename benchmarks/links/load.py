"""Clicks of made-up people: the requests, and wrk that sends them."""

from __future__ import annotations

import json
import random
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.links import machine

SCRIPT = Path(__file__).with_name("clicks.lua")
CONNECTIONS = 64
# What the load generator goes round in; the addresses that it adds are different each time.
REQUESTS = 40_000
LANGUAGES = (
    "nl-BE,nl;q=0.9,en;q=0.8",
    "nl-NL,nl;q=0.9,en-US;q=0.8,en;q=0.7",
    "fr-BE,fr;q=0.9,en;q=0.8",
    "en-GB,en;q=0.9",
    "de-DE,de;q=0.9,en;q=0.7",
)
REFERRERS = ("https://www.linkedin.com/", "https://m.facebook.com/", "", "https://t.co/", "")


def user_agents() -> list[str]:
    """Browsers as they are about: a few very common ones, and many versions of them."""
    found = []
    for version in range(118, 143):
        chrome = f"AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{version}.0.0.0"
        found += [
            f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {chrome} Safari/537.36",
            f"Mozilla/5.0 (Linux; Android 10; K) {chrome} Mobile Safari/537.36",
            f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {chrome} Safari/537.36",
            f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {chrome} Safari/537.36 Edg/{version}.0.0.0",
            f"Mozilla/5.0 (X11; Linux x86_64; rv:{version}.0) Gecko/20100101 Firefox/{version}.0",
        ]
    for system in ("16_7", "17_4", "17_6", "18_1", "18_5"):
        iphone = f"Mozilla/5.0 (iPhone; CPU iPhone OS {system} like Mac OS X) AppleWebKit/605.1.15"
        safari = (
            f"(KHTML, like Gecko) Version/{system.replace('_', '.')} Mobile/15E148 Safari/604.1"
        )
        found.append(f"{iphone} {safari}")
    return found


def write_requests(codes: Sequence[str], file: Path) -> None:
    """Requests for wrk, in the same mixture every time."""
    chance = random.Random(20261122)
    agents = user_agents()
    chance.shuffle(agents)
    parts = []
    for _ in range(REQUESTS):
        # A third of people have the most common browser, as everywhere.
        agent = agents[int(len(agents) * chance.random() ** 3)]
        lines = [
            f"GET /s/{chance.choice(codes)} HTTP/1.1",
            "Host: go.acme.example",
            f"User-Agent: {agent}",
            "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            f"Accept-Language: {chance.choice(LANGUAGES)}",
        ]
        if referrer := chance.choice(REFERRERS):
            lines.append(f"Referer: {referrer}")
        parts.append("\r\n".join(lines) + "\r\n")
    file.write_bytes("\f".join(parts).encode())


@dataclass(frozen=True, slots=True)
class Round:
    """One round of wrk against one server."""

    requests: int
    per_second: float
    cpu_us: float
    p50_ms: float
    p99_ms: float
    wrong: int


def run_wrk(
    port: int, requests: Path, *, seconds: float, pids: Sequence[int], proxy: bool
) -> Round:
    """Send for so long; `pids` are the server's processes, whose processor time is counted."""
    seed = random.randrange(1_000_000)
    command = [
        *(machine.need("wrk")[0], "-t", "1", "-c", str(CONNECTIONS), "-d", f"{seconds:g}s"),
        *("--timeout", "5s", "-s", str(SCRIPT), f"http://127.0.0.1:{port}/"),
        *("--", str(requests), "proxy" if proxy else "direct", str(seed)),
    ]
    before = machine.cpu_seconds(pids)
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 60, check=True)
    used = machine.cpu_seconds(pids) - before
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("RESULT ")]
    found = json.loads(line.removeprefix("RESULT "))
    answered = max(1, found["requests"])
    return Round(
        requests=found["requests"],
        per_second=found["requests"] / found["seconds"],
        cpu_us=used / answered * 1e6,
        p50_ms=found["p50_ms"],
        p99_ms=found["p99_ms"],
        wrong=found["wrong_status"] + found["broken"],
    )
