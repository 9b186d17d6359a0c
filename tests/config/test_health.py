"""`/healthz` and `/readyz`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from vaandel.config import health


def test_alive_asks_no_database(client: Client) -> None:
    # Without the fixture `db` a query fails the test.
    response = client.get("/healthz", headers={"host": "10.0.0.7"})

    assert response.status_code == 200
    assert response.content == b"alive\n"
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_ready(client: Client) -> None:
    response = client.get("/readyz")

    assert response.status_code == 200
    assert response.json() == {
        "ready": True,
        "checks": {"database": True, "migrations": True, "spool": True},
    }


@pytest.mark.django_db
def test_not_ready_with_a_migration_to_do(client: Client) -> None:
    MigrationRecorder(connection).record_unapplied("mailing", "0001_initial")

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["checks"] == {"database": True, "migrations": False, "spool": True}
    assert health.migrations().detail == "1 not applied, first mailing.0001_initial"


@pytest.mark.django_db
def test_not_ready_when_the_spool_cannot_be_written(
    client: Client, settings: Any, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    settings.SPOOL_DIR = tmp_path / "file"

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["checks"]["spool"] is False


@pytest.mark.django_db
def test_not_ready_when_nobody_reads_the_spool(
    client: Client, settings: Any, tmp_path: Path
) -> None:
    settings.SPOOL_DIR = tmp_path
    with (tmp_path / "old.clicks").open("wb") as file:
        file.truncate(health.BACKLOG_BYTES + 1)

    assert client.get("/readyz").status_code == 503
    assert health.spool().advice == "See whether `vaandel worker` runs."


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_only_reading(client: Client, path: str) -> None:
    assert client.post(path).status_code == 404
