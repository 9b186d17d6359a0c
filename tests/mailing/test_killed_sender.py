"""Sending processes that are killed lose nothing, and repeat at most what they had in hand."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from django.db import connection

from tests.mailing.conftest import Server

ROOT = Path(__file__).parents[2]
# Each of a process has one mail in hand. One of them, so that kills are what is counted.
CONNECTIONS = 1


class Installation:
    """A database of its own, and processes that send from it to one server."""

    def __init__(
        self, folder: Path, server: Server, url: str, *, connections: int = CONNECTIONS
    ) -> None:
        self._folder, self._url = folder, url
        self._environment = {
            **{name: v for name, v in os.environ.items() if not name.startswith("VAANDEL_")},
            "DJANGO_SETTINGS_MODULE": "vaandel.config.settings",
            "PYTHONPATH": str(ROOT),
            "VAANDEL_DATA": str(folder / "data"),
            "VAANDEL_DATABASE_URL": url,
            "VAANDEL_SECRET_KEY": "only-for-this-test-0123456789-abcdefghijklmnop",
            "VAANDEL_SMTP_URL": f"smtp://127.0.0.1:{server.port}",
            "VAANDEL_MAIL_FROM": "Vaandel <vaandel@acme.example>",
            "VAANDEL_MAIL_CONNECTIONS": str(connections),
        }

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, str(ROOT / "tests/mailing/sender.py"), *words]
        return subprocess.Popen(command, env=self._environment, stderr=subprocess.DEVNULL)

    def run(self, *words: str) -> None:
        assert self.start(*words).wait(300) == 0

    def let_leases_end(self) -> None:
        """As if five minutes had passed."""
        query = (
            "UPDATE mailing_outgoingmessage SET leased_until = '2020-01-01 00:00:00{zone}'"
            " WHERE state = 'SENDING'"
        )
        if self._url:
            with psycopg.connect(self._url) as server:
                server.execute(query.format(zone="+00"))
            return
        file = sqlite3.connect(self._folder / "data" / "vaandel.sqlite3", timeout=60)
        with file:
            file.execute(query.format(zone=""))
        file.close()


@contextmanager
def own_database(name: str) -> Iterator[str]:
    """A database beside that of the tests, where they use PostgreSQL; else SQLite's file."""
    if connection.vendor == "sqlite":
        yield ""
        return
    given: dict[str, Any] = connection.settings_dict
    parts = {
        "host": given["HOST"] or None,
        "port": given["PORT"] or None,
        "user": given["USER"] or None,
        "password": given["PASSWORD"] or None,
        **{key: value for key, value in given["OPTIONS"].items() if key == "host"},
    }
    with psycopg.connect(dbname="postgres", autocommit=True, **parts) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}"')
        server.execute(f'CREATE DATABASE "{name}"')
        try:
            yield address_of(name, parts)
        finally:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def address_of(name: str, parts: dict[str, Any]) -> str:
    words = [f"{key}={quote(str(value), safe='')}" for key, value in parts.items() if value]
    return f"postgresql:///{name}?{'&'.join(words)}" if parts["host"] else f"postgresql:///{name}"


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize(("count", "kills"), [(10_000, 20)])
def test_killing_senders_loses_no_mail(
    server: Server, tmp_path: Path, count: int, kills: int
) -> None:
    """Two processes send and are killed, time and again, at any moment."""
    with own_database(f"vaandel_killed_{os.getpid()}") as url:
        ours = Installation(tmp_path, server, url)
        ours.run("prepare", str(count))
        for _ in range(kills):
            seen = len(server.recipients)
            running = [ours.start("send"), ours.start("send")]
            enough = seen + random.randint(3, count // kills // 2)
            deadline = time.monotonic() + 60
            while len(server.recipients) < enough and time.monotonic() < deadline:
                time.sleep(random.random() / 50)
            running[0].send_signal(signal.SIGKILL)
            running[1].send_signal(signal.SIGKILL)
            assert [process.wait(20) for process in running] == [-signal.SIGKILL] * 2
            assert len(server.recipients) > seen
            ours.let_leases_end()
        ours.run("send")

    arrived = Counter(server.recipients)
    assert set(arrived) == {f"p{number}@acme.example" for number in range(count)}
    twice = sum(arrived.values()) - count
    assert twice <= 2 * kills
