"""The list of everything that runs in the background. A room adds its function here."""

from __future__ import annotations

from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from vaandel.clock.services import drop_lapsed_leases
from vaandel.config.work import Task
from vaandel.organizations.services import run_member_imports

MINUTE = 60
HOUR = 60 * MINUTE


def prune_sessions() -> int:
    SessionStore.clear_expired()
    return 0


def prune_leases() -> int:
    return drop_lapsed_leases(at=timezone.now())


# Rows that are due: called again at once while there are any.
WORKER: list[Task] = [
    Task("import people", run_member_imports, seconds=2, drain=True),
]

# What the clock starts.
CLOCK: list[Task] = [
    Task("prune sessions", prune_sessions, seconds=6 * HOUR),
    Task("prune leases", prune_leases, seconds=6 * HOUR),
]
