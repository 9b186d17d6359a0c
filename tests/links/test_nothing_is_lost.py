"""Clicks survive `kill -9` of who answers and of who counts, full disks and damaged files."""

from __future__ import annotations

import errno
import json
import logging
import os
import random
import signal
import subprocess
import sys
import threading
import time
import uuid
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import DatabaseError, connection
from django.db.models import Sum
from django.utils import timezone

from tests.factories import LinkFactory
from vaandel.config import health
from vaandel.links import cache, spool
from vaandel.links.cache import LinkCache, Target
from vaandel.links.ingest import ingest_clicks
from vaandel.links.models import Click, Kind, Link, LinkDay, SpoolOffset
from vaandel.links.services import end_links
from vaandel.links.spool import Damaged, Record, Writer, from_line, to_line
from vaandel.organizations.models import Organization

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


def record(link: Link | int, **fields: Any) -> Record:
    link_id = link if isinstance(link, int) else link.pk
    given = {"id": uuid.uuid4(), "at": int(NOW.timestamp() * 1000), "kind": "HUMAN"}
    return Record(link_id=link_id, **{**given, "referrer_host": "", "family": "Chrome", **fields})


@pytest.fixture
def folder(settings: Any) -> Path:
    return Path(settings.SPOOL_DIR)


@pytest.fixture
def link(acme: Organization) -> Link:
    return LinkFactory.create(organization=acme)


def test_a_line_is_read_back_and_damage_is_seen() -> None:
    written = record(7, referrer_host="www.linkedin.com")
    line = to_line(written)

    assert line.endswith(b"\n")
    assert from_line(line[:-1]) == written
    for damaged in (line[:-2], line[1:], b"", b"x", line.replace(b"HUMAN", b"ROBOT")):
        with pytest.raises(Damaged):
            from_line(damaged)


@pytest.mark.parametrize(
    "payload", [b"[]", b"7", b"{}", b'["x",1,2,"HUMAN","",""]', b'["%s","a",2,"HUMAN","",""]']
)
def test_a_line_of_another_form_is_damaged(payload: bytes) -> None:
    with pytest.raises(Damaged):
        from_line(b"%08x %b" % (zlib.crc32(payload), payload))


ANSWERING = """
import sys, uuid
from pathlib import Path
from vaandel.links.spool import Record, Writer
writer = Writer(Path(sys.argv[1]))
while True:
    id = uuid.uuid4()
    assert writer.append(Record(id, int(sys.argv[2]), 1795512600000, "HUMAN", "", "Chrome"))
    print(id.hex, flush=True)  # the answer
"""


def test_who_answers_is_killed(folder: Path, link: Link) -> None:
    answered: set[str] = set()
    for _ in range(4):
        process = subprocess.Popen(
            [sys.executable, "-c", ANSWERING, str(folder), str(link.pk)],
            stdout=subprocess.PIPE,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        )
        assert process.stdout is not None
        answered.add(process.stdout.readline().decode().strip())
        threading.Timer(random.uniform(0.05, 0.2), process.kill).start()
        answered |= {line.decode().strip() for line in process.stdout if line.endswith(b"\n")}
        assert process.wait() == -signal.SIGKILL
        process.stdout.close()

    stored = ingest_clicks()

    found = {click.hex for click in Click.objects.values_list("pk", flat=True)}
    assert len(answered) > 100
    assert answered <= found
    # At most the one that each was busy with.
    assert len(found) == stored <= len(answered) + 4
    assert LinkDay.objects.get().count == stored
    assert spool.files(folder) == []


PREPARING = """
import django, sys
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from django.conf import settings
from pathlib import Path
from vaandel.links.spool import Record, Writer
from vaandel.links.models import Link
from vaandel.organizations.models import Organization
from vaandel.organizations.tenancy import every_tenant
import uuid
with every_tenant():
    acme = Organization.objects.create(name="Acme", slug="acme")
    ids = [Link.objects.create(organization=acme, code=f"c{n}", target_url="https://x.example/").pk
           for n in range(3)]
writer = Writer(Path(settings.SPOOL_DIR))
for number in range(int(sys.argv[1])):
    assert writer.append(Record(uuid.uuid4(), ids[number % 3], 1795512600000, "HUMAN", "", "x"))
"""
INGESTING = """
import django
django.setup()
from vaandel.links import ingest
ingest.CHUNK_BYTES = 20_000
print("ready", flush=True)
ingest.ingest_clicks()
print("done", flush=True)
"""
COUNTING = """
import django, json
django.setup()
from django.conf import settings
from django.db.models import Sum
from pathlib import Path
from vaandel.links.models import Click, LinkDay, SpoolOffset
from vaandel.links.spool import files
from vaandel.organizations.tenancy import every_tenant
with every_tenant():
    print(json.dumps([Click.objects.count(), LinkDay.objects.aggregate(s=Sum("count"))["s"],
                      SpoolOffset.objects.count(), len(files(Path(settings.SPOOL_DIR)))]))
"""


def environment(tmp_path: Path) -> dict[str, str]:
    """That of a process of its own: on SQLite with a file, on PostgreSQL on the tests' database."""
    url = os.environ.get("VAANDEL_DATABASE_URL", "")
    if url:
        url = urlunsplit(urlsplit(url)._replace(path=f"/{connection.settings_dict['NAME']}"))
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "vaandel.config.settings",
        "VAANDEL_DATA": str(tmp_path),
        "VAANDEL_DATABASE_URL": url,
    }


def run(script: str, env: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, "-c", script, *arguments]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_who_counts_is_killed(tmp_path: Path) -> None:
    env = environment(tmp_path)
    clicks = 12_000
    run(PREPARING, env, str(clicks))
    kills = 0
    for _ in range(40):
        process = subprocess.Popen(
            [sys.executable, "-c", INGESTING], env=env, stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(random.uniform(0.01, 0.12))
        process.kill()
        rest = process.stdout.read()
        process.stdout.close()
        process.wait()
        if "done" in rest:
            break
        kills += 1

    run(INGESTING, env)

    assert kills >= 3
    assert json.loads(run(COUNTING, env)) == [clicks, clicks, 0, 0]


@pytest.mark.django_db(transaction=True)
def test_two_who_count_at_once_take_turns(tmp_path: Path) -> None:
    env = environment(tmp_path)
    run(PREPARING, env, "3000")
    workers = [subprocess.Popen([sys.executable, "-c", INGESTING], env=env) for _ in range(2)]

    assert [worker.wait() for worker in workers] == [0, 0]
    assert json.loads(run(COUNTING, env)) == [3000, 3000, 0, 0]


def test_a_torn_end_is_left_out_once_its_writer_is_gone(
    folder: Path, link: Link, caplog: Any
) -> None:
    writer = Writer(folder)
    writer.append(record(link))
    (file,) = spool.files(folder)
    with file.open("ab") as stream:
        stream.write(to_line(record(link))[:-10])

    assert ingest_clicks() == 1
    assert spool.files(folder) == [file]
    writer.close()
    with caplog.at_level(logging.WARNING):
        assert ingest_clicks() == 0

    assert "ended in the middle of a line" in caplog.text
    assert spool.files(folder) == []


def test_damaged_lines_are_skipped_and_reported(folder: Path, link: Link, caplog: Any) -> None:
    writer = Writer(folder)
    writer.append(record(link))
    (file,) = spool.files(folder)
    with file.open("ab") as stream:
        stream.write(b"rubbish\n\n" + to_line(record(link)).replace(b"HUMAN", b"HUMAM"))
    writer.append(record(link))

    with caplog.at_level(logging.ERROR):
        assert ingest_clicks() == 2

    assert "3 damaged lines" in caplog.text


def test_the_same_click_twice_and_clicks_of_removed_links_count_not(
    folder: Path, link: Link
) -> None:
    writer = Writer(folder)
    once = record(link)
    for each in (once, once, record(link.pk + 1000)):
        writer.append(each)
    assert ingest_clicks() == 1

    writer.append(once)
    assert ingest_clicks() == 0
    assert LinkDay.objects.get().count == 1


def test_clicks_count_on_their_own_day_in_utc(folder: Path, link: Link) -> None:
    writer = Writer(folder)
    for moment in ("2026-11-23T23:59:59.999+00:00", "2026-11-24T00:00:00+00:00"):
        writer.append(record(link, at=int(datetime.fromisoformat(moment).timestamp() * 1000)))
    ingest_clicks()

    days = LinkDay.objects.order_by("day").values_list("day", "count")
    assert [(day.isoformat(), count) for day, count in days] == [
        ("2026-11-23", 1),
        ("2026-11-24", 1),
    ]


def test_files_are_changed_when_they_grow_or_vanish(
    folder: Path, link: Link, monkeypatch: Any
) -> None:
    monkeypatch.setattr(spool, "SECONDS_BETWEEN_CHECKS", 0.0)
    writer = Writer(folder)
    writer.append(record(link))
    spool.files(folder)[0].unlink()
    writer.append(record(link))
    monkeypatch.setattr(spool, "MAX_FILE_BYTES", 10)
    writer.append(record(link))

    assert len(spool.files(folder)) == 2
    assert ingest_clicks() == 2
    assert len(spool.files(folder)) == 1


def test_a_child_process_does_not_write_to_its_parents_file(
    folder: Path, link: Link, monkeypatch: Any
) -> None:
    writer = Writer(folder)
    writer.append(record(link))
    monkeypatch.setattr(os, "getpid", lambda: 1)
    writer.append(record(link))

    assert len(spool.files(folder)) == 2


def test_leftovers_of_killed_processes_are_cleared(folder: Path, db: None) -> None:
    folder.mkdir()
    old, young = folder / f"1{spool.NEW_SUFFIX}", folder / f"2{spool.NEW_SUFFIX}"
    old.touch()
    young.touch()
    os.utime(old, (0, 0))
    gone = folder / f"3{spool.SUFFIX}"
    gone.touch()
    SpoolOffset.objects.create(name="old", updated_at=timezone.now() - timedelta(days=2))

    ingest_clicks()

    assert (old.exists(), young.exists(), gone.exists()) == (False, True, False)
    assert SpoolOffset.objects.count() == 0


def test_a_disk_without_room_is_told_and_gets_over(
    folder: Path, link: Link, monkeypatch: Any, caplog: Any
) -> None:
    writer = Writer(folder)
    writer.append(record(link))
    real = os.write

    def full(file: int, data: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with caplog.at_level(logging.ERROR):
        assert [writer.append(record(link)) for _ in range(3)] == [False] * 3
    monkeypatch.setattr(os, "write", real)

    assert "1 clicks could not be written down: No space left on device" in caplog.text
    assert writer.lost == 3
    finding = health.spool()
    assert (finding.ok, "could not be written down" in finding.detail) == (False, True)
    os.utime(folder / spool.LOSS_FILE, (0, 0))
    assert health.spool().ok
    assert writer.append(record(link)) is True
    assert ingest_clicks() == 2


def test_half_a_line_ends_its_file(folder: Path, link: Link, monkeypatch: Any) -> None:
    writer = Writer(folder)
    real = os.write
    monkeypatch.setattr(os, "write", lambda file, data: real(file, data[:20]))
    assert writer.append(record(link)) is False
    monkeypatch.setattr(os, "write", real)
    assert writer.append(record(link)) is True

    assert len(spool.files(folder)) == 2
    assert ingest_clicks() == 1


def test_a_spool_that_cannot_be_written_to_stops_nothing(tmp_path: Path, link: Link) -> None:
    (tmp_path / "file").touch()
    writer = Writer(tmp_path / "file" / "spool")

    assert writer.append(record(link)) is False
    assert writer.lost == 1


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_the_cache_is_fresh_within_two_seconds(link: Link, django_assert_num_queries: Any) -> None:
    clock = Clock()
    links = LinkCache(clock=clock)
    with django_assert_num_queries(1):
        assert links.target_of(link.code) == Target(link.pk, link.target_url, False)
        assert links.target_of(link.code) == Target(link.pk, link.target_url, False)
    end_links([link.pk], at=NOW)
    clock.now += cache.FRESH_SECONDS

    assert links.target_of(link.code) == Target(link.pk, link.target_url, True)


def test_codes_of_nobody_are_remembered_apart(acme: Organization) -> None:
    clock = Clock()
    links = LinkCache(max_links=2, max_misses=3, clock=clock)
    made = [LinkFactory.create(organization=acme) for _ in range(3)]
    for each in made:
        links.target_of(each.code)
    for number in range(10):
        assert links.target_of(f"none{number}") is None

    assert len(links) == 5
    new = LinkFactory.create(organization=acme, code="none9")
    assert links.target_of("none9") is None
    clock.now += cache.FRESH_SECONDS
    assert links.target_of("none9") == Target(new.pk, new.target_url, False)
    assert len(links) == 4


def test_known_links_outlive_the_database(link: Link, monkeypatch: Any) -> None:
    clock = Clock()
    links = LinkCache(clock=clock)
    links.target_of(link.code)
    links.target_of("nobody99")

    def gone(code: str) -> Target | None:
        raise DatabaseError(code)

    monkeypatch.setattr(cache, "read_target", gone)
    clock.now += 100

    assert links.target_of(link.code) == Target(link.pk, link.target_url, False)
    for code in ("nobody99", "another9"):
        with pytest.raises(DatabaseError):
            links.target_of(code)


def test_roll_ups_agree_with_the_rows(folder: Path, acme: Organization) -> None:
    writer = Writer(folder)
    links = [LinkFactory.create(organization=acme) for _ in range(5)]
    for number in range(500):
        writer.append(record(links[number % 5], kind=list(Kind)[number % 7].value))

    assert ingest_clicks() == 500
    assert Click.objects.count() == LinkDay.objects.aggregate(all=Sum("count"))["all"] == 500
    for day in LinkDay.objects.all():
        assert day.count == Click.objects.filter(link_id=day.link_id, kind=day.kind).count()
