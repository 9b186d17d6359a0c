"""An account is connected, kept alive and let go."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from tests.channels.conformance.bench import Bench
from tests.channels.conformance.harness import Harness
from vaandel.channels.adapter import Kind


def test_an_account_comes_back_with_keys(bench: Bench, harness: Harness) -> None:
    account = bench.connect()
    assert account.remote_id
    assert account.keys
    assert account.handle or account.display_name
    now = timezone.now()
    assert account.access_until is None or account.access_until > now
    assert account.session_until is None or account.session_until > now


def test_neither_app_nor_account_nor_departure_shows_a_secret(bench: Bench) -> None:
    account = bench.connect()
    departure = bench.adapter.depart(bench.app, state="a-state", server=bench.harness.server)
    bench.no_secret_in(account, bench.app, departure, accounts=(account,))


def test_who_says_no_is_not_connected(bench: Bench, harness: Harness) -> None:
    departure = bench.adapter.depart(bench.app, state="a-state", server=harness.server)
    answer = harness.decline(departure)
    trouble = bench.refused(
        lambda: bench.adapter.arrive(bench.app, kept=departure.kept, answer=answer)
    )
    assert trouble.code == "declined"


def test_an_answer_without_a_code_connects_nobody(bench: Bench, harness: Harness) -> None:
    departure = bench.adapter.depart(bench.app, state="a-state", server=harness.server)
    bench.refused(
        lambda: bench.adapter.arrive(bench.app, kept=departure.kept, answer={"state": "a-state"})
    )


def test_a_code_of_nobody_connects_nobody(bench: Bench, harness: Harness) -> None:
    departure = bench.adapter.depart(bench.app, state="a-state", server=harness.server)
    answer = {**harness.allow(departure), "code": "made-up"}
    bench.refused(lambda: bench.adapter.arrive(bench.app, kept=departure.kept, answer=answer))


def test_a_code_connects_once(bench: Bench, harness: Harness) -> None:
    departure = bench.adapter.depart(bench.app, state="a-state", server=harness.server)
    answer = harness.allow(departure)
    account = bench.adapter.arrive(bench.app, kept=departure.kept, answer=answer)
    if harness.codes_once:
        bench.refused(
            lambda: bench.adapter.arrive(bench.app, kept=departure.kept, answer=answer), account
        )


def test_what_belongs_to_another_departure_is_refused(bench: Bench, harness: Harness) -> None:
    adapter = bench.adapter
    first = adapter.depart(bench.app, state="state-1", server=harness.server)
    second = adapter.depart(bench.app, state="state-2", server=harness.server)
    for mixed in harness.mixed_up(first, second):
        trouble = bench.refused(
            lambda mixed=mixed: adapter.arrive(bench.app, kept=mixed.kept, answer=mixed.answer)  # type: ignore[misc]
        )
        assert trouble.code in {"mixed_up", "too_late_to_connect"}


def test_tokens_are_renewed_or_the_person_is_asked(bench: Bench, harness: Harness) -> None:
    account = bench.connect()
    harness.ripen(account)
    if not harness.renews:
        trouble = bench.refused(lambda: bench.adapter.renew(bench.app, account), account)
        assert trouble.kind is Kind.RECONNECT
        return
    renewed = bench.adapter.renew(bench.app, account)
    assert renewed.remote_id == account.remote_id
    assert renewed.keys != account.keys
    bench.publish(renewed, bench.outgoing(), bench.memory())
    assert len(harness.standing()) == 1


def test_old_tokens_do_not_renew_twice(bench: Bench, harness: Harness) -> None:
    account = bench.connect()
    harness.ripen(account)
    if harness.used_once:
        bench.adapter.renew(bench.app, account)
        trouble = bench.refused(lambda: bench.adapter.renew(bench.app, account), account)
        assert trouble.kind is Kind.RECONNECT


def test_withdrawn_there_means_connecting_again(bench: Bench, harness: Harness) -> None:
    account = bench.connect()
    harness.kill(account)
    trouble = bench.refused(
        lambda: bench.publish(account, bench.outgoing(), bench.memory()), account
    )
    assert (trouble.kind, trouble.code) == (Kind.RECONNECT, "dead_tokens")
    assert harness.standing() == []


def test_revoked_is_revoked_and_once_more_is_no_trouble(bench: Bench, harness: Harness) -> None:
    account = bench.connect()
    bench.adapter.revoke(bench.app, account)
    bench.adapter.revoke(bench.app, account)
    if harness.revokes:
        trouble = bench.refused(
            lambda: bench.publish(account, bench.outgoing(), bench.memory()), account
        )
        assert trouble.kind is Kind.RECONNECT


def test_nothing_goes_round_the_guard(bench: Bench, harness: Harness, settings: Any) -> None:
    """Every request passes the guarded client, which knows this machine as forbidden."""
    account = bench.connect()
    settings.FETCH_ALLOWED_HOSTS = []
    trouble = bench.refused(
        lambda: bench.publish(account, bench.outgoing(), bench.memory()), account
    )
    assert trouble.kind is not Kind.UNKNOWN
    assert harness.standing() == []
