"""Tasks in the background: none holds up another, and they stop when asked."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from contextvars import Context
from datetime import timedelta
from typing import Self

import pytest
from django.utils import timezone

from vaandel.clock.models import Lease
from vaandel.clock.services import hold_lease
from vaandel.config import work
from vaandel.config.tasks.clock import CLOCK, prune_leases, prune_sessions
from vaandel.config.tasks.worker import WORKER
from vaandel.config.work import CLOCK_LEASE, Task, beat, keep_running, run_clock, run_worker
from vaandel.organizations.models import Member


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


class Running:
    """Tasks in their threads, until the end of the `with` block."""

    def __init__(self, *tasks: Task, allowed: bool = True) -> None:
        self.stop = threading.Event()
        self.allowed = threading.Event()
        if allowed:
            self.allowed.set()
        self.threads = [
            threading.Thread(target=keep_running, args=(task, self.stop, self.allowed))
            for task in tasks
        ]

    def __enter__(self) -> Self:
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stop.set()
        for thread in self.threads:
            thread.join(10)
            assert not thread.is_alive()


class Counted:
    """A task's function that counts its calls and answers what it is told to."""

    def __init__(self, *answers: int | Exception) -> None:
        self.answers = list(answers)
        self.calls = 0

    def __call__(self) -> int:
        self.calls += 1
        answer = self.answers.pop(0) if self.answers else 0
        if isinstance(answer, Exception):
            raise answer
        return answer


def test_a_row_loop_goes_on_at_once_while_there_are_rows() -> None:
    rows = Counted(5, 5, 5)

    with Running(Task("rows", rows, seconds=3600, drain=True)):
        until(lambda: rows.calls == 4)


def test_a_timed_call_waits_although_it_found_something() -> None:
    timed = Counted(5, 5)

    with Running(Task("timed", timed, seconds=3600)):
        until(lambda: timed.calls == 1)
        time.sleep(0.1)
        assert timed.calls == 1


def test_a_failure_is_logged_with_its_name_and_holds_up_nobody(
    caplog: pytest.LogCaptureFixture,
) -> None:
    broken, whole = Counted(RuntimeError("no")), Counted(*[1] * 50)

    with Running(Task("broken", broken, 0.01, drain=True), Task("whole", whole, 60, drain=True)):
        until(lambda: whole.calls == 51 and broken.calls == 1)

    failures = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert [record.__dict__["task"] for record in failures] == ["broken"]


def test_a_failing_task_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "LONGEST_PAUSE", 0.01)
    flaky = Counted(RuntimeError("no"), RuntimeError("no"), 0)

    with Running(Task("flaky", flaky, seconds=3600)):
        until(lambda: flaky.calls == 3)


def test_nothing_runs_while_another_one_has_the_clock() -> None:
    timed = Counted()

    with Running(Task("timed", timed, seconds=0.01), allowed=False) as running:
        time.sleep(0.3)
        assert timed.calls == 0
        running.allowed.set()
        until(lambda: timed.calls > 0)


@pytest.mark.django_db
def test_the_heartbeat_takes_the_clock_and_loses_it() -> None:
    allowed = threading.Event()
    beat(CLOCK_LEASE, allowed)
    assert allowed.is_set()

    Lease.objects.update(holder="another machine")
    beat(CLOCK_LEASE, allowed)
    assert not allowed.is_set()


@pytest.mark.django_db
def test_pruning_keeps_what_is_held() -> None:
    now = timezone.now()
    hold_lease(name="new", holder="a", at=now, lasting=timedelta(minutes=1))
    hold_lease(name="old", holder="a", at=now - timedelta(days=9), lasting=timedelta(minutes=1))

    assert prune_leases() == 1
    assert prune_sessions() == 0
    assert Lease.objects.get().name == "new"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("run", [run_worker, run_clock])
def test_it_stops_when_asked_and_gives_its_lease_back(
    run: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    stop = threading.Event()
    monkeypatch.setattr(work, "stop_event", lambda: stop)

    def once() -> int:
        stop.set()
        return 0

    run([Task("once", once, seconds=60)], deadline=5)

    assert Lease.objects.filter(until__gt=timezone.now()).count() == 0
    assert Lease.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("task", [*WORKER, *CLOCK], ids=lambda task: task.name)
def test_every_task_runs_outside_any_tenant(task: Task, alice: Member) -> None:
    # The tests have a scope open; a process in the background has none.
    assert alice.organization.slug == "acme"
    assert isinstance(Context().run(task.run), int)


def test_every_task_has_a_name_of_its_own() -> None:
    names = [task.name for task in [*WORKER, *CLOCK]]

    assert sorted(set(names)) == sorted(names)
    assert [task.name for task in WORKER if not task.drain] == []
