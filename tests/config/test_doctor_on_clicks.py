"""`vaandel doctor` on clicks: lost, waiting, where they are kept, and the key of the day."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from tests.config.conftest import free_port
from tests.factories import LinkFactory
from vaandel.config import counting, health
from vaandel.config.health import Finding
from vaandel.links import spool, valkey
from vaandel.links.ingest import ingest_clicks
from vaandel.links.models import SpoolFile
from vaandel.organizations.models import Organization

PATIENCE = 20.0


@pytest.fixture
def folder(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(counting, "SECOND_LOOK", 0.0)
    settings.SPOOL_DIR = tmp_path / "spool"
    spool.prepare(settings.SPOOL_DIR)
    return Path(settings.SPOOL_DIR)


def lose(folder: Path, clicks: int, *, ago: timedelta) -> None:
    file = folder / spool.LOSS_FILE
    file.write_text(str(clicks).zfill(spool.LOSS_DIGITS))
    at = (datetime.now(UTC) - ago).timestamp()
    os.utime(file, (at, at))


def test_no_click_was_lost(folder: Path) -> None:
    assert folder.exists()
    assert counting.lost() == Finding("lost clicks", True, "none on this machine")


def test_lost_clicks_are_told_and_are_bad_for_a_week(folder: Path) -> None:
    lose(folder, 12, ago=timedelta(days=6))
    finding = counting.lost()
    assert not finding.ok
    assert finding.detail.startswith("12 on this machine, the last at 20")
    assert str(folder) in finding.advice

    lose(folder, 12, ago=timedelta(days=8))
    assert counting.lost().ok
    assert counting.lost().detail.startswith("12 on this machine")


def test_ready_says_how_many_were_lost(folder: Path) -> None:
    lose(folder, 12, ago=timedelta(seconds=40))
    finding = health.spool()
    assert not finding.ok
    assert finding.detail.endswith("in the last minute (12 so far)")

    lose(folder, 12, ago=timedelta(seconds=80))
    assert health.spool().ok


def test_clicks_that_wait_for_long(folder: Path, acme: Organization) -> None:
    link = LinkFactory.create(organization=acme)
    writer = spool.Writer(folder)
    writer.append(link.pk, time.time(), "HUMAN")
    file = spool.files(folder)[0]
    size = file.stat().st_size
    assert counting.waiting() == Finding("waiting clicks", True, f"{size} bytes")

    long_ago = time.time() - 3600
    os.utime(file, (long_ago, long_ago))
    finding = counting.waiting()
    assert not finding.ok
    assert finding.detail == f"{size} bytes, for 1:00:00"
    assert "vaandel worker" in finding.advice

    ingest_clicks()
    assert counting.waiting() == Finding("waiting clicks", True, "0 bytes")
    # What was counted stays in its file for a while; nothing there waits.
    inside = sum(each.stat().st_size for each in folder.iterdir())
    assert inside >= size
    assert health.spool().detail == f"{folder} is writable, {inside} bytes in it"

    # Written to without end, and not read for an hour.
    writer.append(link.pk, time.time(), "HUMAN")
    SpoolFile.objects.update(updated_at=timezone.now() - timedelta(hours=1))
    assert not counting.waiting().ok


@pytest.mark.django_db
def test_where_clicks_are_kept(folder: Path) -> None:
    names = [finding.name for finding in counting.stored()]

    assert names[0] == "waiting clicks"
    assert names[1] == ("clicks table" if connection.vendor == "postgresql" else "clicks file")
    assert [finding.ok for finding in counting.stored()] == [True, True]
    assert folder.exists()


def test_months_that_stay_too_long(folder: Path, acme: Organization, settings: Any) -> None:
    link = LinkFactory.create(organization=acme)
    for days in (200, 0):
        spool.Writer(folder).append(link.pk, time.time() - days * 86400, "HUMAN")
    ingest_clicks()
    if connection.vendor == "postgresql":
        finding = counting.months()
        assert not finding.ok
        assert finding.detail.startswith("2 months from ")
        assert "vaandel clock" in finding.advice
        settings.CLICK_DAYS = 300
        assert counting.months().ok
    else:
        assert counting.clicks_file().ok


@pytest.fixture
def address(settings: Any, tmp_path: Path) -> Iterator[str]:
    """Of a key server that keeps nothing, as it should be run."""
    program = shutil.which("valkey-server") or shutil.which("redis-server")
    assert program, "These tests need a server: apt install redis-server (or valkey-server)."
    port = free_port()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    valkey._server.cache_clear()
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL) as process:
        settings.VALKEY_URL = f"valkey://127.0.0.1:{port}"
        deadline = time.monotonic() + PATIENCE
        while valkey.error() and time.monotonic() < deadline:
            time.sleep(0.05)
        yield settings.VALKEY_URL
        # Asked politely it would first finish writing what it was told to keep.
        process.kill()
    valkey._server.cache_clear()


@pytest.mark.valkey
@pytest.mark.usefixtures("address")
def test_a_key_server_that_answers() -> None:
    assert counting.key_server() == [
        Finding("valkey", True, "answers, and keeps nothing on a disk")
    ]


@pytest.mark.valkey
@pytest.mark.usefixtures("address")
def test_a_key_server_that_keeps_keys_on_a_disk() -> None:
    valkey._server().config_set("appendonly", "yes")

    found = counting.key_server()

    assert found[0].detail.startswith("it saves to a disk")


def test_a_key_server_that_is_away(settings: Any) -> None:
    valkey._server.cache_clear()
    settings.VALKEY_URL = f"redis://127.0.0.1:{free_port()}"

    found = counting.key_server()

    valkey._server.cache_clear()
    assert [finding.ok for finding in found] == [False]
    assert "VAANDEL_VALKEY_URL" in found[0].advice


def test_without_a_key_server_there_is_nothing_to_say(settings: Any) -> None:
    settings.VALKEY_URL = ""

    assert counting.key_server() == []
