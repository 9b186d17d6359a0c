"""A whole installation of its own: real processes, a real database, a folder, a port."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0


class Installation:
    """Runs the `vaandel` command as its owner would."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.data = folder / "data"
        self.port = free_port()
        self.output = folder / "output"
        self.variables = {
            **{name: value for name, value in os.environ.items() if name[:8] != "VAANDEL_"},
            "VAANDEL_DATA": str(self.data),
            "VAANDEL_PORT": str(self.port),
            "VAANDEL_STOP_SECONDS": "5",
            "DJANGO_SETTINGS_MODULE": "vaandel.config.settings",
            **({"VAANDEL_DATABASE_URL": database_url} if database_url else {}),
        }
        self.started: list[subprocess.Popen[bytes]] = []

    def run(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return self.python("-m", "vaandel", *arguments, **variables)

    def python(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env={**self.variables, **variables},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    def in_django(self, code: str) -> str:
        """What a snippet prints that runs inside this installation, in no tenant's scope."""
        lines = [
            "import django",
            "django.setup()",
            "from vaandel.organizations.tenancy import every_tenant",
            "from vaandel.organizations.models import Organization",
            "with every_tenant():",
            *(f"    {line}" for line in code.splitlines()),
        ]
        result = self.python("-c", "\n".join(lines))
        assert result.returncode == 0, result.stderr
        return result.stdout.strip()

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        with self.output.open("ab") as stream:
            process = subprocess.Popen(
                [sys.executable, "-m", "vaandel", *arguments],
                cwd=ROOT,
                env=self.variables,
                stdout=stream,
                stderr=stream,
            )
        self.started.append(process)
        return process

    def python_in_background(self, code: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, env=self.variables)
        self.started.append(process)
        return process

    def get(self, path: str) -> tuple[int, str]:
        address = f"http://127.0.0.1:{self.port}{path}"
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def wait_until_alive(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                if self.get("/healthz")[0] == 200:
                    return
            except OSError:
                assert time.monotonic() < deadline, self.output.read_text()
                time.sleep(0.1)

    def said(self) -> str:
        return self.output.read_text() if self.output.exists() else ""

    def clear(self) -> None:
        for process in self.started:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                process.wait(PATIENCE)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def database_url() -> Iterator[str]:
    """An empty PostgreSQL database when the tests run on PostgreSQL, else nothing."""
    server = os.environ.get("VAANDEL_DATABASE_URL", "")
    if not server:
        yield ""
        return
    name = f"installation_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def installation(tmp_path: Path, database_url: str) -> Iterator[Installation]:
    made = Installation(tmp_path, database_url)
    yield made
    made.clear()
