"""An account at Threads lives sixty days, and longer when it is used."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone

from tests.channels.threads.conftest import Desk
from tests.channels.threads.harness import REDIRECT, an_app, query_of
from vaandel.channels.adapter import Account, Kind, Trouble

DAY = 86_400


def connected(desk: Desk, **app: Any) -> Account:
    desk.app = an_app(**app)
    departure = desk.adapter.depart(desk.app, state="s", server="")
    answer = query_of(desk.network.allow(departure.url, "p7"))
    return desk.adapter.arrive(desk.app, kept=departure.kept, answer=answer)


def days_until(moment: datetime | None) -> float:
    assert moment is not None
    return (moment - timezone.now()) / timedelta(days=1)


def test_the_browser_goes_to_threads_with_what_was_registered(desk: Desk) -> None:
    departure = desk.adapter.depart(desk.app, state="a state", server="")

    assert departure.url.startswith(f"{desk.proxy.url}/oauth/authorize?")
    scopes = "threads_basic,threads_content_publish,threads_delete,threads_manage_insights"
    assert parse_qs(urlsplit(departure.url).query) == {
        "response_type": ["code"],
        "client_id": ["client"],
        "redirect_uri": [REDIRECT],
        "state": ["a state"],
        "scope": [scopes],
    }
    assert departure.kept == {"scopes": scopes.split(",")}


def test_without_an_application_nobody_departs(desk: Desk) -> None:
    with pytest.raises(Trouble) as raised:
        desk.adapter.depart(an_app(client_id=""), state="s", server="")

    assert (raised.value.kind, raised.value.code) == (Kind.CONFIGURATION, "refused_app")


def test_an_account_has_its_name_and_sixty_days(desk: Desk) -> None:
    account = connected(desk)

    assert account.remote_id == desk.network.user_id("p7")
    assert (account.handle, account.display_name) == ("p7", "p7")
    assert account.profile_url == "https://www.threads.com/@p7"
    assert 59.9 < days_until(account.session_until) <= 60
    assert 29.9 < days_until(account.access_until) <= 30
    assert desk.network.tokens[account.keys["access_token"]].long


def test_a_code_with_the_end_of_the_address_is_a_code(desk: Desk) -> None:
    departure = desk.adapter.depart(desk.app, state="s", server="")
    answer = query_of(desk.network.allow(departure.url))
    answer["code"] += "#_"

    assert desk.adapter.arrive(desk.app, kept=departure.kept, answer=answer).handle == "p1"


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        ({"error": "access_denied"}, Kind.REJECTED, "declined"),
        ({"error": "server_error"}, Kind.TRANSIENT, "fault_there"),
        ({"error": "invalid_scope"}, Kind.CONFIGURATION, "refused_app"),
        ({}, Kind.REJECTED, "mixed_up"),
        ({"code": "made-up"}, Kind.REJECTED, "too_late_to_connect"),
    ],
)
def test_an_answer_that_is_none(desk: Desk, answer: dict[str, str], kind: Kind, code: str) -> None:
    kept = desk.adapter.depart(desk.app, state="s", server="").kept

    with pytest.raises(Trouble) as raised:
        desk.adapter.arrive(desk.app, kept=kept, answer=answer)

    assert (raised.value.kind, raised.value.code) == (kind, code)


def test_who_does_not_allow_posting_is_not_connected(desk: Desk) -> None:
    with pytest.raises(Trouble) as raised:
        connected(desk, scopes=["threads_basic"])

    assert (raised.value.kind, raised.value.code) == (Kind.REJECTED, "missing_scope")


@pytest.mark.parametrize("typed", [{"client_secret": "a-wrong-secret"}])
def test_a_wrong_secret_is_for_whoever_manages(desk: Desk, typed: dict[str, str]) -> None:
    with pytest.raises(Trouble) as raised:
        connected(desk, **typed)

    assert (raised.value.kind, raised.value.code) == (Kind.CONFIGURATION, "refused_app")
    assert "a-wrong-secret" not in repr(raised.value)


@pytest.mark.parametrize(
    "body", ['{"id": "12", "username": "p7"}', '{"id": "../me"}', '{"username": "p7"}', "{}"]
)
def test_another_account_than_the_token_was_for_is_not_taken(desk: Desk, body: str) -> None:
    desk.network.fail_next("GET", "/v1.0/me", status=200, body=body)

    with pytest.raises(Trouble) as raised:
        connected(desk)

    assert raised.value.code == "mixed_up"


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/oauth/access_token", 503, "fault_there"),
        ("/oauth/access_token", 429, "throttled"),
        ("^/access_token", 503, "fault_there"),
        ("^/access_token", 200, "fault_there"),
        ("/v1.0/me", 503, "fault_there"),
        ("/v1.0/me", 429, "throttled"),
    ],
)
def test_a_fault_while_connecting_passes(desk: Desk, path: str, status: int, code: str) -> None:
    desk.network.fail_next("*", path, status=status)

    with pytest.raises(Trouble) as raised:
        connected(desk)

    assert raised.value.code == code


def test_a_token_is_renewed_while_it_lives(desk: Desk) -> None:
    account = connected(desk)
    desk.network.skip(59 * DAY)

    renewed = desk.adapter.renew(desk.app, account)

    assert renewed.keys["access_token"] != account.keys["access_token"]
    assert renewed.session_until != account.session_until
    assert 59.9 < days_until(renewed.session_until) <= 60
    assert replace(renewed, keys={}, access_until=None, session_until=None) == replace(
        account, keys={}, access_until=None, session_until=None
    )


def test_a_token_of_today_is_kept_until_tomorrow(desk: Desk) -> None:
    account = connected(desk)

    renewed = desk.adapter.renew(desk.app, account)

    assert (renewed.keys, renewed.session_until) == (account.keys, account.session_until)
    assert 0.9 < days_until(renewed.access_until) <= 1


@pytest.mark.parametrize("status", [400, 401])
def test_after_sixty_days_the_person_connects_again(desk: Desk, status: int) -> None:
    desk.network.settings.token_status = status
    account = connected(desk)
    desk.network.skip(61 * DAY)

    with pytest.raises(Trouble) as raised:
        desk.adapter.renew(desk.app, account)

    assert (raised.value.kind, raised.value.code) == (Kind.RECONNECT, "dead_tokens")


def test_a_fault_while_renewing_passes(desk: Desk) -> None:
    desk.network.fail_next("GET", "/refresh_access_token", status=500)

    with pytest.raises(Trouble) as raised:
        desk.adapter.renew(desk.app, desk.account)

    assert (raised.value.kind, raised.value.code) == (Kind.TRANSIENT, "fault_there")


def test_there_is_nothing_to_revoke(desk: Desk) -> None:
    asked = len(desk.network.requests)
    desk.adapter.revoke(desk.app, desk.account)

    assert len(desk.network.requests) == asked


def test_a_good_application_passes_the_test(desk: Desk) -> None:
    desk.adapter.check(desk.app)


@pytest.mark.parametrize(
    "typed",
    [{"client_id": ""}, {"client_secret": ""}, {"client_id": "other"}, {"client_secret": "other"}],
)
def test_what_was_typed_wrongly_is_found(desk: Desk, typed: dict[str, str]) -> None:
    with pytest.raises(Trouble) as raised:
        desk.adapter.check(an_app(**typed))

    assert (raised.value.kind, raised.value.code) == (Kind.CONFIGURATION, "refused_app")


def test_an_application_that_is_unknown_in_the_other_form_of_refusal(desk: Desk) -> None:
    body = '{"error_type": "OAuthException", "code": 400, "error_message": "Invalid platform app"}'
    desk.network.fail_next("POST", "/oauth/access_token", status=400, body=body)

    with pytest.raises(Trouble) as raised:
        desk.adapter.check(desk.app)

    assert raised.value.code == "refused_app"


def test_a_fault_says_nothing_about_the_application(desk: Desk) -> None:
    desk.network.fail_next("POST", "/oauth/access_token", status=500)

    with pytest.raises(Trouble) as raised:
        desk.adapter.check(desk.app)

    assert raised.value.kind is Kind.TRANSIENT
