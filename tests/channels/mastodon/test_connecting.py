"""Every server gets an application of ours, and says for itself how somebody says yes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

import pytest

from tests.channels.conformance.bench import Bench
from tests.channels.mastodon.harness import BACK, TakaheHarness, query_of
from tests.networks.mastodon_lenient import Lenient
from vaandel.channels.adapter import Account, Kind, Trouble
from vaandel.channels.mastodon.adapter import ADAPTER
from vaandel.channels.pkce import challenge

METADATA = r"^/\.well-known/oauth-authorization-server$"
NEW = {
    "issuer": "https://mastodon.example/",
    "scopes_supported": ["profile", "read", "write"],
    "code_challenge_methods_supported": ["S256"],
    "authorization_response_iss_parameter_supported": True,
}
Says = Callable[..., None]


def sent(stub: Lenient, target: str) -> dict[str, str]:
    found = [seen for seen in stub.requests if seen.target == target]
    return dict(parse_qsl(found[-1].body.decode()))


def test_a_new_server_is_asked_for_less_and_with_a_challenge(
    harness: TakaheHarness, stub: Lenient, says: Says
) -> None:
    says("GET", METADATA, 200, NEW)
    app = ADAPTER.register(harness.server, BACK)
    assert list(app.scopes) == ["profile", "write:statuses", "write:media"]
    departure = ADAPTER.depart(app, state="s", server=harness.server)
    asked = query_of(departure.url)
    assert asked["code_challenge_method"] == "S256"
    answer = {**harness.allow(departure), "iss": "https://mastodon.example"}
    ADAPTER.arrive(app, kept=departure.kept, answer=answer)
    verifier = sent(stub, "/oauth/token")["code_verifier"]
    assert challenge(verifier) == asked["code_challenge"]


def test_an_old_server_is_asked_the_old_way(harness: TakaheHarness, stub: Lenient) -> None:
    app = ADAPTER.register(harness.server, BACK)
    assert app.scopes[0] == "read:accounts"
    departure = ADAPTER.depart(app, state="s", server=harness.server)
    assert "code_challenge" not in query_of(departure.url)
    assert departure.server == harness.server
    ADAPTER.arrive(app, kept=departure.kept, answer=harness.allow(departure))
    assert "code_verifier" not in sent(stub, "/oauth/token")


def test_what_a_server_says_of_itself_is_asked_once(harness: TakaheHarness, stub: Lenient) -> None:
    app = ADAPTER.register(harness.server, BACK)
    for _ in range(3):
        ADAPTER.depart(app, state="s", server=harness.server)
    assert len([seen for seen in stub.requests if "well-known" in seen.target]) == 1


@pytest.mark.parametrize("named", [{}, {"iss": "https://elsewhere.example/"}])
def test_a_server_that_promised_its_name_must_give_it(
    harness: TakaheHarness, says: Says, named: dict[str, str]
) -> None:
    says("GET", METADATA, 200, NEW)
    app = ADAPTER.register(harness.server, BACK)
    departure = ADAPTER.depart(app, state="s", server=harness.server)
    answer = {**harness.allow(departure), **named}
    with pytest.raises(Trouble) as raised:
        ADAPTER.arrive(app, kept=departure.kept, answer=answer)
    assert raised.value.code == "mixed_up"


@pytest.mark.parametrize(
    ("error", "kind", "code"),
    [
        ("access_denied", Kind.REJECTED, "declined"),
        ("unauthorized_client", Kind.CONFIGURATION, "refused_app"),
        ("invalid_scope", Kind.CONFIGURATION, "refused_app"),
        ("server_error", Kind.REJECTED, "mixed_up"),
    ],
)
def test_an_error_comes_back(bench: Bench, error: str, kind: Kind, code: str) -> None:
    departure = ADAPTER.depart(bench.app, state="s", server=bench.harness.server)
    trouble = bench.refused(
        lambda: ADAPTER.arrive(bench.app, kept=departure.kept, answer={"error": error})
    )
    assert (trouble.kind, trouble.code) == (kind, code)


def test_an_application_that_the_server_forgot_is_told_apart(bench: Bench) -> None:
    departure = ADAPTER.depart(bench.app, state="s", server=bench.harness.server)
    answer = bench.harness.allow(departure)
    forgotten = replace(bench.app, client_secret="of-another-registration")
    trouble = bench.refused(lambda: ADAPTER.arrive(forgotten, kept=departure.kept, answer=answer))
    assert (trouble.kind, trouble.code) == (Kind.CONFIGURATION, "refused_app")


@pytest.mark.parametrize(
    ("target", "status", "said", "kind", "code"),
    [
        ("/oauth/token", 200, {"access_token": "t", "scope": "read"}, "rejected", "missing_scope"),
        ("/oauth/token", 200, "<html>", "rejected", "too_late_to_connect"),
        ("/oauth/token", 503, "", "transient", "fault_there"),
        ("verify_credentials", 200, "<html>", "rejected", "not_allowed"),
        ("verify_credentials", 403, {"error": "disabled"}, "rejected", "not_allowed"),
        ("verify_credentials", 500, "", "transient", "fault_there"),
    ],
)
def test_a_yes_that_leads_to_nothing(
    bench: Bench, says: Says, target: str, status: int, said: Any, kind: str, code: str
) -> None:
    departure = ADAPTER.depart(bench.app, state="s", server=bench.harness.server)
    answer = bench.harness.allow(departure)
    says("*", target, status, said)
    trouble = bench.refused(lambda: ADAPTER.arrive(bench.app, kept=departure.kept, answer=answer))
    assert (trouble.kind, trouble.code) == (kind, code)


def test_who_it_is(account: Account, harness: TakaheHarness) -> None:
    assert account.handle == f"@p1@{harness.server}"
    assert account.display_name == "p1"
    assert account.server == harness.server
    assert account.profile_url == f"https://{harness.server}/@p1"
    assert (account.access_until, account.session_until) == (None, None)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "localhost",
        "127.0.0.1",
        "[::1]",
        "169.254.169.254",
        "mastodon.example:8080",
        "http://mastodon.example",
        "https://user:word@mastodon.example",
        "a b.example",
        "mastodon.example\r\nHost: x",
        "file:///etc/passwd",
        "nowhere.invalid",
    ],
)
def test_no_server_of_that_name(typed: str) -> None:
    with pytest.raises(Trouble) as raised:
        ADAPTER.register(typed, BACK)
    assert (raised.value.kind, raised.value.code) == (Kind.REJECTED, "no_such_server")


@pytest.mark.parametrize(
    ("status", "said", "kind", "code"),
    [
        (404, "<html>Not found</html>", "rejected", "no_such_server"),
        (200, "<html>A shop</html>", "rejected", "no_such_server"),
        (301, "", "rejected", "no_such_server"),
        (422, {"error": "Validation failed"}, "rejected", "no_such_server"),
        (502, "", "transient", "fault_there"),
        (429, "", "throttled", "throttled"),
    ],
)
def test_a_server_that_gives_no_application(
    harness: TakaheHarness, says: Says, status: int, said: Any, kind: str, code: str
) -> None:
    says("POST", "^/api/v1/apps$", status, said)
    with pytest.raises(Trouble) as raised:
        ADAPTER.register(harness.server, BACK)
    assert (raised.value.kind, raised.value.code) == (kind, code)


def test_a_machine_of_ones_own_network_is_not_asked(
    harness: TakaheHarness, stub: Lenient, settings: Any, bench: Bench
) -> None:
    """Also when it was reached before, and whatever it is told to be."""
    account = bench.connect()
    settings.FETCH_ALLOWED_HOSTS = []
    before = len(stub.requests)
    for act in (
        lambda: ADAPTER.figures(bench.app, account, ["1"]),
        lambda: ADAPTER.delete(bench.app, account, "1"),
        lambda: ADAPTER.revoke(bench.app, account),
    ):
        assert bench.refused(act, account).code in {"forbidden_address", "unreachable"}
    assert len(stub.requests) == before


def test_our_application_says_who_we_are(
    harness: TakaheHarness, stub: Lenient, settings: Any
) -> None:
    settings.PUBLIC_URL = "https://vaandel.example"
    ADAPTER.register(harness.server, BACK)
    assert sent(stub, "/api/v1/apps") == {
        "client_name": "Vaandel",
        "redirect_uris": BACK,
        "scopes": "read:accounts write:statuses write:media",
        "website": "https://vaandel.example",
    }


@pytest.mark.parametrize("status", [400, 403, 404, 422])
def test_a_token_that_the_server_does_not_know_is_dead(
    bench: Bench, account: Account, says: Says, status: int
) -> None:
    says("POST", "/oauth/revoke", status, {"error": "unauthorized_client"})
    ADAPTER.revoke(bench.app, account)


def test_a_server_that_is_down_is_asked_again_later(
    bench: Bench, account: Account, says: Says
) -> None:
    says("POST", "/oauth/revoke", 503)
    trouble = bench.refused(lambda: ADAPTER.revoke(bench.app, account), account)
    assert trouble.kind is Kind.TRANSIENT


def test_nothing_is_to_be_tested(bench: Bench, stub: Lenient) -> None:
    before = len(stub.requests)
    ADAPTER.check(bench.app)
    assert len(stub.requests) == before


def test_a_server_that_cannot_be_reached_may_be_there_later(settings: Any) -> None:
    settings.FETCH_ALLOWED_HOSTS = ["127.0.0.1:1"]
    settings.NETWORK_ADDRESSES = {"MASTODON_SCHEME": "http"}
    with pytest.raises(Trouble) as raised:
        ADAPTER.register("127.0.0.1:1", BACK)
    assert (raised.value.kind, raised.value.code) == (Kind.TRANSIENT, "unreachable")


def test_metadata_that_is_no_object_is_none(harness: TakaheHarness, says: Says) -> None:
    says("GET", METADATA, 200, json.loads("[1]"))
    assert ADAPTER.register(harness.server, BACK).scopes[0] == "read:accounts"
