"""A sending process that is killed loses nothing, and repeats at most what it had in its hands."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.mailing.conftest import Server
from tests.mailing.sender import COUNT

ROOT = Path(__file__).parents[2]
KILLS = 4


@pytest.mark.slow
def test_killing_the_sender_loses_no_mail(server: Server, tmp_path: Path) -> None:
    server.seconds_per_mail = 0.02
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("VAANDEL_")},
        "DJANGO_SETTINGS_MODULE": "vaandel.config.settings",
        "PYTHONPATH": str(ROOT),
        "VAANDEL_DATA": str(tmp_path / "data"),
        "VAANDEL_SMTP_URL": f"smtp://127.0.0.1:{server.port}",
        "VAANDEL_MAIL_FROM": "Vaandel <vaandel@acme.example>",
    }

    def start(what: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, str(ROOT / "tests/mailing/sender.py"), what]
        return subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)

    assert start("prepare").wait(60) == 0
    for _ in range(KILLS):
        seen = len(server.recipients)
        process = start("send")
        deadline = time.monotonic() + 60
        while len(server.recipients) < seen + random.randint(3, 8) and time.monotonic() < deadline:
            time.sleep(random.random() / 50)
        process.kill()
        process.wait(10)
        assert len(server.recipients) > seen
        let_leases_end(tmp_path / "data" / "vaandel.sqlite3")
    assert start("send").wait(60) == 0

    arrived = Counter(server.recipients)
    assert set(arrived) == {f"p{number}@acme.example" for number in range(COUNT)}
    assert sum(arrived.values()) <= COUNT + KILLS


def let_leases_end(file: Path) -> None:
    """As if five minutes had passed."""
    connection = sqlite3.connect(file, timeout=20)
    with connection:
        connection.execute(
            "UPDATE mailing_outgoingmessage SET leased_until = '2020-01-01 00:00:00'"
            " WHERE state = 'SENDING'"
        )
    connection.close()
