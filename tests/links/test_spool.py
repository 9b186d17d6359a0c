"""The files between an answer and the database: damage, full disks, files that change."""

from __future__ import annotations

import errno
import logging
import os
import threading
import time
import zlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.factories import LinkFactory
from vaandel.config import health
from vaandel.lib.writing import write_at_once
from vaandel.links import spool
from vaandel.links.ingest import ingest_clicks
from vaandel.links.models import Click, Link
from vaandel.links.spool import Correction, Damaged, Record, Writer, from_line, to_line
from vaandel.organizations.models import Organization

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC).timestamp()


@pytest.fixture
def folder(settings: Any) -> Path:
    return Path(settings.SPOOL_DIR)


@pytest.fixture
def link(acme: Organization) -> Link:
    return LinkFactory.create(organization=acme)


def line_of(link: Link, number: int) -> bytes:
    return to_line(Record(number, link.pk, int(NOW * 1000), "HUMAN", "", "", "Chrome", None, ""))


def test_a_line_is_read_back_and_damage_is_seen() -> None:
    written = Record(7, 1, 1795512600000, "HUMAN", "www.linkedin.com", "NL", "Chrome", 5, "ref")
    line = to_line(written)

    assert line.endswith(b"\n")
    assert from_line(line[:-1]) == written
    assert from_line(to_line(("!", "SCANNER", [1, 2]))[:-1]) == Correction("SCANNER", [1, 2])
    for damaged in (line[:-2], line[1:], b"", b"x", line.replace(b"HUMAN", b"ROBOT")):
        with pytest.raises(Damaged):
            from_line(damaged)


@pytest.mark.parametrize(
    "payload", [b"[]", b"7", b"{}", b'["x"]', b'[1,1,2,"NOBODY","","","",0,""]']
)
def test_a_line_of_another_form_is_damaged(payload: bytes) -> None:
    with pytest.raises(Damaged):
        from_line(b"%08x %b" % (zlib.crc32(payload), payload))


def test_a_torn_end_is_left_out_once_its_writer_is_gone(
    folder: Path, link: Link, caplog: Any
) -> None:
    writer = Writer(folder)
    writer.append(link.pk, NOW, "HUMAN")
    (file,) = spool.files(folder)
    with file.open("ab") as stream:
        stream.write(line_of(link, 1)[:-10])

    assert ingest_clicks() == 1
    assert spool.files(folder) == [file]
    writer.close()
    with caplog.at_level(logging.WARNING):
        assert ingest_clicks() == 0

    assert "ended in the middle of a line" in caplog.text
    assert spool.files(folder) == []


def test_damaged_lines_are_skipped_and_reported(folder: Path, link: Link, caplog: Any) -> None:
    writer = Writer(folder)
    writer.append(link.pk, NOW, "HUMAN")
    (file,) = spool.files(folder)
    with file.open("ab") as stream:
        stream.write(b"rubbish\n\n" + line_of(link, 1).replace(b"HUMAN", b"HUMAM"))
    writer.append(link.pk, NOW, "HUMAN")

    with caplog.at_level(logging.ERROR):
        assert ingest_clicks() == 2

    assert "3 damaged lines" in caplog.text


def test_a_line_behind_a_torn_one_is_found(folder: Path, link: Link, caplog: Any) -> None:
    writer = Writer(folder)
    writer.append(link.pk, NOW, "HUMAN")
    (file,) = spool.files(folder)
    with file.open("ab") as stream:
        stream.write(line_of(link, 50)[:30])
    writer.append(link.pk, NOW, "HUMAN")

    with caplog.at_level(logging.ERROR):
        assert ingest_clicks() == 2

    assert "1 damaged lines" in caplog.text


def test_threads_write_side_by_side(folder: Path, link: Link) -> None:
    writer = Writer(folder)

    def write() -> None:
        for _ in range(500):
            assert writer.append(link.pk, NOW, "HUMAN")

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert ingest_clicks() == 4000
    assert Click.objects.count() == 4000


def test_files_are_changed_when_they_grow_vanish_or_age(
    folder: Path, link: Link, monkeypatch: Any
) -> None:
    writer = Writer(folder)
    moment = time.time()
    writer.append(link.pk, moment, "HUMAN")
    spool.files(folder)[0].unlink()
    writer.append(link.pk, moment + 2, "HUMAN")
    monkeypatch.setattr(spool, "MAX_FILE_BYTES", 10)
    writer.append(link.pk, moment + 4, "HUMAN")
    monkeypatch.setattr(spool, "MAX_FILE_BYTES", 1000)
    writer.append(link.pk, moment + 6, "HUMAN")
    writer.append(link.pk, moment + 4000, "HUMAN")

    assert len(spool.files(folder)) == 3
    assert ingest_clicks() == 4
    writer.append(link.pk, moment + 4020, "HUMAN")
    # Those that were replaced are closed by now, and so they may go.
    assert ingest_clicks() == 1
    assert len(spool.files(folder)) == 1


def test_a_child_process_does_not_write_to_its_parents_file(folder: Path, link: Link) -> None:
    writer = Writer(folder)
    writer.append(link.pk, NOW, "HUMAN")
    child = os.fork()
    if child == 0:
        writer.append(link.pk, NOW, "HUMAN")
        os._exit(0)
    os.waitpid(child, 0)
    writer.append(link.pk, NOW, "HUMAN")

    assert len(spool.files(folder)) == 2
    assert ingest_clicks() == 3


def test_a_disk_without_room_is_told_and_gets_over(
    folder: Path, link: Link, monkeypatch: Any, caplog: Any
) -> None:
    writer = Writer(folder)
    writer.append(link.pk, NOW, "HUMAN")
    real = write_at_once

    def full(file: int, data: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(spool, "write_at_once", full)
    with caplog.at_level(logging.ERROR):
        assert [writer.append(link.pk, NOW, "HUMAN") for _ in range(3)] == [None] * 3
    monkeypatch.setattr(spool, "write_at_once", real)

    assert "1 clicks could not be written down: No space left on device" in caplog.text
    assert writer.lost == 3
    lost = spool.loss(folder)
    assert lost is not None
    assert lost.clicks == 3
    finding = health.spool()
    assert (finding.ok, "could not be written down" in finding.detail) == (False, True)
    os.utime(folder / spool.LOSS_FILE, (0, 0))
    assert health.spool().ok
    assert writer.append(link.pk, NOW, "HUMAN")
    assert ingest_clicks() == 2


def test_half_a_line_ends_its_file(folder: Path, link: Link, monkeypatch: Any) -> None:
    writer = Writer(folder)
    real = write_at_once
    monkeypatch.setattr(spool, "write_at_once", lambda file, data: real(file, data[:20]))
    assert writer.append(link.pk, NOW, "HUMAN") is None
    monkeypatch.setattr(spool, "write_at_once", real)
    assert writer.append(link.pk, NOW, "HUMAN")

    assert len(spool.files(folder)) == 2
    assert ingest_clicks() == 1


def test_a_spool_that_cannot_be_written_to_stops_nothing(tmp_path: Path, link: Link) -> None:
    (tmp_path / "file").touch()
    writer = Writer(tmp_path / "file" / "spool")

    assert writer.append(link.pk, NOW, "HUMAN") is None
    assert writer.lost == 1


def test_a_power_cut_loses_nothing_where_the_disk_is_waited_for(
    folder: Path, link: Link, monkeypatch: Any
) -> None:
    """Every answer comes after an `fdatasync` that began after its own line was written."""
    order: list[str] = []
    real_write, real_sync = write_at_once, os.fdatasync

    def write(file: int, data: bytes) -> int:
        order.append("write")
        return real_write(file, data)

    def sync(file: int) -> None:
        order.append("sync")
        real_sync(file)

    monkeypatch.setattr(spool, "write_at_once", write)
    monkeypatch.setattr(os, "fdatasync", sync)
    writer = Writer(folder, sync=True)
    for _ in range(3):
        assert writer.append(link.pk, NOW, "HUMAN")
        order.append("answer")

    assert order == ["write", "sync", "answer"] * 3


def test_after_a_failed_sync_nothing_of_the_file_is_believed(
    folder: Path, link: Link, monkeypatch: Any
) -> None:
    """A system says once that it could not write; who asks again is told that all is well."""
    real = os.fdatasync
    failures = iter([OSError(errno.EIO, "Input/output error")])

    def sync(file: int) -> None:
        for error in failures:
            raise error
        real(file)

    monkeypatch.setattr(os, "fdatasync", sync)
    writer = Writer(folder, sync=True)

    assert writer.append(link.pk, NOW, "HUMAN") is None
    assert writer.append(link.pk, NOW, "HUMAN")
    assert len(spool.files(folder)) == 2
    assert writer.lost == 1
