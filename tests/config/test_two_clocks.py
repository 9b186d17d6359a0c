"""Two clocks on one database: one runs each task, and the other takes over when it dies."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.config.conftest import ROOT, Installation


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.slow
def test_the_second_clock_stands_by_and_takes_over(
    installation: Installation, tmp_path: Path
) -> None:
    assert installation.run("migrate").returncode == 0
    file = tmp_path / "ticks"
    file.touch()

    def ticks() -> list[str]:
        return file.read_text().split()

    def start(name: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, str(ROOT / "tests/config/ticking.py"), name, str(file)]
        environment = {**installation.variables, "PYTHONPATH": str(ROOT)}
        process = subprocess.Popen(command, env=environment)
        installation.started.append(process)
        return process

    first = start("first")
    until(lambda: len(ticks()) > 5)
    second = start("second")
    until((tmp_path / "second.started").exists)
    seen = len(ticks())
    until(lambda: len(ticks()) > seen + 20)
    assert set(ticks()) == {"first"}

    first.kill()
    first.wait(10)
    until(lambda: "second" in ticks())
    until(lambda: ticks().count("second") > 5)

    # Once it was the other's turn, the first did nothing more.
    turns = ticks()
    assert set(turns[turns.index("second") :]) == {"second"}
    second.terminate()
    assert second.wait(20) == 0
