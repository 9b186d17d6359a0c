"""`make run` says at once what keeps it from running, before it sets anything up."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def make_run(**variables: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name[:8] != "VAANDEL_"}
    return subprocess.run(
        # Without the packages of the environment, as on the first day.
        [sys.executable, "-S", "scripts/run.py"],
        cwd=ROOT,
        env={**kept, **variables},
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_port_in_use_is_told_with_what_to_type(taken: int) -> None:
    result = make_run(VAANDEL_PORT=str(taken))

    assert result.returncode == 1
    assert result.stdout == ""
    assert f"Port {taken} on 127.0.0.1 is in use by another program" in result.stderr
    assert result.stderr.endswith(
        f"Stop that, or choose another port: VAANDEL_PORT={taken + 1} make run\n"
    )


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"VAANDEL_PORT": "eighty"}, "VAANDEL_PORT"),
        ({"VAANDEL_BIND": "192.0.2.1"}, "VAANDEL_BIND=192.0.2.1 cannot be listened on"),
    ],
)
def test_an_address_that_cannot_be_used_is_told(variables: dict[str, str], said: str) -> None:
    result = make_run(**variables)

    assert (result.returncode, result.stdout) == (1, "")
    assert said in result.stderr
    assert "Traceback" not in result.stderr
