"""A Vaandel of its own for one measurement: a folder, a database, processes that may be killed."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from benchmarks.links import machine

START_SECONDS = 60.0


@dataclass(slots=True)
class Running:
    """A command of Vaandel that listens on a port, or works without one."""

    process: subprocess.Popen[bytes]
    port: int = 0
    log: Path | None = None

    @property
    def pid(self) -> int:
        return self.process.pid

    def workers(self) -> list[psutil.Process]:
        return machine.family(self.pid)[1:]

    def kill(self) -> None:
        """`kill -9` of this process and of everything it started."""
        for process in machine.family(self.pid):
            _signal(process, signal.SIGKILL)
        self.process.wait(30)

    def kill_workers(self) -> int:
        """`kill -9` of the processes that answer; the one that watches over them stays."""
        workers = self.workers()
        for process in workers:
            _signal(process, signal.SIGKILL)
        return len(workers)

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.kill()


def _signal(process: psutil.Process, number: signal.Signals) -> None:
    try:
        process.send_signal(number)
    except psutil.NoSuchProcess:
        return


@dataclass(slots=True)
class Installation:
    folder: Path
    database_url: str = ""
    more: dict[str, str] = field(default_factory=dict)
    running: list[Running] = field(default_factory=list)

    def environment(self, **more: str) -> dict[str, str]:
        mine = {name: v for name, v in os.environ.items() if not name.startswith("VAANDEL_")}
        return {
            **mine,
            "DJANGO_SETTINGS_MODULE": "vaandel.config.settings",
            "VAANDEL_DATA": str(self.folder),
            "VAANDEL_DATABASE_URL": self.database_url,
            "VAANDEL_SECRET_KEY": "only-for-this-measurement-0123456789-abcdefghij",
            **self.more,
            **more,
        }

    def vaandel(self, *arguments: str, **more: str) -> None:
        """Run a command to its end."""
        command = [sys.executable, "-m", "vaandel", *arguments]
        self._run(command, self.environment(**more))

    def inside(self, task: str, *arguments: object, **more: str) -> Any:
        """Run one of the tasks of `inside` in a process of its own; what it answers."""
        words = [str(argument) for argument in arguments]
        command = [sys.executable, "-m", "benchmarks.links.inside", task, *words]
        return json.loads(self._run(command, self.environment(**more)).splitlines()[-1])

    @staticmethod
    def _run(command: Sequence[str], environment: dict[str, str]) -> str:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
        return done.stdout

    def prepare(self, links: int, *, campaigns: int = 100) -> list[str]:
        """Make the tables and so many links; their codes."""
        self.vaandel("migrate")
        codes = self.folder / "codes"
        self.inside("seed", links, campaigns, codes)
        return codes.read_text().split()

    def start(self, command: str, *, port: int | None = None, **more: str) -> Running:
        """Start `vaandel <command>` without waiting for it. A port of None: it has none."""
        given = {"VAANDEL_PORT": str(port)} if port else {}
        file = self.folder / f"{command}.log"
        log = file.open("ab")
        started = subprocess.Popen(
            [sys.executable, "-m", "vaandel", command],
            env=self.environment(**given, **more),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        log.close()
        running = Running(started, port or 0, file)
        self.running.append(running)
        return running

    def serve(self, command: str, *, code: str, workers: int = 1, **more: str) -> Running:
        """Start `vaandel web` or `vaandel links`, and wait until it answers a short link."""
        wanted = {"VAANDEL_WEB_WORKERS": str(workers), **more}
        running = self.start(command, port=machine.free_port(), **wanted)
        wait_for_redirect(running, f"/s/{code}")
        return running

    def stop(self) -> None:
        for each in self.running:
            if each.process.poll() is None:
                each.stop()
            else:
                each.kill()
        self.running.clear()


@contextmanager
def installation(folder: Path, database_url: str = "", **more: str) -> Iterator[Installation]:
    """Everything that was started in it is stopped at the end."""
    folder.mkdir(parents=True, exist_ok=True)
    made = Installation(folder, database_url, more)
    try:
        yield made
    finally:
        made.stop()


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_arguments: Any) -> None:
        return None


def wait_for_redirect(running: Running, path: str) -> None:
    """Until it answers this short link, or the end of the measurement."""
    if not redirects(running, path):
        said = running.log.read_text()[-3000:] if running.log else ""
        sys.exit(f"Nothing answered on port {running.port}. What it said last:\n{said}")


def redirects(running: Running, path: str, *, most: float = START_SECONDS) -> bool:
    """Wait until it answers short links; whether it does.

    Asked with POST, which is refused without being recorded, so that no click is made by waiting.
    """
    opener = urllib.request.build_opener(_NoRedirect)
    address = f"http://127.0.0.1:{running.port}{path}"
    deadline = time.monotonic() + most
    while time.monotonic() < deadline and running.process.poll() is None:
        try:
            opener.open(urllib.request.Request(address, data=b"", method="POST"), timeout=2)
        except urllib.error.HTTPError as answer:
            if answer.code == 405:
                return True
        except OSError:
            pass
        time.sleep(0.2)
    return False


def wait_for_port(running: Running, *, most: float = START_SECONDS) -> None:
    """Until something listens."""
    deadline = time.monotonic() + most
    while time.monotonic() < deadline and running.process.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", running.port), timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    sys.exit(f"Nothing listens on port {running.port}.")
