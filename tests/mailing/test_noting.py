"""A database that cannot note what was handed over is asked again, and nothing is lost."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError
from django.utils import timezone

from vaandel.mailing.models import OutgoingMessage
from vaandel.mailing.queue import LEASE, claim, give_back
from vaandel.mailing.sending import note

Queue = Callable[..., OutgoingMessage]


@pytest.fixture
def claimed(queue: Queue) -> OutgoingMessage:
    queue()
    (row,) = claim(OutgoingMessage.objects.all(), at=timezone.now(), size=1)
    return row


class Failing:
    """A write that fails so many times, as on a full disk, before it works."""

    def __init__(self, times: int, row: OutgoingMessage) -> None:
        self.left, self.row, self.calls = times, row, 0

    def __call__(self) -> bool:
        self.calls += 1
        if self.left:
            self.left -= 1
            raise DatabaseError("database or disk is full")
        return give_back(self.row, error="noted")


def test_it_is_asked_again_until_it_can(claimed: OutgoingMessage) -> None:
    write = Failing(3, claimed)

    note(claimed, write)

    assert write.calls == 4
    claimed.refresh_from_db()
    assert claimed.last_error == "noted"


def test_when_the_lease_ends_another_takes_over(claimed: OutgoingMessage) -> None:
    claimed.leased_until = timezone.now() - timedelta(seconds=1)

    with pytest.raises(DatabaseError):
        note(claimed, Failing(100, claimed))


def test_a_locked_file_is_waited_for(tmp_path: Path, db: None) -> None:
    """Not SQLite's own patience, which is twenty seconds here, but ours after it."""
    file = tmp_path / "db.sqlite3"
    with closing(sqlite3.connect(file)) as made:
        made.execute("CREATE TABLE t (n INTEGER)")
    row = OutgoingMessage(leased_until=timezone.now() + LEASE)

    def write() -> bool:
        try:
            with closing(sqlite3.connect(file, timeout=0.05)) as mine, mine:
                mine.execute("INSERT INTO t VALUES (1)")
        except sqlite3.OperationalError as error:
            raise DatabaseError(str(error)) from error
        return True

    locked = threading.Event()

    def lock() -> None:
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            locked.set()
            time.sleep(0.6)
            other.execute("COMMIT")

    thread = threading.Thread(target=lock)
    thread.start()
    locked.wait(5)
    note(row, write)
    thread.join()

    with closing(sqlite3.connect(file)) as read:
        assert read.execute("SELECT count(*) FROM t").fetchone() == (1,)
