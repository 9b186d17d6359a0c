"""Servers say no with different numbers; the account itself tells what is meant."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.channels.conformance.bench import Bench
from tests.networks.mastodon_lenient import Lenient
from vaandel.channels.adapter import Account, Kind
from vaandel.channels.troubles import TROUBLES

POST = ("POST", "^/api/v1/statuses$")
WHO = ("GET", "verify_credentials")
Says = Callable[..., None]
SCOPES = "This action is outside the authorized scopes"


@pytest.mark.parametrize(
    ("status", "said", "kind", "code"),
    [
        (401, {"error": "The access token is invalid"}, "rejected", "not_allowed"),
        (403, {"error": SCOPES}, "reconnect", "missing_scope"),
        (403, {"error": "This action is not allowed"}, "rejected", "not_allowed"),
        (422, {"error": "Validation failed: Text can't be blank"}, "rejected", "refused_text"),
        (422, {"error": "Text character limit of 500 exceeded"}, "rejected", "too_long"),
        (422, {"error": "Zeichenlimit von 500 überschritten"}, "rejected", "too_long"),
        (400, {"error": "Status is too long"}, "rejected", "too_long"),
        (422, {"error": "Cannot attach files: processing"}, "transient", "processing"),
        (400, "<p>Bad &amp; wrong</p>", "rejected", "refused_text"),
        (302, "", "rejected", "no_such_server"),
        (418, "[]", "rejected", "refused_text"),
    ],
)
def test_the_connection_lives_and_the_text_is_refused(
    bench: Bench, account: Account, says: Says, status: int, said: Any, kind: str, code: str
) -> None:
    says(*POST, status, said)
    trouble = bench.refused(
        lambda: bench.publish(account, bench.outgoing(), bench.memory()), account
    )
    assert (trouble.kind, trouble.code) == (kind, code)
    assert code in TROUBLES


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
@pytest.mark.parametrize("probe", [400, 401, 404, 422])
def test_the_connection_is_dead_whatever_the_number(
    bench: Bench, account: Account, says: Says, status: int, probe: int
) -> None:
    says(*POST, status, "")
    says(*WHO, probe, "")
    trouble = bench.refused(
        lambda: bench.publish(account, bench.outgoing(), bench.memory()), account
    )
    assert (trouble.kind, trouble.code) == (Kind.RECONNECT, "dead_tokens")


@pytest.mark.parametrize(
    ("probe", "kind", "code"),
    [
        (403, "rejected", "not_allowed"),
        (503, "transient", "fault_there"),
        (429, "throttled", "throttled"),
    ],
)
def test_the_account_cannot_be_asked(
    bench: Bench, account: Account, says: Says, probe: int, kind: str, code: str
) -> None:
    says(*POST, 422, {"error": "No"})
    says(*WHO, probe, {"error": "Your login is currently disabled"})
    trouble = bench.refused(
        lambda: bench.publish(account, bench.outgoing(), bench.memory()), account
    )
    assert (trouble.kind, trouble.code) == (kind, code)


@pytest.mark.parametrize("said", ["<p>Bad &amp; wrong</p>", {"error": "Bad & wrong"}])
def test_the_server_speaks_for_itself(
    bench: Bench, account: Account, says: Says, said: Any
) -> None:
    says(*POST, 422, said)
    trouble = bench.refused(
        lambda: bench.publish(account, bench.outgoing(), bench.memory()), account
    )
    assert trouble.detail == "Bad & wrong"


@pytest.mark.parametrize(
    "headers",
    [
        {"X-RateLimit-Reset": "2031-01-01T00:00:00.000000Z"},
        {"Retry-After": "7200", "X-RateLimit-Reset": "2031-01-01T00:00:00Z"},
        {},
    ],
)
def test_patience_is_a_day_at_most_and_a_quarter_of_an_hour_when_nothing_is_said(
    bench: Bench, account: Account, says: Says, headers: dict[str, str]
) -> None:
    says(*POST, 429, "", headers=headers)
    now = timezone.now()
    trouble = bench.refused(
        lambda: bench.publish(account, bench.outgoing(), bench.memory()), account
    )
    expected = {0: timedelta(minutes=15), 1: timedelta(days=1), 2: timedelta(hours=2)}
    assert trouble.retry_at is not None
    assert trouble.retry_at.astimezone(UTC) >= now
    assert abs(trouble.retry_at - now - expected[len(headers)]) < timedelta(seconds=30)
    assert isinstance(trouble.retry_at, datetime)


@pytest.mark.parametrize("said", ['{"id": "1', "[]", "{}", ""])
def test_an_answer_that_says_nothing_is_a_doubt(
    bench: Bench, account: Account, says: Says, said: str
) -> None:
    says(*POST, 200, said)
    trouble = bench.refused(
        lambda: bench.publish(account, bench.outgoing(), bench.memory()), account
    )
    assert (trouble.kind, trouble.code) == (Kind.UNKNOWN, "no_answer")


def test_after_a_refusal_nothing_is_looked_for(
    bench: Bench, account: Account, says: Says, stub: Lenient
) -> None:
    memory, outgoing = bench.memory(), bench.outgoing()
    says(*POST, 422, {"error": "No"})
    bench.refused(lambda: bench.publish(account, outgoing, memory), account)
    bench.publish(account, outgoing, memory)
    assert not [seen for seen in stub.requests if "accounts/p1/statuses" in seen.target]
