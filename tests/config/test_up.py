"""`vaandel up` with real processes: it starts, mends itself and stops."""

from __future__ import annotations

import json
import signal
import socket
import time
from collections.abc import Callable
from contextlib import suppress

import psutil
import pytest

from tests.config.conftest import Installation

pytestmark = pytest.mark.slow


def role_of(process: psutil.Process) -> str:
    return process.cmdline()[3]


def children(supervisor: int) -> dict[str, psutil.Process]:
    """The living ones; one that is just starting or dead has no command line of ours."""
    found = {}
    for child in psutil.Process(supervisor).children():
        # One may end between being listed and being looked at.
        with suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
            if alive(child) and "--supervised" in child.cmdline():
                found[role_of(child)] = child
    return found


def child_other_than(supervisor: int, role: str, killed: psutil.Process) -> bool:
    now = children(supervisor).get(role)
    return now is not None and now.pid != killed.pid


def alive(process: psutil.Process) -> bool:
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


def until(condition: Callable[[], bool], *, seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_it_starts_everything_and_says_where(installation: Installation) -> None:
    up = installation.start("up")
    installation.wait_until_alive()

    until(lambda: sorted(children(up.pid)) == ["clock", "web", "worker"])
    until(lambda: f"Vaandel runs at http://127.0.0.1:{installation.port}" in installation.said())
    assert installation.get("/readyz") == (
        200,
        json.dumps(
            {"ready": True, "checks": {"database": True, "migrations": True, "spool": True}}
        ),
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_with_all_its_children(installation: Installation, number: signal.Signals) -> None:
    up = installation.start("up")
    installation.wait_until_alive()
    family = psutil.Process(up.pid).children(recursive=True)
    assert len(family) >= 4

    up.send_signal(number)

    assert up.wait(20) == 0
    assert [process for process in family if alive(process)] == []


@pytest.mark.parametrize("role", ["web", "worker", "clock"])
def test_a_killed_child_is_started_again(installation: Installation, role: str) -> None:
    up = installation.start("up")
    installation.wait_until_alive()
    until(lambda: role in children(up.pid))
    killed = children(up.pid)[role]
    offspring = killed.children()

    killed.kill()

    until(lambda: child_other_than(up.pid, role, killed))
    installation.wait_until_alive()
    assert [process for process in offspring if alive(process)] == []


def test_a_killed_web_worker_is_replaced(installation: Installation) -> None:
    up = installation.start("up")
    installation.wait_until_alive()
    web = children(up.pid)["web"]
    worker = web.children()[0]

    worker.kill()

    until(lambda: [child.pid for child in web.children()] not in ([], [worker.pid]))
    installation.wait_until_alive()
    assert children(up.pid)["web"].pid == web.pid


def test_the_children_do_not_outlive_it(installation: Installation) -> None:
    up = installation.start("up")
    installation.wait_until_alive()
    family = psutil.Process(up.pid).children(recursive=True)

    up.kill()
    up.wait()

    until(lambda: not any(alive(process) for process in family))


def test_a_taken_port_is_told(installation: Installation) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", installation.port))
        other.listen()
        results = [installation.run("up"), installation.run("web")]

    for result in results:
        assert result.returncode == 4
        assert result.stderr == (
            f"Port {installation.port} on 127.0.0.1 is in use by another program (perhaps another "
            f"Vaandel). Stop that, or choose another port: VAANDEL_PORT={installation.port + 1}.\n"
        )


def test_its_log_is_one_json_object_per_line(installation: Installation) -> None:
    up = installation.start("up")
    installation.wait_until_alive()
    installation.get("/no-such-page?mail=somebody@example.org")
    up.terminate()
    up.wait(20)

    lines = [json.loads(line) for line in installation.said().splitlines() if line[:1] == "{"]
    assert {"up", "web", "worker", "clock"} <= {line["process"] for line in lines}
    requests = [line for line in lines if line["event"] == "request"]
    assert [request["status"] for request in requests] == [404]
    assert "somebody" not in installation.said()
    assert "127.0.0.1" not in "".join(map(json.dumps, lines))
