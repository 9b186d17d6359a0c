"""The checks of `vaandel doctor`. Each says what it found and, if that is bad, what to do."""

from __future__ import annotations

import os
import shutil
import smtplib
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.core.mail import get_connection
from django.db import DatabaseError, connection
from django.utils import timezone

from vaandel.clock.queries import held_leases
from vaandel.config import browser_messages, counting, health, keys, mails, visitor_lists
from vaandel.config.environment import ENVIRONMENT
from vaandel.config.health import Finding
from vaandel.config.work import CLOCK_LEASE, WORKER_LEASES
from vaandel.mailing import providers
from vaandel.mailing.bounces.mailbox import AWAY, opened
from vaandel.mailing.transport import NO_SERVER

LEAST_FREE = 500 * 1024 * 1024
# Software as old as this file cannot run earlier than this.
NOT_BEFORE = datetime(2026, 11, 1, tzinfo=UTC)
TOLERATED_DRIFT = 30.0
PRAGMAS = {"journal_mode": "wal", "foreign_keys": 1, "synchronous": 1}


def examine() -> list[Finding]:
    findings = [
        configuration(),
        public_address(),
        secret_key(),
        health.database(),
        health.migrations(),
        mail(),
        *bounces(),
        *disk(),
        health.spool(),
        counting.lost(),
        *counting.key_server(),
        *visitor_lists.examine(ENVIRONMENT),
        *clock(),
    ]
    # What lies in the database can only be asked when it answers.
    if all(finding.ok for finding in findings if finding.name in {"database", "migrations"}):
        findings += [
            database_settings(),
            database_clock(),
            browser_messages.examine(),
            *counting.stored(),
            mails.waiting(),
            *background(),
        ]
    return findings


# --- configuration --------------------------------------------------------------------


def configuration() -> Finding:
    if ENVIRONMENT.unknown:
        return Finding(
            "configuration",
            False,
            f"nobody reads {', '.join(ENVIRONMENT.unknown)}",
            "Correct the name or remove it: docs/operator/configuration.md has them all.",
        )
    if ENVIRONMENT.debug:
        return Finding(
            "configuration",
            False,
            "VAANDEL_DEBUG is on: errors show code and settings",
            "Unset it.",
        )
    return Finding("configuration", True, "every variable is understood")


def public_address() -> Finding:
    """Links in mails are made from it, and other host names are refused."""
    url = ENVIRONMENT.url
    reachable = ENVIRONMENT.bind in {"127.0.0.1", "::1", "localhost"} or "//localhost" not in url
    if reachable:
        return Finding("address", True, url)
    return Finding(
        "address",
        False,
        f"listens on {ENVIRONMENT.bind}, but calls itself {url}",
        "Set VAANDEL_URL to the address that people type, such as https://vaandel.example.org.",
    )


def secret_key() -> Finding:
    if ENVIRONMENT.secret_key:
        if len(ENVIRONMENT.secret_key) >= 32:
            return Finding("secret key", True, "from VAANDEL_SECRET_KEY")
        return Finding(
            "secret key",
            False,
            "VAANDEL_SECRET_KEY is shorter than 32 characters",
            "Take a longer one and move this one to VAANDEL_OLD_SECRET_KEYS.",
        )
    file = Path(settings.DATA_DIR) / keys.FILE_NAME
    mode = file.stat().st_mode & 0o777
    if mode & 0o077:
        return Finding(
            "secret key", False, f"others can read {file} (mode {mode:o})", f"Run: chmod 600 {file}"
        )
    return Finding("secret key", True, f"in {file}")


# --- mail -----------------------------------------------------------------------------


def mail() -> Finding:
    if settings.DEMO:
        return Finding("mail", True, "nothing is sent; read the mails at /demo/outbox/")
    if chosen := providers.provider():
        return by_provider(chosen)
    if not ENVIRONMENT.smtp_url:
        return Finding(
            "mail",
            False,
            "no mail server: invitations and proposals wait",
            "Set VAANDEL_SMTP_URL and VAANDEL_MAIL_FROM.",
        )
    server = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    connection_to_server = get_connection(timeout=10)
    try:
        connection_to_server.open()
    except smtplib.SMTPAuthenticationError:
        return Finding(
            "mail",
            False,
            f"{server} refuses the name or the password",
            "Correct VAANDEL_SMTP_URL; write special characters in it as %40 and the like.",
        )
    except (OSError, smtplib.SMTPException) as error:
        return Finding(
            "mail",
            False,
            f"{server} does not answer: {error}",
            "See whether the server, the port and the scheme (smtp, smtps, smtp+starttls) in "
            "VAANDEL_SMTP_URL are right, and whether a firewall stands in between.",
        )
    finally:
        connection_to_server.close()
    return Finding("mail", True, f"{server} accepts us")


def by_provider(chosen: providers.Provider) -> Finding:
    """Only a mail that is sent shows whether the key is right: `vaandel mail test` sends one."""
    if missing := providers.problem():
        return Finding(
            "mail", False, f"{chosen.name}: {missing}", "Complete VAANDEL_MAIL_PROVIDER_SETTINGS."
        )
    return Finding("mail", True, f"goes through {chosen.name}")


def bounces() -> list[Finding]:
    """Who does not hear of bounces mails on to addresses that are gone, and is mistrusted."""
    if settings.EMAIL_BACKEND == NO_SERVER:
        return []
    if url := settings.BOUNCE_IMAP_URL:
        try:
            with opened(url):
                return [Finding("bounces", True, "the mailbox opens")]
        except (*AWAY, ValueError) as error:
            return [
                Finding(
                    "bounces",
                    False,
                    f"the mailbox does not open ({type(error).__name__})",
                    "See whether VAANDEL_BOUNCE_IMAP_URL is right; write special characters in "
                    "the password as %40 and the like.",
                )
            ]
    if settings.MAIL_WEBHOOK_SECRET and settings.MAIL_PROVIDER:
        url = f"{settings.PUBLIC_URL}/hooks/mail/{settings.MAIL_PROVIDER}/"
        return [Finding("bounces", True, f"the provider tells them at {url}")]
    return [Finding("bounces", True, "nobody tells us: see docs/operator/mail.md")]


# --- disk -----------------------------------------------------------------------------


def disk() -> list[Finding]:
    folder = Path(settings.DATA_DIR)
    free = shutil.disk_usage(folder).free
    space = Finding("disk", True, f"{free // 2**20} MB free in {folder}")
    if free < LEAST_FREE:
        space = Finding(
            "disk",
            False,
            f"only {free // 2**20} MB free in {folder}",
            f"Make room: at least {LEAST_FREE // 2**20} MB, or clicks and uploads are lost.",
        )
    return [space, *(writable(name, path) for name, path in folders().items())]


def folders() -> dict[str, Path]:
    return {"data folder": Path(settings.DATA_DIR), "media folder": Path(settings.MEDIA_ROOT)}


def writable(name: str, folder: Path) -> Finding:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".check-"):
            pass
    except OSError as error:
        return Finding(
            name,
            False,
            f"{folder} is not writable: {error.strerror}",
            f"Give it to the user that runs Vaandel: chown -R {os.getuid()} {folder}",
        )
    return Finding(name, True, f"{folder} is writable")


# --- time -----------------------------------------------------------------------------


def clock() -> list[Finding]:
    now = datetime.now(UTC)
    time_here = Finding("system clock", True, f"{now:%Y-%m-%d %H:%M:%S} UTC")
    if now < NOT_BEFORE:
        time_here = Finding(
            "system clock",
            False,
            f"it is {now:%Y-%m-%d} here, before this software was written",
            "Set the clock of this machine, best with NTP.",
        )
    try:
        zone = datetime.now(ZoneInfo(settings.TIME_ZONE))
    except (ZoneInfoNotFoundError, OSError):
        zones = Finding(
            "time zones", False, f"{settings.TIME_ZONE} is unknown here", "Install tzdata."
        )
    else:
        zones = Finding("time zones", True, f"{zone:%H:%M} in {settings.TIME_ZONE}")
    return [time_here, file_clock(), zones]


def file_clock() -> Finding:
    """Network disks have clocks of their own; the age of spool files depends on them."""
    try:
        with tempfile.NamedTemporaryFile(dir=settings.DATA_DIR, prefix=".check-") as file:
            drift = Path(file.name).stat().st_mtime - time.time()
    except OSError:
        return Finding("disk clock", False, "unknown: the data folder is not writable")
    return drift_finding("disk clock", drift, "the machine that holds the data folder")


def database_clock() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("SELECT CURRENT_TIMESTAMP")
        answer = cursor.fetchone()[0]
    if isinstance(answer, str):
        answer = datetime.fromisoformat(answer).replace(tzinfo=UTC)
    drift = (answer - timezone.now()).total_seconds()
    return drift_finding("database clock", drift, "the machine of the database")


def drift_finding(name: str, drift: float, whose: str) -> Finding:
    if abs(drift) > TOLERATED_DRIFT:
        return Finding(
            name, False, f"{drift:+.0f} s from ours", f"Set the clocks of this machine and {whose}."
        )
    return Finding(name, True, "agrees with ours")


# --- inside the database --------------------------------------------------------------


def database_settings() -> Finding:
    check: Callable[[], Finding] = sqlite if connection.vendor == "sqlite" else postgresql
    try:
        return check()
    except DatabaseError as error:
        return Finding("database settings", False, str(error).strip(), "See the database's log.")


def sqlite() -> Finding:
    wrong = []
    with connection.cursor() as cursor:
        for name, wanted in PRAGMAS.items():
            cursor.execute(f"PRAGMA {name}")
            found = cursor.fetchone()[0]
            if found != wanted:
                wrong.append(f"{name} is {found}")
        cursor.execute("PRAGMA quick_check(1)")
        damage = cursor.fetchone()[0]
    if damage != "ok":
        return Finding(
            "database settings", False, f"the file is damaged: {damage}", "Restore a backup."
        )
    if wrong:
        return Finding(
            "database settings",
            False,
            ", ".join(wrong),
            "Put the data folder on a local disk; network disks cannot do write-ahead logs.",
        )
    return Finding("database settings", True, "SQLite, write-ahead log, undamaged")


def postgresql() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        version = int(cursor.fetchone()[0])
        cursor.execute("SHOW server_encoding")
        encoding = cursor.fetchone()[0]
    if version < 150000:
        return Finding(
            "database settings",
            False,
            f"PostgreSQL {version // 10000}",
            "Use PostgreSQL 15 or newer.",
        )
    if encoding != "UTF8":
        return Finding(
            "database settings",
            False,
            f"encoding {encoding}",
            "Make the database again with ENCODING 'UTF8'.",
        )
    return Finding("database settings", True, f"PostgreSQL {version // 10000}, UTF-8")


def background() -> list[Finding]:
    """Whether worker and clock have shown themselves in the last minute."""
    at = timezone.now()
    found = []
    for name, prefix in (("worker", WORKER_LEASES), ("clock", CLOCK_LEASE)):
        if count := held_leases(prefix=prefix, at=at):
            found.append(Finding(name, True, f"{count} at work"))
        else:
            found.append(
                Finding(
                    name,
                    False,
                    "nothing seen of it for a minute",
                    f"Start `vaandel up`, or `vaandel {name}` on one of the machines.",
                )
            )
    return found
