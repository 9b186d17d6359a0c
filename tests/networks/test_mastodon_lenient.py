"""Two servers that speak Mastodon's language, and where each of them does not."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest

from tests.networks.asking import http
from tests.networks.mastodon_lenient import Lenient

BACK = "https://vaandel.example/back"
PNG = b"\x89PNG\r\n\x1a\n\xff\xfe"


@pytest.fixture(params=["snac", "takahe"])
def server(request: pytest.FixtureRequest) -> Lenient:
    found: Lenient = request.getfixturevalue(request.param)
    return found


def ask(server: Lenient, method: str, path: str, token: str = "", **more: Any) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    headers |= more.pop("headers", {})
    return http.request(method, server.url + path, headers=headers, **more)


def publish(server: Lenient, token: str, text: str = "Hello", **more: Any) -> httpx.Response:
    return ask(server, "POST", "/api/v1/statuses", token, data={"status": text}, **more)


def application(server: Lenient) -> dict[str, Any]:
    form = {"client_name": "Vaandel", "redirect_uris": BACK, "scopes": "read write"}
    answer = http.post(f"{server.url}/api/v1/apps", data=form)
    assert answer.status_code == 200
    return dict(answer.json())


def page(server: Lenient, app: dict[str, Any], **other: str) -> str:
    asked = {
        "response_type": "code",
        "client_id": app["client_id"],
        "redirect_uri": BACK,
        "scope": "read write",
        "state": "s1",
        **other,
    }
    return f"{server.url}/oauth/authorize?{urlencode(asked)}"


def exchange(server: Lenient, app: dict[str, Any], code: str, **other: str) -> httpx.Response:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "client_id": app["client_id"],
        "client_secret": app["client_secret"],
        "redirect_uri": BACK,
        **other,
    }
    return http.post(f"{server.url}/oauth/token", data=form)


def test_an_application_registers_and_a_person_allows_it(server: Lenient) -> None:
    app = application(server)
    back = dict(parse_qsl(urlsplit(server.allow(page(server, app), person="wil")).query))

    said = exchange(server, app, back["code"]).json()

    assert back["state"] == "s1"
    assert said["token_type"] == "Bearer"
    me = ask(server, "GET", "/api/v1/accounts/verify_credentials", said["access_token"]).json()
    assert me["username"] == "wil"
    assert exchange(server, app, back["code"]).json() == {"error": "invalid_grant"}
    assert "error=access_denied" in server.cancel(page(server, app))


def test_a_wrong_application_address_or_secret_is_refused(server: Lenient) -> None:
    app = application(server)
    code = dict(parse_qsl(urlsplit(server.allow(page(server, app))).query))["code"]

    assert http.get(page(server, app, redirect_uri="https://evil.example")).status_code == 400
    assert http.get(page(server, app, client_id="other")).status_code == 400
    assert http.get(page(server, app, response_type="token")).status_code == 400
    assert exchange(server, app, code, client_secret="guess").status_code == 401
    assert http.post(f"{server.url}/api/v1/apps", data={"client_name": "V"}).status_code == 422
    assert ask(server, "GET", "/.well-known/oauth-authorization-server").status_code == 404


def test_the_same_key_publishes_again_and_a_time_is_ignored(server: Lenient) -> None:
    token = server.connect("wil")
    key = {"Idempotency-Key": "k1"}
    first, second = (publish(server, token, headers=key).json() for _ in range(2))
    later = {"status": "Later", "scheduled_at": "2099-01-01T00:00:00Z"}

    planned = ask(server, "POST", "/api/v1/statuses", token, json=later).json()

    assert first["id"] != second["id"]
    assert planned["content"] == "<p>Later</p>"
    assert server.duplicates() == {("wil", "Hello"): 2}


def test_the_timeline_shows_the_latest_first(server: Lenient) -> None:
    token = server.connect("wil")
    for text in "abc":
        publish(server, token, text)
    server.posts[0].deleted_at = 1.0

    shown = ask(server, "GET", "/api/v1/accounts/wil/statuses?limit=5").json()

    assert [status["content"] for status in shown] == ["<p>c</p>", "<p>b</p>"]
    assert ask(server, "GET", f"/api/v1/statuses/{server.posts[0].id}").status_code == 404


def test_counts_are_given_without_quotes(server: Lenient) -> None:
    number = publish(server, server.connect("wil")).json()["id"]
    server.counts[number] = {"favourites_count": 4}

    said = ask(server, "GET", f"/api/v1/statuses/{number}").json()

    assert (said["favourites_count"], said["reblogs_count"]) == (4, 0)
    assert "quotes_count" not in said


def test_a_picture_is_attached_with_its_words(server: Lenient) -> None:
    token = server.connect("wil")
    file = {"file": ("a.png", PNG, "image/png")}
    said = {"description": "A pump"}
    media = ask(server, "POST", "/api/v2/media", token, files=file, data=said).json()

    body = {"status": "Look", "media_ids[]": [media["id"]]}
    status = ask(server, "POST", "/api/v1/statuses", token, data=body).json()

    assert status["media_attachments"][0]["description"] == "A pump"
    assert ask(server, "GET", f"/api/v1/media/{media['id']}", token).status_code == 200
    text = {"file": ("a.txt", b"text", "text/plain")}
    assert ask(server, "POST", "/api/v2/media", token, files=text).status_code == 422


def test_snac_has_its_own_ways(snac: Lenient) -> None:
    token = snac.connect("wil")
    number = publish(snac, token, "x" * 501).json()["id"]

    assert ask(snac, "GET", "/api/v2/instance").status_code == 404
    assert "snac" in ask(snac, "GET", "/api/v1/instance").json()["version"]
    assert publish(snac, token, "").status_code == 200
    assert ask(snac, "DELETE", f"/api/v1/statuses/{number}", token).status_code == 404
    assert publish(snac, token).json()["url"].startswith("http://127.0.0.1:")
    http.post(f"{snac.url}/oauth/revoke", data={"token": token})
    assert publish(snac, token).status_code == 422


def test_takahe_has_its_own_ways(takahe: Lenient) -> None:
    token, other = takahe.connect("wil"), takahe.connect("eve")
    said = publish(takahe, token).json()
    long = publish(takahe, token, "x" * 501)

    assert (long.status_code, long.json()) == (400, {"error": "Status is too long"})
    assert said["url"].startswith("https://127.0.0.1:")
    limits = ask(takahe, "GET", "/api/v2/instance").json()["configuration"]
    assert limits["statuses"]["max_characters"] == 500
    assert publish(takahe, "guess").status_code == 400
    one = f"/api/v1/statuses/{said['id']}"
    assert ask(takahe, "DELETE", one, other).status_code == 404
    assert ask(takahe, "DELETE", one, token).json()["text"] == "Hello"
    assert ask(takahe, "GET", one).status_code == 404
