"""An account at LinkedIn lasts sixty days, unless LinkedIn made the organisation a partner."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone

from tests.channels.linkedin.conftest import Desk
from tests.channels.linkedin.harness import REDIRECT, an_app, query_of
from vaandel.channels.adapter import Account, Kind, Trouble


def connected(desk: Desk, **app: Any) -> Account:
    desk.app = an_app(**app)
    departure = desk.adapter.depart(desk.app, state="s", server="")
    answer = query_of(desk.network.allow(departure.url, "p7"))
    return desk.adapter.arrive(desk.app, kept=departure.kept, answer=answer)


def days_until(moment: datetime | None) -> float:
    assert moment is not None
    return (moment - timezone.now()) / timedelta(days=1)


def test_the_browser_goes_to_linkedin_with_what_was_registered(desk: Desk) -> None:
    url = desk.adapter.depart(desk.app, state="a state", server="").url

    assert url.startswith(f"{desk.proxy.url}/oauth/v2/authorization?")
    assert parse_qs(urlsplit(url).query) == {
        "response_type": ["code"],
        "client_id": ["client"],
        "redirect_uri": [REDIRECT],
        "state": ["a state"],
        "scope": ["openid profile w_member_social"],
    }


def test_scopes_are_those_of_the_organisation(desk: Desk) -> None:
    desk.network.settings.scopes = ("openid", "profile", "w_member_social", "r_member_social")
    account = connected(desk, scopes=["openid", "w_member_social", "r_member_social"])

    assert account.scopes == ["openid", "r_member_social", "w_member_social"]


def test_without_an_application_nobody_departs(desk: Desk) -> None:
    with pytest.raises(Trouble) as raised:
        desk.adapter.depart(an_app(client_id=""), state="s", server="")

    assert (raised.value.kind, raised.value.code) == (Kind.CONFIGURATION, "refused_app")


def test_an_account_has_its_name_and_sixty_days(desk: Desk) -> None:
    account = connected(desk)

    assert (account.remote_id, account.display_name) == ("p7", "Member p7")
    assert list(account.keys) == ["access_token"]
    assert account.access_until == account.session_until
    assert 59.9 < days_until(account.access_until) <= 60


def test_without_a_refresh_token_only_the_person_can_go_on(desk: Desk) -> None:
    with pytest.raises(Trouble) as raised:
        desk.adapter.renew(desk.app, connected(desk))

    assert (raised.value.kind, raised.value.code) == (Kind.RECONNECT, "dead_tokens")


def test_the_year_of_a_partner_does_not_start_anew(desk: Desk) -> None:
    desk.network.settings.partner = True
    account = connected(desk)
    assert 364.9 < days_until(account.session_until) <= 365
    desk.network.skip(355 * 86400)

    renewed = desk.adapter.renew(desk.app, account)

    assert renewed.keys["access_token"] != account.keys["access_token"]
    assert renewed.keys["refresh_token"] == account.keys["refresh_token"]
    assert 9.9 < days_until(renewed.session_until) <= 10
    assert 9.9 < days_until(renewed.access_until) <= 10
    assert (renewed.remote_id, renewed.display_name) == ("p7", "Member p7")
    assert renewed.scopes == account.scopes


def test_a_refresh_token_at_its_end_means_connecting_again(desk: Desk) -> None:
    desk.network.settings.partner = True
    account = connected(desk)
    desk.network.skip(366 * 86400)

    with pytest.raises(Trouble) as raised:
        desk.adapter.renew(desk.app, account)

    assert (raised.value.kind, raised.value.code) == (Kind.RECONNECT, "dead_tokens")


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        ({"error": "user_cancelled_login"}, Kind.REJECTED, "declined"),
        ({"error": "user_cancelled_authorize"}, Kind.REJECTED, "declined"),
        ({"error": "unauthorized_scope_error"}, Kind.CONFIGURATION, "refused_app"),
        ({"error": "server_error"}, Kind.TRANSIENT, "fault_there"),
        ({}, Kind.REJECTED, "mixed_up"),
        ({"code": "made-up"}, Kind.REJECTED, "too_late_to_connect"),
    ],
)
def test_an_answer_that_is_none(desk: Desk, answer: dict[str, str], kind: Kind, code: str) -> None:
    with pytest.raises(Trouble) as raised:
        desk.adapter.arrive(desk.app, kept={}, answer=answer)

    assert (raised.value.kind, raised.value.code) == (kind, code)


def test_a_scope_of_no_product_is_told_by_linkedin(desk: Desk) -> None:
    app = an_app(scopes=["openid", "r_member_postAnalytics"])
    departure = desk.adapter.depart(app, state="s", server="")
    answer = query_of(desk.network.allow(departure.url))

    with pytest.raises(Trouble) as raised:
        desk.adapter.arrive(app, kept={}, answer=answer)

    assert (raised.value.kind, raised.value.code) == (Kind.CONFIGURATION, "refused_app")
    assert "r_member_postAnalytics" in raised.value.detail


def test_who_does_not_allow_posting_is_not_connected(desk: Desk) -> None:
    with pytest.raises(Trouble) as raised:
        connected(desk, scopes=["openid", "profile"])

    assert (raised.value.kind, raised.value.code) == (Kind.REJECTED, "missing_scope")


def test_a_wrong_secret_is_for_whoever_manages(desk: Desk) -> None:
    with pytest.raises(Trouble) as raised:
        connected(desk, client_secret="a-wrong-secret")

    assert (raised.value.kind, raised.value.code) == (Kind.CONFIGURATION, "refused_app")
    assert "a-wrong-secret" not in repr(raised.value)


@pytest.mark.parametrize("body", ["{}", '{"sub": "a person: of nobody"}', "[]", "<html>"])
def test_a_person_without_a_usable_name_is_not_taken(desk: Desk, body: str) -> None:
    desk.network.fail_next("GET", "/v2/userinfo", status=200, body=body)

    with pytest.raises(Trouble) as raised:
        connected(desk)

    assert raised.value.code == "mixed_up"


@pytest.mark.parametrize("path", ["/v2/userinfo", "/oauth/v2/accessToken"])
@pytest.mark.parametrize(("status", "code"), [(503, "fault_there"), (429, "throttled")])
def test_a_fault_while_connecting_passes(desk: Desk, path: str, status: int, code: str) -> None:
    desk.network.fail_next("*", path, status=status)

    with pytest.raises(Trouble) as raised:
        connected(desk)

    assert raised.value.code == code


@pytest.mark.parametrize("body", ["[]", "{}", '{"access_token": "", "expires_in": 5}'])
def test_an_answer_without_a_token_connects_nobody(desk: Desk, body: str) -> None:
    desk.network.fail_next("POST", "accessToken", status=200, body=body)

    with pytest.raises(Trouble) as raised:
        connected(desk)

    assert raised.value.code == "too_late_to_connect"


def test_revoked_tokens_post_nothing(desk: Desk) -> None:
    desk.network.settings.partner = True
    account = connected(desk)

    desk.adapter.revoke(desk.app, account)
    desk.adapter.revoke(desk.app, replace(account, keys={"access_token": "unknown"}))
    desk.adapter.revoke(desk.app, replace(account, keys={}))

    assert {token.revoked for token in desk.network.tokens.values() if token.person == "p7"} == {
        True
    }


@pytest.mark.parametrize(("status", "kind"), [(503, Kind.TRANSIENT), (429, Kind.THROTTLED)])
def test_revoking_is_tried_again_after_a_fault(desk: Desk, status: int, kind: Kind) -> None:
    desk.network.fail_next("POST", "/oauth/v2/revoke", status=status)

    with pytest.raises(Trouble) as raised:
        desk.adapter.revoke(desk.app, desk.account)

    assert raised.value.kind is kind


def test_a_good_application_passes_the_test(desk: Desk) -> None:
    desk.adapter.check(desk.app)
    desk.adapter.check(an_app(api_version="202609"))


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ({"client_id": ""}, "refused_app"),
        ({"client_secret": ""}, "refused_app"),
        ({"client_secret": "wrong"}, "refused_app"),
        ({"client_id": "wrong"}, "refused_app"),
        ({"api_version": "2026-07"}, "old_version"),
        ({"api_version": "202501"}, "old_version"),
    ],
)
def test_what_was_typed_wrongly_is_found(desk: Desk, typed: dict[str, str], code: str) -> None:
    with pytest.raises(Trouble) as raised:
        desk.adapter.check(an_app(**typed))

    assert (raised.value.kind, raised.value.code) == (Kind.CONFIGURATION, code)


@pytest.mark.parametrize(("status", "kind"), [(500, Kind.TRANSIENT), (429, Kind.THROTTLED)])
def test_a_fault_says_nothing_about_the_application(desk: Desk, status: int, kind: Kind) -> None:
    desk.network.fail_next("POST", "introspectToken", status=status)

    with pytest.raises(Trouble) as raised:
        desk.adapter.check(desk.app)

    assert raised.value.kind is kind
