"""How fast mails go: overall, per domain, and after a server said that it is too fast."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from valkey import Valkey
from valkey.exceptions import ValkeyError

from tests.mailing.conftest import Server, free_port
from vaandel.mailing.models import OutgoingMessage
from vaandel.mailing.pace import AFTER_REST, FIRST_REST, PACE, OwnCounts, domain_of
from vaandel.mailing.services import send_due_messages
from vaandel.mailing.shared_counts import SharedCounts

Queue = Callable[..., OutgoingMessage]
State = OutgoingMessage.State


def never() -> bool:
    return False


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel("2026-11-24T09:00:00Z", tick=False) as traveller:
        yield traveller


def test_no_more_than_the_rate_go_in_a_second(server: Server, queue: Queue, settings: Any) -> None:
    settings.MAIL_RATE = 5
    for number in range(12):
        queue(f"p{number}@acme.example")

    started = time.time()
    assert send_due_messages() == 12

    # Three seconds of the clock, of which the first and the last need not be whole.
    assert time.time() - started > 1.0
    assert PACE.wait(stop=lambda: True) is False


def test_a_domain_with_a_rate_waits_and_others_go_on(
    server: Server, queue: Queue, settings: Any
) -> None:
    settings.MAIL_DOMAIN_RATES = {"slow.example": 2}
    for number in range(6):
        queue(f"p{number}@SLOW.example")
        queue(f"p{number}@quick.example")

    with time_machine.travel(timezone.now(), tick=False):
        assert send_due_messages() == 8

    waiting = OutgoingMessage.objects.filter(state=State.QUEUED, attempts=0, last_error="")
    moments = sorted(waiting.values_list("next_try_at", flat=True))
    # Spread over the seconds to come, half a second apart: nobody has to be put back twice.
    assert [round((b - a).total_seconds(), 2) for a, b in pairwise(moments)] == [0.5] * 3


def test_a_domain_that_says_too_fast_rests(server: Server, queue: Queue) -> None:
    first = queue("p0@busy.example")
    later = queue("p1@busy.example")
    other = queue("bob@acme.example")
    server.answers["p0@busy.example"] = ["450 4.7.1 too many mails from you"]

    assert send_due_messages() == 1

    for message in (first, later, other):
        message.refresh_from_db()
    assert (first.attempts, later.attempts, other.state) == (1, 0, State.SENT)
    wait = later.next_try_at - timezone.now()
    assert timedelta(seconds=FIRST_REST - 5) < wait < timedelta(seconds=FIRST_REST + 5)


def test_a_rest_ends_and_is_longer_the_next_time(clock: time_machine.Traveller) -> None:
    waits = []
    for _ in range(3):
        PACE.refused("a@busy.example", "421 4.7.0 slow down")
        at = timezone.now()
        moment = PACE.put_off("b@busy.example", at)
        assert moment is not None
        waits.append((moment - at).total_seconds())
        clock.shift(waits[-1])

    gap = 1 / AFTER_REST
    assert waits == pytest.approx([30 + gap, 60 + gap, 120 + gap])
    assert PACE.put_off("b@busy.example", timezone.now()) is None
    PACE.went("b@busy.example")
    PACE.refused("a@busy.example", "421 4.7.0 slow down")
    moment = PACE.put_off("b@busy.example", timezone.now())
    assert moment is not None
    assert (moment - timezone.now()).total_seconds() == pytest.approx(30 + gap)


def test_one_full_mailbox_says_nothing_about_its_domain(clock: time_machine.Traveller) -> None:
    at = timezone.now()
    PACE.refused("a@busy.example", "452 4.2.2 full")
    PACE.refused("b@busy.example", "452 4.2.2 full")
    assert PACE.put_off("c@busy.example", at) is None
    PACE.went("c@busy.example")
    PACE.refused("a@busy.example", "452 4.2.2 full")
    PACE.refused("b@busy.example", "452 4.2.2 full")
    assert PACE.put_off("c@busy.example", at) is None
    PACE.refused("d@busy.example", "452 4.2.2 full")
    assert PACE.put_off("c@busy.example", at) is not None


@pytest.mark.parametrize(
    ("address", "domain"),
    [
        ("bob@Acme.Example", "acme.example"),
        ("bob@münchen.example", "xn--mnchen-3ya.example"),
        (f"bob@{'ä' * 70}.example", f"{'ä' * 70}.example"),
    ],
)
def test_a_domain_is_one_however_it_is_written(address: str, domain: str) -> None:
    assert domain_of(address) == domain


def test_without_valkey_each_process_counts_for_itself(settings: Any) -> None:
    settings.VALKEY_URL = "valkey://127.0.0.1:1"
    settings.MAIL_RATE = 1000

    assert PACE.wait(stop=never) is False
    PACE.refused("a@busy.example", "421 4.7.0 slow down")
    assert PACE.put_off("b@busy.example", timezone.now()) is not None


@pytest.fixture
def valkey_url(tmp_path: Path) -> Iterator[str]:
    program = shutil.which("valkey-server") or shutil.which("redis-server")
    assert program, "These tests need a server: apt install redis-server (or valkey-server)."
    port = free_port()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL)
    client = Valkey(port=port)
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            client.ping()
            break
        except ValkeyError:
            time.sleep(0.05)
    client.close()  # type: ignore[no-untyped-call]
    yield f"redis://127.0.0.1:{port}/0"
    process.terminate()
    process.wait(20)


@pytest.mark.valkey
def test_with_valkey_all_of_them_count_together(valkey_url: str) -> None:
    one, other = (SharedCounts(valkey_url, instead=OwnCounts()) for _ in range(2))
    second = int(time.time())

    assert [one.take("*", second), other.take("*", second), one.take("*", second)] == [1, 2, 3]
    until = time.time() + 30
    one.rest("busy.example", until)
    assert other.rests_until("busy.example") == until
    assert other.rests_until("busy.example") == until
    assert other.rests_until("acme.example") == 0.0
