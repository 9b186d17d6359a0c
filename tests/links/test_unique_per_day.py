"""Different visitors per day: a number that is good for one link on one day, and no other mode."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine

from tests.factories import LinkFactory
from tests.links.visitor import CHROME, Visitor
from vaandel.links import memory, spool
from vaandel.links.ingest import ingest_clicks
from vaandel.links.memory import DAY_SECONDS, Shared, Visitors
from vaandel.links.models import Click, DayVisitor, Kind, Link, LinkDay, LinkSettings, Privacy
from vaandel.links.spool import Record, from_line

START = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 25, tzinfo=UTC)
DAY = int(MIDNIGHT.timestamp()) // DAY_SECONDS
ADDRESS = "203.0.113.9"
SOMEBODY = ("203.0.113.9", CHROME, "nl")
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def unique(link: Link) -> LinkSettings:
    return LinkSettings.objects.create(
        organization=link.organization, privacy=Privacy.UNIQUE_PER_DAY
    )


def records(settings: Any) -> list[Record]:
    lines = [line for f in spool.files(settings.SPOOL_DIR) for line in f.read_bytes().splitlines()]
    return [record for line in lines if isinstance(record := from_line(line), Record)]


def test_the_number_is_of_one_visitor_link_and_day(
    visitor: Visitor,
    link: Link,
    unique: LinkSettings,
    clock: time_machine.Traveller,
    settings: Any,
) -> None:
    other = LinkFactory.create(organization=link.organization)
    for path, address, pause in (
        (link.code, ADDRESS, 11),
        (link.code, ADDRESS, 0),
        (other.code, ADDRESS, 0),
        (link.code, "203.0.113.10", 24 * 3600),
        (link.code, ADDRESS, 0),
    ):
        visitor.asks(f"/s/{path}", REMOTE_ADDR=address)
        clock.shift(pause)
    visitor.app = visitor.started()  # a server with another key
    visitor.asks(f"/s/{link.code}", REMOTE_ADDR=ADDRESS)

    first, again, elsewhere, somebody_else, tomorrow, restarted = (
        record.visitor for record in records(settings)
    )
    assert first == again
    assert first is not None
    assert 0 < first < 1 << 63
    assert len({first, elsewhere, somebody_else, tomorrow, restarted}) == 5


def test_visitors_are_added_up_per_day_beside_clicks(
    visitor: Visitor, link: Link, unique: LinkSettings, clock: time_machine.Traveller
) -> None:
    for address in (ADDRESS, "203.0.113.10", ADDRESS):
        visitor.asks(f"/s/{link.code}", REMOTE_ADDR=address)
        ingest_clicks()
        clock.shift(60)
    clock.move_to(MIDNIGHT + timedelta(hours=1))
    visitor.asks(f"/s/{link.code}", REMOTE_ADDR=ADDRESS)
    ingest_clicks()

    days = LinkDay.objects.order_by("day").values_list("kind", "count", "uniques")
    assert list(days) == [(Kind.HUMAN, 3, 2), (Kind.HUMAN, 1, 1)]


def test_what_is_not_counted_has_no_number(
    visitor: Visitor, link: Link, unique: LinkSettings, settings: Any
) -> None:
    visitor.asks(f"/s/{link.code}", REMOTE_ADDR=ADDRESS)
    visitor.asks(f"/s/{link.code}", REMOTE_ADDR=ADDRESS)
    visitor.asks(f"/s/{link.code}", REMOTE_ADDR=ADDRESS, HTTP_USER_AGENT="LinkedInBot/1.0")

    person, *others = records(settings)
    assert person.visitor
    assert [(record.kind, record.visitor) for record in others] == [
        (Kind.REPEAT, None),
        (Kind.PREVIEW, None),
    ]


def test_count_only_knows_no_visitors(visitor: Visitor, link: Link, settings: Any) -> None:
    visitor.asks(f"/s/{link.code}", REMOTE_ADDR=ADDRESS)
    assert [record.visitor for record in records(settings)] == [None]

    ingest_clicks()

    assert Click.objects.get().visitor is None
    assert LinkDay.objects.get().uniques is None
    assert not DayVisitor.objects.exists()


@pytest.mark.parametrize("privacy", Privacy.values)
def test_no_address_or_agent_reaches_the_disk(
    visitor: Visitor, link: Link, unique: LinkSettings, settings: Any, privacy: str, tmp_path: Path
) -> None:
    LinkSettings.objects.update(privacy=privacy, version=9)
    visitor.app = visitor.started()
    visitor.asks(
        f"/s/{link.code}", REMOTE_ADDR=ADDRESS, HTTP_ACCEPT_LANGUAGE="oc-FR", HTTP_COOKIE="a=b"
    )

    written = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert str(link.pk).encode() in written
    for private in (ADDRESS.encode(), b"142.0", b"Windows", b"oc-FR", b"a=b"):
        assert private not in written


def test_the_key_changes_at_midnight_utc() -> None:
    before = MIDNIGHT.timestamp() - 0.001
    visitors = Visitors()

    evening = visitors.of_day(SOMEBODY, 1, before)
    assert visitors.of_day(SOMEBODY, 1, before - 3600) == evening
    assert visitors.of_day(SOMEBODY, 1, before + 0.002) != evening


def test_a_late_request_of_before_midnight_gets_the_new_key() -> None:
    """Else it would make a third one, and a fourth for everybody after it."""
    visitors = Visitors()
    midnight = MIDNIGHT.timestamp()
    after = visitors.of_day(SOMEBODY, 1, midnight)

    assert visitors.of_day(SOMEBODY, 1, midnight - 0.5) == after
    assert visitors.of_day(SOMEBODY, 1, midnight + 1) == after


def test_a_clock_that_was_wrong_does_not_keep_its_key() -> None:
    visitors = Visitors()
    tomorrow = visitors.of_day(SOMEBODY, 1, MIDNIGHT.timestamp() + 3600)

    assert visitors.of_day(SOMEBODY, 1, MIDNIGHT.timestamp() - 3600) != tomorrow


IN_A_PROCESS = """
import sys
from vaandel.links.memory import Visitors, of_parent
parent, descriptor, now = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
print(Visitors(of_parent(parent, descriptor)).of_day(tuple(sys.argv[4:]), 1, now))
"""


def in_a_process(parent: int, descriptor: int, now: float) -> int:
    result = subprocess.run(
        [sys.executable, "-c", IN_A_PROCESS, str(parent), str(descriptor), str(now), *SOMEBODY],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        capture_output=True,
        text=True,
        check=True,
    )
    return int(result.stdout)


def test_processes_of_one_server_share_the_key() -> None:
    descriptor = memory.make()
    assert descriptor is not None
    now = START.timestamp()
    try:
        here = Visitors(memory.of_parent(os.getpid(), descriptor)).of_day(SOMEBODY, 1, now)

        assert in_a_process(os.getpid(), descriptor, now) == here
        assert in_a_process(os.getpid(), descriptor, now + DAY_SECONDS) != here
    finally:
        os.close(descriptor)


def test_the_key_is_gone_with_the_server() -> None:
    """Who comes without that memory has a key of its own."""
    descriptor = memory.make()
    assert descriptor is not None
    now = START.timestamp()
    here = Visitors(memory.of_parent(os.getpid(), descriptor)).of_day(SOMEBODY, 1, now)

    os.close(descriptor)

    assert in_a_process(os.getpid(), descriptor, now) != here


def test_a_forked_process_recognises_the_same_visitor() -> None:
    descriptor = memory.make()
    assert descriptor is not None
    now = START.timestamp()
    visitors = Visitors(memory.of_parent(os.getpid(), descriptor))
    assert not visitors.repeated(visitors.who(*SOMEBODY), 1, now)

    child = os.fork()
    if child == 0:  # pragma: no cover - another process
        other = Visitors(memory.of_parent(os.getppid(), descriptor))
        known = other.repeated(other.who(*SOMEBODY), 1, now + 1)
        new = other.repeated(other.who(*SOMEBODY), 2, now + 1)
        os._exit(0 if known and not new else 1)
    _, status = os.waitpid(child, 0)

    assert os.waitstatus_to_exitcode(status) == 0
    assert visitors.repeated(visitors.who(*SOMEBODY), 2, now + 2)
    os.close(descriptor)


def test_the_memory_has_no_name_on_any_disk() -> None:
    descriptor = memory.make()
    assert descriptor is not None
    assert str(Path(f"/proc/self/fd/{descriptor}").readlink()).startswith("/memfd:")
    assert os.fstat(descriptor).st_nlink == 0
    os.close(descriptor)


def test_a_key_is_read_whole_or_not_at_all() -> None:
    shared = Shared()

    key = shared.key(DAY, None)

    assert (len(key), shared.key(DAY, None)) == (32, key)
    assert shared.key(DAY + 1, lambda _day: b"k" * 32) == b"k" * 32
