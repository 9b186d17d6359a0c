"""Connecting, renewing and letting go, as a client with keys and as one without."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.core.cache import cache
from django.utils import timezone

from tests.channels.bluesky.conftest import Connect
from tests.channels.bluesky.harness import CLIENT, REDIRECT, a_key, an_app, public
from tests.channels.bluesky.network import Bluesky, did_of
from vaandel.channels.adapter import Account, App, Kind, Memory, Outgoing, Trouble
from vaandel.channels.bluesky.adapter import ADAPTER
from vaandel.channels.bluesky.sessions import BROAD_SCOPE, SCOPE

SOON = timedelta(minutes=1)
LOOPBACK = App(
    channel="bluesky",
    redirect_uri="http://127.0.0.1:8000/back/",
    client_id="http://localhost?" + urlencode({"redirect_uri": "http://127.0.0.1:8000/back/"}),
)


def targets(network: Bluesky) -> list[tuple[str, int]]:
    return [(seen.target, seen.status) for seen in network.requests]


def test_what_is_asked_for_is_pushed_and_not_in_the_address(network: Bluesky, app: App) -> None:
    departure = ADAPTER.depart(app, state="a-state", server="@p1.test")

    (pushed,) = network.sign_in.requests.values()
    query = parse_qs(urlsplit(departure.url).query)
    assert set(query) == {"client_id", "request_uri"}
    assert (pushed["scope"], pushed["state"], pushed["login_hint"]) == (SCOPE, "a-state", "p1.test")
    assert (pushed["redirect_uri"], pushed["client_id"]) == (REDIRECT, CLIENT)
    assert departure.server == network.host


def test_whoever_only_says_a_server_chooses_there(network: Bluesky, app: App) -> None:
    departure = ADAPTER.depart(app, state="a-state", server=network.url)
    (pushed,) = network.sign_in.requests.values()
    network.signed_in = "p2.test"

    account = ADAPTER.arrive(app, kept=departure.kept, answer=network.sign_in.allow(departure.url))

    assert "login_hint" not in pushed
    assert (account.remote_id, account.handle) == (did_of("p2.test"), "p2.test")


def test_the_account_that_comes_back(network: Bluesky, app: App) -> None:
    network.documents["/xrpc/com.atproto.repo.getRecord"] = {
        "uri": "at://…",
        "value": {"displayName": "Anna de Wit"},
    }
    departure = ADAPTER.depart(app, state="a-state", server="p1.test")

    account = ADAPTER.arrive(app, kept=departure.kept, answer=network.sign_in.allow(departure.url))

    now = timezone.now()
    assert account.remote_id == did_of("p1.test")
    assert (account.handle, account.display_name) == ("p1.test", "Anna de Wit")
    assert account.profile_url == f"https://bsky.app/profile/{did_of('p1.test')}"
    assert account.server == network.host
    assert list(account.scopes) == SCOPE.split()
    assert account.access_until
    assert abs(account.access_until - now - timedelta(seconds=3599)) < SOON
    # Unused for three months it ends, though it could last two years.
    assert account.session_until
    assert abs(account.session_until - now - timedelta(days=90)) < SOON
    # It is kept as JSON.
    assert json.loads(json.dumps(account.keys)) == account.keys


@pytest.mark.parametrize("value", [None, [], {"displayName": 7}, {}])
def test_a_profile_without_a_name(network: Bluesky, app: App, connect: Connect, value: Any) -> None:
    network.documents["/xrpc/com.atproto.repo.getRecord"] = {"uri": "at://…", "value": value}

    assert connect(app).display_name == ""


def test_a_profile_that_cannot_be_read_keeps_nobody_out(
    network: Bluesky, app: App, connect: Connect
) -> None:
    network.fail_next("GET", "getRecord", 503)

    assert connect(app).display_name == ""


def test_without_a_key_a_session_lasts_two_weeks(network: Bluesky, connect: Connect) -> None:
    account = connect(LOOPBACK)
    renewed = ADAPTER.renew(LOOPBACK, account)

    expected = timezone.now() + timedelta(days=14)
    assert account.session_until
    assert abs(account.session_until - expected) < SOON
    # Renewing does not make it longer.
    assert renewed.session_until == account.session_until


def test_a_session_of_two_years_ends_whatever_is_renewed(app: App, account: Account) -> None:
    since = timezone.now() - timedelta(days=720)
    old = Account(remote_id=account.remote_id, keys={**account.keys, "since": since.isoformat()})

    renewed = ADAPTER.renew(app, old)

    assert renewed.session_until == since + timedelta(days=730)


@pytest.mark.parametrize(
    ("seconds", "expected"), [(60, 60), (10**12, 86_400), (-5, 300), ("x", 300), (None, 300)]
)
def test_how_long_a_token_is_believed_to_work(
    network: Bluesky, app: App, connect: Connect, seconds: Any, expected: int
) -> None:
    network.sign_in.told = {"expires_in": seconds}

    account = connect(app)

    assert account.access_until
    assert abs(account.access_until - timezone.now() - timedelta(seconds=expected)) < SOON


def test_a_server_that_knows_nothing_smaller_is_asked_for_more(
    network: Bluesky, app: App, connect: Connect
) -> None:
    network.sign_in.knows_small_scopes = False

    account = connect(app)

    assert list(account.scopes) == BROAD_SCOPE.split()


@pytest.mark.parametrize(
    ("status", "body", "kind", "code"),
    [
        (400, "invalid_client_metadata", Kind.CONFIGURATION, "refused_app"),
        (401, "invalid_client", Kind.CONFIGURATION, "refused_app"),
        (400, "invalid_scope", Kind.CONFIGURATION, "refused_app"),
        (400, "invalid_request", Kind.CONFIGURATION, "refused_app"),
        (429, "slow_down", Kind.THROTTLED, "throttled"),
        (500, "server_error", Kind.TRANSIENT, "fault_there"),
        (201, "", Kind.CONFIGURATION, "refused_app"),
    ],
)
def test_a_server_that_does_not_let_us_ask(
    network: Bluesky, app: App, status: int, body: str, kind: Kind, code: str
) -> None:
    network.fail_next("POST", "/oauth/par", status, body=json.dumps({"error": body}), times=9)

    with pytest.raises(Trouble) as raised:
        ADAPTER.depart(app, state="s", server="p1.test")

    assert (raised.value.kind, raised.value.code) == (kind, code)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ({"error": "access_denied"}, "declined"),
        ({"error": "server_error"}, "mixed_up"),
        ({}, "mixed_up"),
        ({"code": ""}, "mixed_up"),
    ],
)
def test_coming_back_without_a_code(
    network: Bluesky, app: App, answer: dict[str, str], code: str
) -> None:
    departure = ADAPTER.depart(app, state="s", server="p1.test")

    with pytest.raises(Trouble) as raised:
        ADAPTER.arrive(app, kept=departure.kept, answer={**answer, "iss": network.url})

    assert raised.value.code == code


def test_a_fault_while_tokens_are_fetched_is_said_as_such(network: Bluesky, app: App) -> None:
    departure = ADAPTER.depart(app, state="s", server="p1.test")
    answer = network.sign_in.allow(departure.url)
    network.fail_next("POST", "/oauth/token", 503)

    with pytest.raises(Trouble) as raised:
        ADAPTER.arrive(app, kept=departure.kept, answer=answer)

    assert (raised.value.kind, raised.value.code) == (Kind.TRANSIENT, "fault_there")


def test_a_fresh_number_is_asked_for_once_and_used_while_it_is_fresh(
    network: Bluesky,
    app: App,
    account: Account,
    outgoing: Callable[..., Outgoing],
    memory: Memory,
) -> None:
    network.requests.clear()
    ADAPTER.publish(app, account, outgoing(), memory)
    assert [status for _target, status in targets(network)] == [200]

    network.sign_in.nonce = "another"
    network.requests.clear()
    ADAPTER.delete(app, account, f"at://{account.remote_id}/app.bsky.feed.post/3lbz2xk5a2k2x")
    ADAPTER.renew(app, account)

    asked = [(target.rpartition("/")[2], status) for target, status in targets(network)]
    assert asked == [
        ("com.atproto.repo.deleteRecord", 401),
        ("com.atproto.repo.deleteRecord", 200),
        ("oauth-authorization-server", 200),
        ("token", 200),
    ]


def test_a_server_that_is_never_content_is_not_asked_for_ever(
    network: Bluesky, app: App, account: Account
) -> None:
    network.sign_in.nonce = "x" * 301
    cache.clear()
    network.requests.clear()

    with pytest.raises(Trouble) as raised:
        ADAPTER.delete(app, account, f"at://{account.remote_id}/app.bsky.feed.post/3lbz2xk5a2k2x")

    assert raised.value.kind is Kind.RECONNECT
    assert len(network.requests) == 2


def test_tokens_of_renewal_that_got_lost_are_lost(
    network: Bluesky, app: App, account: Account
) -> None:
    network.fail_next("POST", "/oauth/token", after=True, drop=True)

    with pytest.raises(Trouble) as raised:
        ADAPTER.renew(app, account)

    assert (raised.value.kind, raised.value.code) == (Kind.RECONNECT, "dead_tokens")


@pytest.mark.parametrize(
    ("path", "status", "kind"),
    [
        ("/oauth/token", 503, Kind.TRANSIENT),
        ("/oauth/token", 429, Kind.THROTTLED),
        ("oauth-authorization-server", 503, Kind.TRANSIENT),
    ],
)
def test_a_fault_before_anything_was_renewed_can_be_tried_again(
    network: Bluesky, app: App, account: Account, path: str, status: int, kind: Kind
) -> None:
    network.fail_next("*", path, status)

    with pytest.raises(Trouble) as raised:
        ADAPTER.renew(app, account)

    assert raised.value.kind is kind
    assert ADAPTER.renew(app, account).remote_id == account.remote_id


def test_an_issuer_that_moved_its_addresses_away_renews_nothing(
    network: Bluesky, app: App, account: Account
) -> None:
    elsewhere = network.sign_in.description(token_endpoint="https://elsewhere.example/token")
    network.documents["/.well-known/oauth-authorization-server"] = elsewhere

    with pytest.raises(Trouble) as raised:
        ADAPTER.renew(app, account)

    assert raised.value.code == "mixed_up"
    assert ("/oauth/token", 200) not in targets(network)[-1:]


def test_tokens_for_somebody_else_are_not_taken(
    network: Bluesky, app: App, account: Account
) -> None:
    network.sign_in.told = {"sub": did_of("p2.test")}

    with pytest.raises(Trouble) as raised:
        ADAPTER.renew(app, account)

    assert raised.value.kind is Kind.RECONNECT


def test_a_session_goes_on_with_the_key_that_began_it(network: Bluesky, connect: Connect) -> None:
    old, new = a_key("old"), a_key("new")
    account = connect(an_app(network, old))
    after = an_app(network, new, old)

    renewed = ADAPTER.renew(after, account)
    newer = connect(after)

    assert (renewed.keys["kid"], newer.keys["kid"]) == ("old", "new")


def test_without_the_key_that_began_it_only_the_person_can_go_on(
    network: Bluesky, account: Account
) -> None:
    without = an_app(network, a_key("another"))

    with pytest.raises(Trouble) as raised:
        ADAPTER.renew(without, account)

    assert (raised.value.kind, raised.value.code) == (Kind.RECONNECT, "dead_tokens")


def test_an_application_that_lost_its_keys_altogether(app: App, account: Account) -> None:
    nameless = App(channel="bluesky", redirect_uri=REDIRECT, client_id=CLIENT)

    with pytest.raises(Trouble) as raised:
        ADAPTER.renew(nameless, account)

    assert raised.value.kind is Kind.RECONNECT


def test_revoking_ends_the_session(network: Bluesky, app: App, account: Account) -> None:
    ADAPTER.revoke(app, account)

    assert all(session.ended for session in network.sign_in.sessions)


@pytest.mark.parametrize(
    ("status", "kind"),
    [(503, Kind.TRANSIENT), (429, Kind.THROTTLED), (0, Kind.TRANSIENT)],
)
def test_revoking_is_tried_again_when_it_did_not_work(
    network: Bluesky, app: App, account: Account, status: int, kind: Kind
) -> None:
    network.fail_next("POST", "/oauth/revoke", status, drop=not status)

    with pytest.raises(Trouble) as raised:
        ADAPTER.revoke(app, account)

    assert raised.value.kind is kind


def test_a_server_that_takes_nothing_back_is_left_alone(
    network: Bluesky, app: App, account: Account
) -> None:
    without = network.sign_in.description(revocation_endpoint=None)
    network.documents["/.well-known/oauth-authorization-server"] = without
    network.requests.clear()

    ADAPTER.revoke(app, account)

    assert targets(network) == [("/.well-known/oauth-authorization-server", 200)]


def test_the_check_asks_bluesky_what_it_thinks_of_us(network: Bluesky, app: App) -> None:
    ADAPTER.check(app)
    network.sign_in.clients[CLIENT] = lambda: public([a_key()])

    with pytest.raises(Trouble) as raised:
        ADAPTER.check(app)

    assert (raised.value.kind, raised.value.code) == (Kind.CONFIGURATION, "refused_app")
