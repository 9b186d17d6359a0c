"""What runs in the background: `vaandel worker` and `vaandel clock`.

The worker has row loops: functions that take some rows that are due, handle them and
say how many there were. The clock has timed calls. Each has a thread of its own, so
that a slow or failing one holds up nothing but itself; a failure is logged with its
name and tried again later and later, up to a minute.

All of them may run twice for the same row (a process can die between doing and noting);
what must not happen twice is decided by the database.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db import close_old_connections, connections
from django.utils import timezone

from vaandel.clock.services import hold_lease, release_lease
from vaandel.lib.processes import stop_event

logger = logging.getLogger("vaandel.work")

HEARTBEAT_SECONDS = 10
LEASE = timedelta(seconds=45)
CLOCK_LEASE = "clock"
WORKER_LEASES = "worker:"
LONGEST_PAUSE = 60.0


@dataclass(frozen=True, slots=True)
class Task:
    """A function without arguments, and the pause before it is called again.

    A row loop (`drain`) is called again at once while it finds rows.
    """

    name: str
    run: Callable[[], int]
    seconds: float
    drain: bool = False


def holder() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"[:100]


def keep_running(task: Task, stop: threading.Event, allowed: threading.Event) -> None:
    """Call a task until `stop`, but only while `allowed`."""
    failures = 0
    while not stop.is_set():
        if not allowed.is_set():
            stop.wait(0.2)
            continue
        close_old_connections()
        started = time.monotonic()
        try:
            count = task.run()
        except Exception:
            # Whatever goes wrong in one task must not end the others.
            failures += 1
            logger.exception("A background task failed.", extra={"task": task.name})
            stop.wait(min(2.0**failures, LONGEST_PAUSE))
            continue
        failures = 0
        if count:
            ms = round((time.monotonic() - started) * 1000, 1)
            logger.debug("handled", extra={"task": task.name, "count": count, "ms": ms})
        if not (task.drain and count):
            stop.wait(task.seconds)
    connections.close_all()


def beat(name: str, allowed: threading.Event) -> None:
    """Show that this process is alive, and whether it may do its work."""
    try:
        held = hold_lease(name=name, holder=holder(), at=timezone.now(), lasting=LEASE)
    except Exception:
        # Without the database nobody can say who holds the lease.
        logger.exception("The heartbeat failed.", extra={"task": name})
        held = False
    if held != allowed.is_set():
        logger.info("at work" if held else "standing by", extra={"task": name})
    if held:
        allowed.set()
    else:
        allowed.clear()


def run_tasks(tasks: list[Task], *, lease: str, deadline: float) -> None:
    """Run until SIGTERM or SIGINT, then finish what is in hand, at most `deadline` seconds."""
    stop = stop_event()
    allowed = threading.Event()
    threads = [
        threading.Thread(
            target=keep_running, args=(task, stop, allowed), name=task.name, daemon=True
        )
        for task in tasks
    ]
    beat(lease, allowed)
    for thread in threads:
        thread.start()
    while not stop.wait(HEARTBEAT_SECONDS):
        close_old_connections()
        beat(lease, allowed)
    latest = time.monotonic() + deadline
    for thread in threads:
        thread.join(max(0.0, latest - time.monotonic()))
        if thread.is_alive():
            logger.warning("did not finish in time", extra={"task": thread.name})
    release_lease(name=lease, holder=holder(), at=timezone.now())
    connections.close_all()


def run_worker(tasks: list[Task], *, deadline: float) -> None:
    run_tasks(tasks, lease=f"{WORKER_LEASES}{holder()}", deadline=deadline)


def run_clock(tasks: list[Task], *, deadline: float) -> None:
    """Any number of clocks may run: one has the lease, the others wait for it."""
    run_tasks(tasks, lease=CLOCK_LEASE, deadline=deadline)
