"""What a real Bluesky server does, as our adapter for it expects."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest

from tests.bluesky_pds.browser import Allow
from tests.bluesky_pds.reference_client import SCOPE, ReferenceClient, new_key, public_part
from tests.config.conftest import ROOT
from tests.lib.site import running
from tests.networks.pds import POST, Account, Pds

CALLBACK = "http://127.0.0.1:8999/callback"
# Of its own to this file: the server keeps the metadata and keys of a client for ten minutes.
NAME = "reference.vaandel.internal"
RKEY = "3lbz2xk5a2k2x"


def loopback(server: Pds) -> ReferenceClient:
    asked = urlencode({"redirect_uri": CALLBACK, "scope": SCOPE})
    return ReferenceClient(server.url, f"http://localhost?{asked}", CALLBACK)


@pytest.fixture
def client(server: Pds) -> ReferenceClient:
    return loopback(server)


@pytest.fixture
def tokens(client: ReferenceClient, account: Account, allow: Allow) -> dict[str, Any]:
    address = allow(client.page_for(account.handle), account)
    return dict(client.exchange(address).raise_for_status().json())


def post_of(account: Account, text: str = "Warm houses") -> dict[str, Any]:
    record = {"$type": POST, "text": text, "createdAt": "2026-11-20T10:00:00.000Z"}
    return {"repo": account.did, "collection": POST, "rkey": RKEY, "record": record}


# What a test run does that is killed.
LEFT_ALONE = """
import time
from tests.networks.pds import pds
with pds() as server:
    print(server.url, flush=True)
    time.sleep(60)
"""


def test_it_ends_with_the_process_that_started_it() -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", LEFT_ALONE], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    health = f"{process.stdout.readline().strip()}/xrpc/_health"
    assert httpx.get(health).status_code == 200

    process.kill()
    process.communicate()

    def answers() -> bool:
        try:
            return httpx.get(health).is_success
        except httpx.TransportError:
            return False

    deadline = time.monotonic() + 10
    while answers():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_an_account_is_found_by_its_handle_and_its_identity(server: Pds, account: Account) -> None:
    found = server.ask(
        "GET", "com.atproto.identity.resolveHandle", params={"handle": account.handle}
    )
    document = httpx.get(f"{server.plc_url}/{account.did}").json()

    assert found == {"did": account.did}
    assert document["service"][0]["serviceEndpoint"] == server.url
    assert document["alsoKnownAs"] == [f"at://{account.handle}"]


def test_somebody_allows_it_and_the_tokens_are_theirs(
    tokens: dict[str, Any], account: Account
) -> None:
    assert tokens["token_type"] == "DPoP"
    assert tokens["sub"] == account.did
    assert tokens["scope"] == SCOPE
    assert 3500 < tokens["expires_in"] <= 3600


def test_somebody_refuses_it(
    server: Pds, client: ReferenceClient, account: Account, allow: Allow
) -> None:
    address = allow(client.page_for(account.handle), account, "Deny access")

    said = parse_qs(urlsplit(address).query)
    assert address.startswith(f"{CALLBACK}?")
    assert (said["error"], said["iss"]) == (["access_denied"], [server.url])
    assert said["state"] == [client.state]


def test_a_post_with_a_key_of_our_own_is_there_once(
    server: Pds, client: ReferenceClient, account: Account, tokens: dict[str, Any]
) -> None:
    token = tokens["access_token"]
    create = "com.atproto.repo.createRecord"

    made = client.call("POST", create, token, json=post_of(account))
    again = client.call("POST", create, token, json=post_of(account))

    assert made.status_code == 200
    assert made.json()["uri"] == f"at://{account.did}/{POST}/{RKEY}"
    assert (again.status_code, again.json()["error"]) == (500, "InternalServerError")
    assert [record["value"]["text"] for record in server.records(account.did)] == ["Warm houses"]


def test_only_what_was_asked_for_is_allowed(
    client: ReferenceClient, account: Account, tokens: dict[str, Any]
) -> None:
    follow = {
        "repo": account.did,
        "collection": "app.bsky.graph.follow",
        "record": {
            "$type": "app.bsky.graph.follow",
            "subject": account.did,
            "createdAt": "2026-11-20T10:00:00.000Z",
        },
    }

    answer = client.call(
        "POST", "com.atproto.repo.createRecord", tokens["access_token"], json=follow
    )

    assert (answer.status_code, answer.json()["error"]) == (403, "ScopeMissingError")


def test_a_refresh_token_works_once_and_its_replay_ends_the_session(
    client: ReferenceClient, account: Account, tokens: dict[str, Any]
) -> None:
    fresh = client.refresh(tokens["refresh_token"]).raise_for_status().json()
    replayed = client.refresh(tokens["refresh_token"])
    after = client.refresh(fresh["refresh_token"])

    assert fresh["refresh_token"] != tokens["refresh_token"]
    assert (replayed.status_code, replayed.json()["error"]) == (400, "invalid_grant")
    assert (after.status_code, after.json()["error"]) == (400, "invalid_grant")


def test_what_is_revoked_works_no_more(
    client: ReferenceClient, account: Account, tokens: dict[str, Any]
) -> None:
    revoked = client.revoke(tokens["refresh_token"])
    used = client.call(
        "POST",
        "com.atproto.repo.createRecord",
        tokens["access_token"],
        json=post_of(account),
    )
    refreshed = client.refresh(tokens["refresh_token"])

    assert revoked.status_code == 200
    assert used.status_code == 401
    assert (refreshed.status_code, refreshed.json()["error"]) == (400, "invalid_grant")


@pytest.mark.parametrize(
    ("place", "error"),
    [
        ("http://127.0.0.1:8000", "invalid_client_metadata"),
        ("http://localhost:8000", "invalid_client_metadata"),
        ("https://127.0.0.1", "invalid_client_metadata"),
        ("https://localhost", "invalid_client_metadata"),
        ("https://vaandel.test", "invalid_client_id"),
        ("https://vaandel.example.org", "invalid_client_metadata"),
    ],
)
def test_clients_with_metadata_at_a_local_or_reserved_address_are_refused(
    server: Pds, account: Account, place: str, error: str
) -> None:
    client = ReferenceClient(server.url, f"{place}/client-metadata.json", CALLBACK)

    answer = client.asks_for(account.handle)

    assert (answer.status_code, answer.json()["error"]) == (400, error)


@pytest.fixture
def confidential(server: Pds) -> Iterator[ReferenceClient]:
    """With metadata under a public name, which this machine answers for."""
    key = new_key()
    client = ReferenceClient(
        server.url, f"https://{NAME}/client-metadata.json", f"https://{NAME}/callback", key
    )
    pages = {
        "/client-metadata.json": {
            "client_id": client.client_id,
            "client_name": "Vaandel",
            "client_uri": f"https://{NAME}",
            "application_type": "web",
            "dpop_bound_access_tokens": True,
            "grant_types": ["authorization_code", "refresh_token"],
            "jwks_uri": f"https://{NAME}/jwks.json",
            "redirect_uris": [client.redirect_uri],
            "response_types": ["code"],
            "scope": SCOPE,
            "token_endpoint_auth_method": "private_key_jwt",
            "token_endpoint_auth_signing_alg": "ES256",
        },
        "/jwks.json": {
            "keys": [{**public_part(key), "kid": "key-1", "alg": "ES256", "use": "sig"}]
        },
    }

    class Metadata(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            assert self.headers["Host"] == NAME
            body = json.dumps(pages[self.path]).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    with running(Metadata) as host:
        server.behind(NAME, f"http://{host}")
        yield client


def test_a_client_with_a_key_of_its_own(
    server: Pds, confidential: ReferenceClient, account: Account, allow: Allow
) -> None:
    address = allow(confidential.page_for(account.handle), account)
    tokens = confidential.exchange(address).raise_for_status().json()
    create = "com.atproto.repo.createRecord"
    made = confidential.call("POST", create, tokens["access_token"], json=post_of(account))
    fresh = confidential.refresh(tokens["refresh_token"])
    confidential.key = new_key()
    with_another_key = confidential.refresh(fresh.json()["refresh_token"])

    assert address.startswith(f"https://{NAME}/callback?")
    assert tokens["sub"] == account.did
    assert made.status_code == 200
    assert [record["value"]["text"] for record in server.records(account.did)] == ["Warm houses"]
    assert fresh.status_code == 200
    assert with_another_key.status_code == 400
    assert with_another_key.json()["error"] == "invalid_client"
