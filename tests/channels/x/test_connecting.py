"""A code lives for half a minute, a token for two hours, and each renews once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.channels.conformance.bench import Bench
from tests.channels.x.harness import XHarness, query_of
from tests.networks.x import X
from vaandel.channels.adapter import Account, App, Kind
from vaandel.channels.x.adapter import ADAPTER

TOKEN = ("POST", "^/2/oauth2/token$")
ME = ("GET", "^/2/users/me$")
Says = Callable[..., None]


def arrive(bench: Bench, app: App | None = None) -> Account:
    app = app or bench.app
    departure = ADAPTER.depart(app, state="s", server="")
    answer = bench.harness.allow(departure)
    return ADAPTER.arrive(app, kept=departure.kept, answer=answer)


def test_what_is_asked_for(bench: Bench) -> None:
    asked = query_of(ADAPTER.depart(bench.app, state="s", server="").url)
    assert asked["scope"] == "tweet.read tweet.write users.read media.write offline.access"
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == bench.app.redirect_uri


def test_who_it_is_and_how_long_it_lives(account: Account) -> None:
    now = timezone.now()
    assert (account.handle, account.remote_id) == ("@p1", "p1")
    assert (account.display_name, account.profile_url) == ("Name p1", "https://x.com/p1")
    assert account.access_until is not None
    assert abs(account.access_until - now - timedelta(hours=2)) < timedelta(minutes=1)
    assert account.session_until is not None
    assert abs(account.session_until - now - timedelta(days=180)) < timedelta(minutes=1)


def test_without_offline_access_it_ends_in_two_hours(bench: Bench) -> None:
    scopes = ("tweet.read", "tweet.write", "users.read")
    account = arrive(bench, replace(bench.app, scopes=scopes))
    assert account.session_until == account.access_until
    trouble = bench.refused(lambda: ADAPTER.renew(bench.app, account), account)
    assert (trouble.kind, trouble.code) == (Kind.RECONNECT, "dead_tokens")


def test_a_code_that_is_older_than_half_a_minute(bench: Bench, stub: X) -> None:
    departure = ADAPTER.depart(bench.app, state="s", server="")
    answer = bench.harness.allow(departure)
    stub.skip(31)
    trouble = bench.refused(lambda: ADAPTER.arrive(bench.app, kept=departure.kept, answer=answer))
    assert (trouble.kind, trouble.code) == (Kind.REJECTED, "too_late_to_connect")


@pytest.mark.parametrize(
    ("scopes", "code"),
    [(("tweet.read", "users.read"), "missing_scope"), (("tweet.write",), "not_allowed")],
)
def test_less_than_posting_needs(bench: Bench, scopes: tuple[str, ...], code: str) -> None:
    trouble = bench.refused(lambda: arrive(bench, replace(bench.app, scopes=scopes)))
    assert trouble.code == code


def test_a_wrong_secret(bench: Bench) -> None:
    app = replace(bench.app, client_secret="a-wrong-secret-of-the-application")
    trouble = bench.refused(lambda: arrive(bench, app))
    assert (trouble.kind, trouble.code) == (Kind.CONFIGURATION, "refused_app")


def test_a_secret_with_odd_signs(bench: Bench, stub: X) -> None:
    stub.settings.client_secret = "a:b%c d/é"
    account = arrive(bench, replace(bench.app, client_secret="a:b%c d/é"))
    assert account.remote_id == "p1"


def test_an_application_without_a_secret(bench: Bench, stub: X) -> None:
    stub.settings.public = True
    try:
        app = replace(bench.app, client_secret="")
        account = ADAPTER.renew(app, arrive(bench, app))
        ADAPTER.revoke(app, account)
    finally:
        stub.settings.public = False


@pytest.mark.parametrize("answer", [{"error": "invalid_request"}, {}, {"code": ""}])
def test_an_answer_that_says_neither_yes_nor_no(bench: Bench, answer: dict[str, str]) -> None:
    trouble = bench.refused(lambda: ADAPTER.arrive(bench.app, kept={}, answer=answer))
    assert trouble.code == "mixed_up"


@pytest.mark.parametrize(
    ("where", "status", "said", "kind", "code"),
    [
        (TOKEN, 503, "", "transient", "fault_there"),
        (TOKEN, 429, "", "throttled", "throttled"),
        (TOKEN, 200, {}, "transient", "fault_there"),
        (TOKEN, 200, "<html>", "transient", "fault_there"),
        (ME, 200, {"data": []}, "transient", "fault_there"),
        (ME, 402, {"type": "https://api.x.com/2/problems/credits"}, "budget", "no_credit"),
        (ME, 403, {"detail": "suspended"}, "rejected", "not_allowed"),
        (ME, 500, "", "transient", "fault_there"),
    ],
)
def test_a_yes_that_leads_to_nothing(
    bench: Bench, says: Says, where: Any, status: int, said: Any, kind: str, code: str
) -> None:
    says(*where, status, said)
    trouble = bench.refused(lambda: arrive(bench))
    assert (trouble.kind, trouble.code) == (kind, code)


def test_a_name_is_not_needed(bench: Bench, says: Says) -> None:
    says(*ME, 200, {"data": {"id": "12"}})
    account = arrive(bench)
    assert (account.remote_id, account.handle, account.profile_url) == ("12", "", "")
    published = bench.publish(account, bench.outgoing(), bench.memory())
    assert published.permalink == f"https://x.com/i/web/status/{published.remote_id}"


def test_renewing_when_x_is_down_loses_nothing(bench: Bench, account: Account, says: Says) -> None:
    says(*TOKEN, 503)
    trouble = bench.refused(lambda: ADAPTER.renew(bench.app, account), account)
    assert trouble.kind is Kind.TRANSIENT
    assert ADAPTER.renew(bench.app, account).keys != account.keys


def test_renewing_with_an_application_that_is_refused(bench: Bench, account: Account) -> None:
    app = replace(bench.app, client_secret="a-wrong-secret-of-the-application")
    trouble = bench.refused(lambda: ADAPTER.renew(app, account), account)
    assert (trouble.kind, trouble.code) == (Kind.CONFIGURATION, "refused_app")


def test_both_tokens_are_revoked(bench: Bench, account: Account, stub: X) -> None:
    ADAPTER.revoke(bench.app, account)
    revoked = [seen for seen in stub.requests if seen.target == "/2/oauth2/revoke"]
    assert len(revoked) == 2
    assert all(grant.dead for grant in stub.grants)


@pytest.mark.parametrize(
    ("status", "said", "kind"),
    [
        (503, {}, Kind.TRANSIENT),
        (401, {"error": "unauthorized_client"}, Kind.CONFIGURATION),
        (400, {"error": "invalid_client"}, Kind.CONFIGURATION),
    ],
)
def test_revoking_is_tried_again(
    bench: Bench, account: Account, says: Says, status: int, said: Any, kind: Kind
) -> None:
    says("POST", "revoke", status, said)
    assert bench.refused(lambda: ADAPTER.revoke(bench.app, account), account).kind is kind


def test_a_token_that_x_does_not_know_is_dead(bench: Bench, account: Account, says: Says) -> None:
    for _ in range(2):
        says("POST", "revoke", 400, {"error": "invalid_request"})
    ADAPTER.revoke(bench.app, account)


def test_a_session_that_cannot_be_renewed_is_revoked_too(bench: Bench, stub: X) -> None:
    account = arrive(bench, replace(bench.app, scopes=("tweet.read", "tweet.write", "users.read")))
    ADAPTER.revoke(bench.app, account)
    assert all(grant.dead for grant in stub.grants)


def test_what_was_typed_in_is_right(bench: Bench, stub: X) -> None:
    ADAPTER.check(bench.app)
    assert [seen.target for seen in stub.requests] == ["/2/oauth2/token"]


@pytest.mark.parametrize(
    ("client_id", "secret"), [("", "x"), ("client", "wrong"), ("another", None)]
)
def test_what_was_typed_in_is_wrong(
    bench: Bench, harness: XHarness, client_id: str, secret: str | None
) -> None:
    app = replace(bench.app, client_id=client_id, client_secret=secret or bench.app.client_secret)
    trouble = bench.refused(lambda: ADAPTER.check(app))
    assert (trouble.kind, trouble.code) == (Kind.CONFIGURATION, "refused_app")


def test_what_was_typed_in_cannot_be_tested_now(bench: Bench, says: Says) -> None:
    says(*TOKEN, 503)
    assert bench.refused(lambda: ADAPTER.check(bench.app)).kind is Kind.TRANSIENT
