"""Holds, windows, suppression and withdrawals count until the moment of handing over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from tests.mailing.conftest import Server
from vaandel.mailing.models import OutgoingMessage
from vaandel.mailing.queue import LEASE, NO_OPEN_HOUR, claim, next_moment, still_ours, try_later
from vaandel.mailing.sending import Round, claim_messages
from vaandel.mailing.services import (
    forget_person,
    hold,
    is_held,
    release,
    retry_failed,
    send_due_messages,
    set_windows,
    withdraw_messages,
)
from vaandel.mailing.suppression import suppress
from vaandel.mailing.transport import POOL

Queue = Callable[..., OutgoingMessage]
State = OutgoingMessage.State
HOUR = timedelta(hours=1)


def window(start: datetime, end: datetime) -> list[str]:
    return [start.isoformat(), end.isoformat()]


def test_a_held_organisation_waits_and_others_go(server: Server, queue: Queue) -> None:
    queue("held@acme.example", tenant=1)
    queue("other@globex.example", tenant=2)
    queue("nobodys@else.example")
    assert hold(1, timezone.now())
    assert not hold(1, timezone.now())

    assert send_due_messages() == 2
    assert sorted(server.recipients) == ["nobodys@else.example", "other@globex.example"]

    assert release(1)
    assert not release(1)
    assert send_due_messages() == 1
    assert server.recipients[-1] == "held@acme.example"


def test_what_somebody_waits_for_is_never_held(server: Server, queue: Queue) -> None:
    queue("code@acme.example", tenant=1, essential=True)
    hold(1, timezone.now())
    hold(None, timezone.now())
    suppress("code@acme.example", "BOUNCED", "550", timezone.now())

    assert send_due_messages() == 1


def test_a_pause_and_a_stop_are_two_things(queue: Queue) -> None:
    hold(None, timezone.now())
    assert is_held(None)
    assert not is_held(1)


def test_a_sign_in_code_goes_before_a_thousand_others(server: Server, queue: Queue) -> None:
    for number in range(3):
        queue(f"p{number}@acme.example", at=timezone.now() - HOUR)
    queue("code@acme.example", essential=True)

    send_due_messages()

    assert server.recipients[0] == "code@acme.example"


def test_a_stop_halts_what_a_worker_has_claimed(server: Server, queue: Queue) -> None:
    for number in range(10):
        queue(f"p{number}@acme.example", tenant=1)
    claimed = claim_messages(at=timezone.now())
    with POOL.connection() as line:
        assert Round(claimed[:3], line).run() == 3
        hold(1, timezone.now())
        assert Round(claimed[3:], line).run() == 0

    assert len(server.recipients) == 3
    waiting = OutgoingMessage.objects.filter(state=State.QUEUED, leased_until=None, attempts=0)
    assert waiting.count() == 7


def test_it_looks_again_every_second(
    server: Server, queue: Queue, django_assert_max_num_queries: Any
) -> None:
    """Three mails of half a second each: twice for holds and what is still ours, not thrice."""
    server.seconds_per_mail = 0.6
    for number in range(3):
        queue(f"p{number}@acme.example")
    claimed = claim_messages(at=timezone.now())

    with POOL.connection() as line, django_assert_max_num_queries(1 + 2 * 2 + 3):
        assert Round(claimed, line).run() == 3


def test_a_code_need_not_wait_for_a_slow_batch(server: Server, queue: Queue) -> None:
    server.seconds_per_mail = 1.8
    for number in range(8):
        queue(f"p{number}@acme.example")
    claimed = claim_messages(at=timezone.now())
    queue("code@acme.example", essential=True)

    with POOL.connection() as line:
        assert Round(claimed, line).run() < 5
    (code,) = claim_messages(at=timezone.now())
    assert code.to_address == "code@acme.example"


def test_who_leaves_gets_nothing_that_was_claimed(server: Server, queue: Queue) -> None:
    queue("first@acme.example", person=1, tenant=1)
    queue("second@acme.example", person=2, tenant=1)
    claimed = claim_messages(at=timezone.now())
    forget_person(person=2)

    with POOL.connection() as line:
        assert Round(claimed, line).run() == 1
    assert server.recipients == ["first@acme.example"]


def test_a_suppressed_address_gets_no_mail(server: Server, queue: Queue) -> None:
    message = queue("gone@acme.example")
    queue("bob@acme.example")
    suppress("Gone@acme.example", "BOUNCED", "550", timezone.now())

    assert send_due_messages() == 2

    message.refresh_from_db()
    assert (message.state, message.attempts, message.sent_at) == (State.SUPPRESSED, 0, None)
    assert server.recipients == ["bob@acme.example"]


def test_suppression_is_one_query_for_a_batch(
    server: Server, queue: Queue, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        queue(f"p{number}@acme.example")

    # One to note each mail; the rest is for all of them together.
    with django_assert_max_num_queries(30 + 25):
        assert send_due_messages() == 30


def test_outside_its_windows_a_mail_waits_for_the_next(server: Server, queue: Queue) -> None:
    now = timezone.now()
    past, soon = window(now - 2 * HOUR, now - HOUR), window(now + HOUR, now + 2 * HOUR)
    message = queue(windows=[past, soon])
    assert message.next_try_at == now + HOUR
    # Its quiet hours began while it waited in a batch.
    OutgoingMessage.objects.update(next_try_at=now)

    assert send_due_messages() == 0

    message.refresh_from_db()
    assert (message.state, message.attempts) == (State.QUEUED, 0)
    assert message.next_try_at == now + HOUR


def test_inside_a_window_it_goes(server: Server, queue: Queue) -> None:
    now = timezone.now()
    queue(windows=[window(now - HOUR, now + HOUR)])

    assert send_due_messages() == 1


def test_without_another_window_it_is_given_up(server: Server, queue: Queue) -> None:
    now = timezone.now()
    message = queue(windows=[window(now - 2 * HOUR, now - HOUR)])

    assert send_due_messages() == 1

    message.refresh_from_db()
    assert (message.state, message.last_error) == (State.FAILED, NO_OPEN_HOUR)


def test_new_quiet_hours_move_what_waits(queue: Queue) -> None:
    now = timezone.now()
    old = [window(now - HOUR, now + HOUR)]
    moved = queue("a@acme.example", tenant=1, person=2, windows=old)
    untouched = [
        queue("b@acme.example", tenant=1, person=3, windows=old),
        queue("c@acme.example", tenant=1, person=2),
        queue("d@acme.example", tenant=1, person=2, windows=old, essential=True),
    ]
    new = [window(now + 5 * HOUR, now + 6 * HOUR)]

    assert set_windows(tenant=1, person=2, windows=new, at=now) == 1

    moved.refresh_from_db()
    assert (moved.windows, moved.next_try_at) == (new, now + 5 * HOUR)
    for message in untouched:
        before = message.next_try_at
        message.refresh_from_db()
        assert message.next_try_at == before


def test_new_quiet_hours_count_for_what_a_worker_gives_back(queue: Queue) -> None:
    now = timezone.now()
    queue("a@acme.example", tenant=1, person=2, windows=[window(now - HOUR, now + HOUR)])
    (claimed,) = claim(OutgoingMessage.objects.all(), at=timezone.now(), size=1)
    new = [window(now + 5 * HOUR, now + 6 * HOUR)]

    assert set_windows(tenant=1, person=2, windows=new, at=now) == 0
    assert try_later(claimed, error="450 greylisted", at=now)

    assert OutgoingMessage.objects.get().windows == new


def test_withdrawn_rows_are_not_ours_any_more(queue: Queue) -> None:
    first, second = queue("a@acme.example", tenant=1, person=1), queue("b@acme.example")
    rows = OutgoingMessage.objects.all()
    now = timezone.now()
    claimed = claim(rows, at=now, size=10)
    assert withdraw_messages(tenant=1, person=1) == 1
    assert still_ours(claimed) == {second.pk}
    OutgoingMessage.objects.filter(pk=second.pk).update(leased_until=now + 2 * LEASE)

    assert first.pk not in still_ours(claimed)
    assert still_ours(claimed) == still_ours([]) == set()


def test_what_was_withdrawn_while_a_server_put_it_off_does_not_come_back(
    server: Server, queue: Queue
) -> None:
    queue("a@acme.example", tenant=1, person=1)
    claimed = claim_messages(at=timezone.now())
    server.answers["a@acme.example"] = ["450 4.2.0 greylisted"]

    with POOL.connection() as line:
        round_ = Round(claimed, line)
        assert round_._verdict(claimed[0], claimed) is None
        withdraw_messages(tenant=1, person=1)
        round_.run()

    assert not OutgoingMessage.objects.exists()
    assert server.received == []


def test_what_failed_before_it_was_withdrawn_is_not_tried_again(queue: Queue) -> None:
    now = timezone.now()
    queue("a@acme.example", tenant=1, person=1)
    queue("code@acme.example", tenant=1, person=1, essential=True)
    OutgoingMessage.objects.filter(essential=False).update(state=State.FAILED)

    assert withdraw_messages(tenant=1, person=1) == 0

    assert retry_failed(at=now, late=True) == 0
    assert OutgoingMessage.objects.get(essential=True).state == State.QUEUED


def test_a_row_that_ended_its_process_is_taken_alone(queue: Queue) -> None:
    """It may be what ended it; its neighbours must not be counted as tried with it."""
    for number in range(3):
        queue(f"p{number}@acme.example")
    rows = OutgoingMessage.objects.all()
    now = timezone.now()
    assert len(claim(rows, at=now, size=10)) == 3

    later = now + LEASE + timedelta(seconds=1)
    for _ in range(3):
        (alone,) = claim(rows, at=later, size=10)
        assert alone.attempts == 1
    assert claim(rows, at=later, size=10) == []


@given(data=st.data())
def test_the_next_moment_is_open_and_the_first(data: st.DataObject) -> None:
    base = datetime.fromisoformat("2026-03-28T00:00:00+00:00")
    edges = sorted(data.draw(st.sets(st.integers(0, 500), min_size=2, max_size=12)))
    pairs = [
        (base + start * HOUR, base + end * HOUR)
        for start, end in zip(edges[::2], edges[1::2], strict=False)
    ]
    at = base + data.draw(st.integers(0, 600)) * HOUR / 2
    row = OutgoingMessage(
        windows=[window(*pair) for pair in pairs],
        expires_at=base + data.draw(st.integers(1, 600)) * HOUR / 2,
    )

    found = next_moment(row, at)

    possible = [
        moment
        for moment in (base + n * HOUR / 2 for n in range(1201))
        if moment >= at
        and moment < row.expires_at
        and any(start <= moment < end for start, end in pairs)
    ]
    assert found == (possible[0] if possible else None)


def test_no_windows_mean_any_time() -> None:
    now = timezone.now()
    row = OutgoingMessage(windows=[], expires_at=now + HOUR)

    assert next_moment(row, now) == now
    assert next_moment(row, now + HOUR) is None
