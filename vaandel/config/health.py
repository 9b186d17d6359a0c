"""Is this process alive; can it do its work."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection, connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpResponse, JsonResponse

from vaandel.links.spool import loss

# A spool that is read has files of a few seconds; this much says that nobody reads it.
BACKLOG_BYTES = 50 * 1024 * 1024
LOSS_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one check. `advice` says what to do; empty when all is well."""

    name: str
    ok: bool
    detail: str
    advice: str = ""


def database() -> Finding:
    started = time.perf_counter()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return Finding(
            "database",
            False,
            str(error).strip().splitlines()[0],
            "Start the database, or correct VAANDEL_DATABASE_URL.",
        )
    return Finding("database", True, f"answers in {(time.perf_counter() - started) * 1000:.1f} ms")


@cache
def known_migrations() -> frozenset[tuple[str, str]]:
    """Of this version of the code; read from the disk once."""
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)


def missing_migrations() -> list[str]:
    applied = known_migrations()
    for each in connections.all():
        applied &= set(MigrationRecorder(each).applied_migrations())
    return sorted(".".join(key) for key in known_migrations() - applied)


def migrations() -> Finding:
    try:
        missing = missing_migrations()
    except DatabaseError:
        return Finding("migrations", False, "unknown: the database does not answer")
    if missing:
        return Finding(
            "migrations",
            False,
            f"{len(missing)} not applied, first {missing[0]}",
            "Run `vaandel migrate`.",
        )
    return Finding("migrations", True, "all applied")


def spool() -> Finding:
    """Whether clicks can be written down, and whether somebody reads them."""
    folder = Path(settings.SPOOL_DIR)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".check-"):
            pass
        waiting = sum(file.stat().st_size for file in folder.iterdir() if file.is_file())
    except OSError as error:
        return Finding(
            "spool",
            False,
            f"{folder} is not writable: {error.strerror}",
            f"Give the user that runs Vaandel (uid {os.getuid()}) the right to write there.",
        )
    lost = loss(folder)
    if lost and time.time() - lost.last_at < LOSS_SECONDS:
        return Finding(
            "spool",
            False,
            "clicks were answered and could not be written down in the last minute "
            f"({lost.clicks} so far)",
            f"Make room on the disk of {folder}; the log says what was wrong.",
        )
    if waiting > BACKLOG_BYTES:
        return Finding(
            "spool",
            False,
            f"{waiting // 2**20} MB of clicks wait to be counted",
            "See whether `vaandel worker` runs.",
        )
    return Finding("spool", True, f"{folder} is writable, {waiting} bytes in it")


def alive() -> HttpResponse:
    return HttpResponse("alive\n", content_type="text/plain", headers={"Cache-Control": "no-store"})


def ready() -> HttpResponse:
    findings = [database(), migrations(), spool()]
    ok = all(finding.ok for finding in findings)
    # `detail` may name folders and hosts: good for the operator's log, not for everybody.
    checks = {finding.name: finding.ok for finding in findings}
    return JsonResponse(
        {"ready": ok, "checks": checks},
        status=200 if ok else 503,
        headers={"Cache-Control": "no-store"},
    )


def as_rows(findings: list[Finding]) -> list[dict[str, object]]:
    return [asdict(finding) for finding in findings]


ANSWERS: dict[str, Callable[[], HttpResponse]] = {"/healthz": alive, "/readyz": ready}
