"""Memory: everything of `vaandel up` at rest, and what an import of people and a large feed add.

Counted is the proportional set size (PSS) where the system tells it: shared pages are counted
once over all processes. Ends with an error beyond 350 MB at rest or 100 MB more for a job.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

import psutil

MOST_AT_REST = 350.0
MOST_MORE = 100.0
REST_SECONDS = 20
MB = 1024 * 1024

JOBS = {
    "import of 10,000 people": "people",
    "feed of 10 MB": "feed",
}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        at_rest = _at_rest(folder)
    print(f"{'vaandel up with the demonstration, at rest':<44} {at_rest:>7.0f} MB")
    bad = at_rest > MOST_AT_REST
    for name, job in JOBS.items():
        with tempfile.TemporaryDirectory() as folder:
            more = _more(folder, job)
        print(f"{name:<44} {more:>+7.0f} MB")
        bad = bad or more > MOST_MORE
    if bad:
        sys.exit(f"More than {MOST_AT_REST:.0f} MB at rest, or {MOST_MORE:.0f} MB for a job.")


def _environment(folder: str, **more: str) -> dict[str, str]:
    return {
        **os.environ,
        "VAANDEL_DATA": folder,
        "DJANGO_SETTINGS_MODULE": "vaandel.config.settings",
        **more,
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _at_rest(folder: str) -> float:
    port = _free_port()
    environment = _environment(folder, VAANDEL_DEMO="1", VAANDEL_PORT=str(port))
    up = subprocess.Popen(
        [sys.executable, "-m", "vaandel", "up"],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_until_ready(f"http://127.0.0.1:{port}/readyz")
        time.sleep(REST_SECONDS)
        family = [psutil.Process(up.pid), *psutil.Process(up.pid).children(recursive=True)]
        return sum(_megabytes(process) for process in family)
    finally:
        up.terminate()
        up.wait(30)


def _wait_until_ready(address: str) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(address, timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.5)
    sys.exit("vaandel up was not ready within two minutes.")


def _megabytes(process: psutil.Process) -> float:
    memory = process.memory_full_info()
    return float(getattr(memory, "pss", memory.rss)) / MB


def _more(folder: str, job: str) -> float:
    """Peak minus what the process had before it began, in a process of its own."""
    environment = _environment(folder)
    subprocess.run(
        [sys.executable, "-m", "vaandel", "migrate"],
        env=environment,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    answer = subprocess.run(
        [sys.executable, "-m", "benchmarks.memory_jobs", job, folder],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    return float(answer.stdout.split()[-1])
