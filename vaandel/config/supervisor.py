"""Starts web, worker and clock, watches over them, and stops them together.

A child that ends is started again, at once the first time and later and later when it
keeps failing. On SIGTERM or SIGINT the children get SIGTERM and a deadline. When this
process itself is killed, they notice and stop (`stop_with_parent`).

This module imports nothing of Django: the process is there all day and does nothing.
"""

from __future__ import annotations

import contextlib
import logging
import logging.config
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field

from vaandel.config import logs, ports
from vaandel.config.cli import PORT_TAKEN
from vaandel.config.environment import Environment, reachable_host
from vaandel.lib.processes import stop_event

logger = logging.getLogger("vaandel.supervisor")

ROLES = ("web", "worker", "clock")
DEMO_ROLES = ("owner", "editor", "ambassador", "sponsor")
# For glibc: threads share two heaps, and what is free goes back to the system, which makes
# all processes together about a tenth smaller.
FRUGAL = {
    "MALLOC_ARENA_MAX": "2",
    "MALLOC_MMAP_THRESHOLD_": "65536",
    "MALLOC_TRIM_THRESHOLD_": "65536",
}
# A child that ran this long has recovered: the next failure counts as the first.
STEADY_SECONDS = 60.0
LONGEST_PAUSE = 30.0
TICK = 0.2
# How long the web process may take before the address is printed anyway.
PATIENCE = 30.0


@dataclass(slots=True)
class Child:
    """One role and the process that plays it at the moment."""

    role: str
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0
    again_at: float = field(default=0.0)

    def start(self) -> None:
        # A group of its own, so that what the child started itself can be cleared away.
        self.process = subprocess.Popen(
            [sys.executable, "-m", "vaandel", self.role, "--supervised", str(os.getpid())],
            stdin=subprocess.DEVNULL,
            env={**FRUGAL, **os.environ},
            process_group=0,
        )
        self.started = time.monotonic()
        logger.info("started", extra={"child": f"{self.role} {self.process.pid}"})

    def signal(self, number: signal.Signals) -> None:
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(number)

    def clear_group(self) -> None:
        """End what a dead child left behind: a worker of the web server would keep the port."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None


class Supervisor:
    def __init__(
        self, environment: Environment, *, prepare: bool, roles: tuple[str, ...] = ROLES
    ) -> None:
        self.environment = environment
        self.prepare = prepare
        self.roles = roles
        self.children = [Child(role) for role in roles]

    def run(self) -> int:
        """Until a signal; the exit code of the command."""
        logs.Role.name = "up"
        form, level = self.environment.log_format, self.environment.log_level
        zone = self.environment.time_zone
        logging.config.dictConfig(logs.configuration(form, level, time_zone=zone))
        if not ports.free(self.environment.bind, self.environment.port):
            message = ports.taken_message(self.environment.bind, self.environment.port)
            print(message, file=sys.stderr)
            return PORT_TAKEN
        stop = stop_event()
        if self.prepare and (code := self.run_preparation(stop)):
            return code
        if stop.is_set():
            return 0
        for child in self.children:
            child.start()
        threading.Thread(target=self.announce, args=(stop,), daemon=True).start()
        while not stop.wait(TICK):
            for child in self.children:
                self.look_after(child)
        return self.stop_children()

    def run_preparation(self, stop: threading.Event) -> int:
        process = subprocess.Popen(
            [sys.executable, "-m", "vaandel", "prepare"], stdin=subprocess.DEVNULL, process_group=0
        )
        while process.poll() is None:
            if stop.wait(TICK):
                process.terminate()
                process.wait()
                return 0
        return process.returncode

    def look_after(self, child: Child) -> None:
        if child.running():
            return
        now = time.monotonic()
        if child.process is not None:
            code = child.process.returncode
            child.clear_group()
            child.process = None
            if now - child.started > STEADY_SECONDS:
                child.failures = 0
            pause = min(0.5 * 2**child.failures, LONGEST_PAUSE) if child.failures else 0.0
            child.failures += 1
            child.again_at = now + pause
            logger.warning("ended, is started again", extra={"child": child.role, "code": code})
        if now >= child.again_at:
            child.start()

    def stop_children(self) -> int:
        logger.info("stopping")
        for child in self.children:
            child.signal(signal.SIGTERM)
        deadline = time.monotonic() + self.environment.stop_seconds
        while time.monotonic() < deadline and any(child.running() for child in self.children):
            time.sleep(0.05)
        for child in self.children:
            if child.running():
                logger.warning("did not stop in time", extra={"child": child.role})
            child.clear_group()
            if child.process is not None:
                child.process.wait()
        logger.info("stopped")
        return 0

    def announce(self, stop: threading.Event) -> None:
        """Print where it runs, as soon as it answers."""
        address = (self.environment.bind, self.environment.port)
        deadline = time.monotonic() + PATIENCE
        while not answers(address) and time.monotonic() < deadline:
            if stop.wait(TICK):
                return
        print("\n".join(self.addresses()), flush=True)

    def addresses(self) -> list[str]:
        url = self.environment.url
        if self.roles != ROLES:
            return ["", f"Short links are answered at {self.environment.link_url}/s/…", ""]
        lines = ["", f"Vaandel runs at {url}"]
        if self.environment.demo:
            lines.append(f"  {'look around':14} {url}/demo")
            lines += [f"  {'as ' + role:14} {url}/demo/sign-in/{role}" for role in DEMO_ROLES]
            lines.append(f"  {'mails':14} {url}/demo/outbox/")
            lines.append(f"  {'posts':14} {url}/demo/network/")
        return [*lines, "Stop with Ctrl-C.", ""]


def answers(address: tuple[str, int]) -> bool:
    host = reachable_host(address[0]).strip("[]")
    try:
        with socket.create_connection((host, address[1]), timeout=1):
            return True
    except OSError:
        return False
