"""The machine under a measurement: its tools, its load, its ports, and what processes use of it."""

from __future__ import annotations

import os
import platform
import shutil
import socket
import sys
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import psutil

QUIET_LOAD = 0.5
PATIENCE = 60.0
MB = 1024 * 1024
PACKAGES = {"wrk": "wrk", "nginx": "nginx-light", "redis-server": "redis-server"}


def tool(name: str) -> str | None:
    """The path of a program, also where a user's PATH does not look."""
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin:/sbin")


def need(*names: str) -> list[str]:
    """The paths of these programs; ends with a word on what to install when one is missing."""
    paths = [tool(name) for name in names]
    missing = [PACKAGES.get(n, n) for n, path in zip(names, paths, strict=True) if not path]
    if missing:
        sys.exit(f"This measurement needs {' and '.join(missing)}: apt install {' '.join(missing)}")
    return [path for path in paths if path]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def family(pid: int) -> list[psutil.Process]:
    """A process and everything that it started."""
    try:
        first = psutil.Process(pid)
        return [first, *first.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def cpu_seconds(pids: Iterable[int]) -> float:
    """Processor time that these processes and what they started have used so far."""
    used = 0.0
    for pid in pids:
        for process in family(pid):
            try:
                times = process.cpu_times()
            except psutil.NoSuchProcess:
                continue
            used += times.user + times.system
    return used


def resident_mb(pid: int) -> float:
    return sum(float(process.memory_info().rss) for process in family(pid)) / MB


def wait_until_quiet(most_seconds: float) -> float:
    """Wait until nobody else uses this machine, but not for ever; the load as it is then."""
    deadline = time.monotonic() + most_seconds
    while (load := os.getloadavg()[0]) > QUIET_LOAD and time.monotonic() < deadline:
        time.sleep(2)
    return load


def description() -> dict[str, Any]:
    """What to know of a machine to compare its figures."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 1024**3, 1),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()}",
        "load": round(os.getloadavg()[0], 2),
    }


def rest(seconds: float) -> None:
    time.sleep(seconds)
