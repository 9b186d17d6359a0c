"""Several connections at once: each mail goes once, and one connection's trouble is its own."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.mailing.conftest import Server
from tests.mailing.test_killed_sender import Installation, own_database

COUNT = 300


@pytest.mark.slow
@pytest.mark.django_db
def test_three_processes_of_four_connections_send_each_mail_once(
    server: Server, tmp_path: Path
) -> None:
    server.seconds_per_mail = 0.01
    with own_database("vaandel_parallel") as url:
        ours = Installation(tmp_path, server, url, connections=4)
        ours.run("prepare", str(COUNT))
        processes = [ours.start("send") for _ in range(3)]
        assert [process.wait(120) for process in processes] == [0, 0, 0]

    assert Counter(server.recipients) == {f"p{number}@acme.example": 1 for number in range(COUNT)}
    assert server.connections > 3
