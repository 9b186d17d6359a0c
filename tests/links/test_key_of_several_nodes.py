"""Several nodes that count as one: the key of a day from a real Valkey or Redis."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from valkey import Valkey
from valkey.exceptions import ValkeyError

from tests.config.conftest import free_port
from vaandel.links import valkey
from vaandel.links.memory import DAY_SECONDS, Shared, Visitors

pytestmark = pytest.mark.valkey

SOMEBODY = ("203.0.113.9", "Mozilla/5.0", "nl")
PATIENCE = 20.0


@dataclass(slots=True)
class Server:
    """`redis-server` or `valkey-server`, whichever this machine has: they are one protocol."""

    port: int
    process: subprocess.Popen[bytes]

    @property
    def address(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def client(self) -> Valkey:
        return Valkey(port=self.port)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(PATIENCE)


def answers(server: Server) -> bool:
    try:
        return bool(server.client().ping())
    except ValkeyError:
        return False


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    program = shutil.which("valkey-server") or shutil.which("redis-server")
    assert program, "These tests need a server: apt install redis-server (or valkey-server)."
    port = free_port()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL)
    made = Server(port, process)
    deadline = time.monotonic() + PATIENCE
    while not answers(made) and time.monotonic() < deadline:
        time.sleep(0.05)
    yield made
    made.stop()


@pytest.fixture(autouse=True)
def fresh_client() -> Iterator[None]:
    valkey._server.cache_clear()
    yield
    valkey._server.cache_clear()


def today() -> int:
    return int(time.time() // DAY_SECONDS)


def node() -> Visitors:
    return Visitors(Shared(), valkey.key_of_day)


def test_two_nodes_know_the_same_visitor(server: Server, settings: Any) -> None:
    settings.VALKEY_URL = server.address
    now = time.time()

    numbers = {node().of_day(SOMEBODY, 1, now) for _ in range(2)}

    assert len(numbers) == 1
    assert numbers != {Visitors().of_day(SOMEBODY, 1, now)}
    assert numbers != {node().of_day(SOMEBODY, 1, now + DAY_SECONDS)}


def test_the_key_is_gone_at_midnight(server: Server, settings: Any) -> None:
    settings.VALKEY_URL = server.address
    day = today()

    key = valkey.key_of_day(day)

    name = valkey.NAME.format(day=day)
    assert server.client().get(name) == key
    assert server.client().expiretime(name) == (day + 1) * DAY_SECONDS
    assert [found.decode() for found in server.client().scan_iter()] == [name]


def test_a_node_without_the_server_goes_on_alone(
    server: Server, settings: Any, caplog: Any
) -> None:
    settings.VALKEY_URL = server.address
    server.stop()
    now = time.time()
    alone = node()

    number = alone.of_day(SOMEBODY, 1, now)

    assert "visitors are recognised on this machine only" in caplog.text
    assert alone.of_day(SOMEBODY, 1, now) == number
    assert node().of_day(SOMEBODY, 1, now) != number
    assert caplog.text.count("Valkey did not answer") == 2


def test_a_server_that_hangs_costs_a_moment(settings: Any) -> None:
    """Something listens, and never says anything."""
    port = free_port()
    settings.VALKEY_URL = f"valkey://127.0.0.1:{port}"
    command = ["python3", "-c", HANGS, str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        started = time.monotonic()

        assert valkey.key_of_day(today()) is None

        assert time.monotonic() - started < 10 * valkey.SECONDS
        process.kill()


HANGS = """
import socket, sys, time
with socket.create_server(("127.0.0.1", int(sys.argv[1]))) as server:
    print("listening", flush=True)
    while True:
        server.accept()
        time.sleep(60)
"""


@pytest.mark.parametrize(
    ("given", "host", "secure"),
    [
        ("redis://redis:6379/1", "redis", False),
        ("valkey://redis:6379/1", "redis", False),
        ("rediss://user:redis@cache.example:6380/1", "cache.example", True),
    ],
)
def test_the_name_of_the_host_stays_what_it_is(
    settings: Any, given: str, host: str, secure: bool
) -> None:
    settings.VALKEY_URL = given

    pool = valkey._server().connection_pool

    assert pool.connection_kwargs["host"] == host
    assert ("SSL" in pool.connection_class.__name__) is secure


def test_the_key_of_a_day_that_is_over_is_not_kept(server: Server, settings: Any) -> None:
    """A clock that is behind gets a key of its own, which is nowhere else."""
    settings.VALKEY_URL = server.address
    yesterday = datetime.now(UTC) - timedelta(days=1)
    number = node().of_day(SOMEBODY, 1, yesterday.timestamp())

    assert list(server.client().scan_iter()) == []
    assert number != node().of_day(SOMEBODY, 1, yesterday.timestamp())
