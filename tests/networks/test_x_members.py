"""How X lets a person allow, and for how long."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest

from tests.networks.asking import http
from tests.networks.x import X
from tests.networks.x_members import SCOPES, challenge_of
from tests.networks.x_person import Person

BACK = "https://vaandel.example/back"
BASIC = ("client", "client-secret")
VERIFIER = "v" * 64


def page(x: X, **other: str) -> str:
    asked = {
        "response_type": "code",
        "client_id": "client",
        "redirect_uri": BACK,
        "scope": "tweet.read tweet.write users.read offline.access",
        "state": "s1",
        "code_challenge": challenge_of(VERIFIER),
        "code_challenge_method": "S256",
        **other,
    }
    return f"{x.url}/i/oauth2/authorize?{urlencode(asked)}"


def code_of(x: X) -> str:
    return dict(parse_qsl(urlsplit(x.allow(page(x))).query))["code"]


def token(x: X, auth: Any = BASIC, **form: str) -> httpx.Response:
    form = {"grant_type": "authorization_code", "redirect_uri": BACK, **form}
    return http.post(f"{x.url}/2/oauth2/token", data=form, auth=auth)


def refreshed(x: X, refresh: str) -> httpx.Response:
    return token(x, grant_type="refresh_token", refresh_token=refresh)


def test_a_person_allows_and_a_secret_only_vaandel_knows_turns_the_code_into_tokens(x: X) -> None:
    said = token(x, code=code_of(x), code_verifier=VERIFIER).json()

    assert (said["expires_in"], said["token_type"]) == (7200, "bearer")
    headers = {"Authorization": f"Bearer {said['access_token']}"}
    assert http.get(f"{x.url}/2/users/me", headers=headers).json()["data"]["username"] == "p1"
    assert "error=access_denied" in x.cancel(page(x))


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": ""},
        {"state": "s" * 501},
        {"code_challenge": ""},
        {"code_challenge_method": "plain"},
        {"redirect_uri": BACK + "/"},
        {"client_id": "other"},
        {"scope": "everything"},
    ],
)
def test_a_wrong_request_stays_on_a_page_of_the_network(x: X, wrong: dict[str, str]) -> None:
    x.settings.redirect_uris = (BACK,)

    assert http.get(page(x)).status_code == 200
    assert http.get(page(x, **wrong)).status_code == 400


def test_a_code_lives_for_thirty_seconds_and_works_once(x: X) -> None:
    late, wrong, good = code_of(x), code_of(x), code_of(x)

    assert token(x, code=wrong, code_verifier="guess").json()["error"] == "invalid_request"
    assert token(x, code=good, code_verifier=VERIFIER).status_code == 200
    assert token(x, code=good, code_verifier=VERIFIER).status_code == 400
    x.skip(31)
    assert token(x, code=late, code_verifier=VERIFIER).status_code == 400


def test_who_asks_for_a_token_is_checked(x: X) -> None:
    code = code_of(x)

    assert token(x, ("client", "guess"), code=code).status_code == 401
    assert token(x, None, code=code).json()["error"] == "unauthorized_client"
    assert http.post(f"{x.url}/2/oauth2/token", auth=BASIC, data={}).status_code == 400
    x.settings.public = True
    said = token(x, None, code=code, code_verifier=VERIFIER, client_id="client")
    assert said.status_code == 200


def test_a_refresh_token_works_once_and_its_replay_ends_the_connection(x: X) -> None:
    first = token(x, code=code_of(x), code_verifier=VERIFIER).json()
    second = refreshed(x, first["refresh_token"]).json()
    third = refreshed(x, second["refresh_token"])

    assert third.status_code == 200
    replayed = refreshed(x, first["refresh_token"])
    assert (replayed.status_code, replayed.json()["error"]) == (400, "invalid_request")
    assert refreshed(x, third.json()["refresh_token"]).status_code == 400
    headers = {"Authorization": f"Bearer {third.json()['access_token']}"}
    assert http.get(f"{x.url}/2/users/me", headers=headers).status_code == 401


def test_tokens_end_by_time_by_renewal_and_by_revoking(x: X) -> None:
    person, other = Person(x), Person(x, "p2")
    refresh = x.refresh_token_of(person.token)
    x.skip(7200)
    assert person.post().status_code == 401

    person.token = refreshed(x, refresh).json()["access_token"]
    assert person.post().status_code == 201
    http.post(f"{x.url}/2/oauth2/revoke", auth=BASIC, data={"token": person.token})
    assert person.post().status_code == 401
    x.revoke_all("p2")
    assert other.post().json()["title"] == "Unauthorized"


def test_scopes_hold_and_without_offline_access_nothing_is_refreshed(x: X) -> None:
    reader = Person(x, scope="tweet.read users.read")
    reader_only = x.refresh_token_of(reader.token)
    application = Person(x)
    application.token = "AAAA" + "b" * 40

    assert reader_only == ""
    assert reader.post().status_code == 403
    assert application.post().json()["title"] == "Unsupported Authentication"
    assert "offline.access" in SCOPES
