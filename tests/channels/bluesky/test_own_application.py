"""This installation as an application at Bluesky: its description, its keys, and their turn."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from vaandel.channels.adapter import Kind, Trouble
from vaandel.channels.bluesky.adapter import ADAPTER
from vaandel.channels.bluesky.keys import KEPT, KNOWN_AFTER, public_keys, replace_key, signing_keys
from vaandel.channels.bluesky.sessions import BROAD_SCOPE, SCOPE
from vaandel.channels.models import SigningKey
from vaandel.channels.services.apps import redirect_uri

METADATA = "/accounts/connect/bluesky/client-metadata.json"
KEYS = "/accounts/connect/bluesky/jwks.json"
NAME = "https://vaandel.example"
PRIVATE = {"d", "p", "q", "k", "dp", "dq", "qi"}


@pytest.fixture
def public_name(settings: Any) -> None:
    settings.PUBLIC_URL = NAME
    settings.ALLOWED_HOSTS = ["vaandel.example"]


def told(path: str) -> Any:
    answer = Client().get(path, headers={"host": "vaandel.example"})
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/json"
    assert set(answer["Cache-Control"].split(", ")) == {"public", "max-age=600"}
    assert not answer.cookies
    return json.loads(answer.content)


def test_what_servers_read_about_us(db: None, public_name: None) -> None:
    assert told(METADATA) == {
        "client_id": NAME + METADATA,
        "client_name": "Vaandel",
        "client_uri": NAME,
        "application_type": "web",
        "redirect_uris": [f"{NAME}/accounts/connect/bluesky/back/"],
        "response_types": ["code"],
        "grant_types": ["authorization_code", "refresh_token"],
        "scope": f"{SCOPE} transition:generic",
        "dpop_bound_access_tokens": True,
        "token_endpoint_auth_method": "private_key_jwt",
        "token_endpoint_auth_signing_alg": "ES256",
        "jwks_uri": NAME + KEYS,
    }


def test_every_scope_that_is_asked_for_was_announced(db: None, public_name: None) -> None:
    announced = told(METADATA)["scope"].split()

    assert set(f"{SCOPE} {BROAD_SCOPE}".split()) == set(announced)
    assert len(announced) == len(set(announced))


def test_the_application_is_what_its_description_says(db: None, public_name: None) -> None:
    app = ADAPTER.own_app(redirect_uri("bluesky"))

    described = told(METADATA)
    assert app.client_id == described["client_id"]
    assert [app.redirect_uri] == described["redirect_uris"]
    assert app.signing_key
    assert [key["kid"] for key in app.signing_key["keys"]] == [
        key["kid"] for key in told(KEYS)["keys"]
    ]


def test_public_keys_are_public_keys_only(db: None, public_name: None) -> None:
    replace_key(at=timezone.now())
    replace_key(at=timezone.now())

    keys = told(KEYS)["keys"]

    assert len(keys) == 2
    for key in keys:
        assert set(key) == {"kty", "crv", "x", "y", "kid", "use", "alg"}
        assert not PRIVATE & set(key)
        assert (key["kty"], key["crv"], key["use"], key["alg"]) == ("EC", "P-256", "sig", "ES256")


def test_looking_does_not_make_a_second_key(db: None, public_name: None) -> None:
    assert told(KEYS) == told(KEYS)
    assert SigningKey.objects.count() == 1


def test_the_private_key_is_encrypted(db: None) -> None:
    (key,) = signing_keys(at=timezone.now())
    row = SigningKey.objects.get()

    assert key["d"] not in row.key_sealed
    assert key["x"] not in row.key_sealed
    assert row.kid == key["kid"]


def test_a_new_key_signs_when_servers_may_know_it(db: None) -> None:
    at = timezone.now()
    (old,) = signing_keys(at=at - timedelta(days=30))

    new = replace_key(at=at)

    def names(moment: Any) -> list[str]:
        return [key["kid"] for key in signing_keys(at=moment)]

    assert names(at) == [old["kid"], new]
    assert names(at + KNOWN_AFTER) == [new, old["kid"]]
    assert [key["kid"] for key in public_keys(at=at)] == [old["kid"], new]


def test_a_first_key_signs_at_once(db: None) -> None:
    at = timezone.now()

    new = replace_key(at=at)

    assert [key["kid"] for key in signing_keys(at=at)] == [new]


def test_of_two_first_keys_the_first_one_signs(db: None) -> None:
    """Two processes may make one at the same moment; servers may have read only the first."""
    at = timezone.now()
    (first,) = signing_keys(at=at)
    row = SigningKey.objects.get()
    SigningKey.objects.create(
        kid="second", key_sealed=row.key_sealed, created_at=at + timedelta(seconds=1)
    )

    assert [key["kid"] for key in signing_keys(at=at)] == [first["kid"], "second"]


def test_a_key_is_shown_as_long_as_its_sessions_can_live(db: None) -> None:
    at = timezone.now()
    (old,) = signing_keys(at=at)
    replace_key(at=at)

    day = timedelta(days=1)
    assert old["kid"] in [key["kid"] for key in public_keys(at=at + KEPT - day)]
    assert old["kid"] not in [key["kid"] for key in public_keys(at=at + KEPT)]

    replace_key(at=at + KEPT)
    assert not SigningKey.objects.filter(kid=old["kid"]).exists()


def test_what_an_unknown_secret_key_encrypted_is_left_out(db: None, settings: Any) -> None:
    at = timezone.now()
    (lost,) = signing_keys(at=at)
    settings.SECRET_KEY = "another-secret-key-another-secret-key-another-secret-key"

    (made,) = signing_keys(at=at)

    assert made["kid"] != lost["kid"]


def test_a_secret_key_that_was_replaced_still_reads_it(db: None, settings: Any) -> None:
    at = timezone.now()
    before = signing_keys(at=at)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-secret-key-another-secret-key-another-secret-key"

    assert signing_keys(at=at) == before


@pytest.mark.parametrize(
    ("public", "place"),
    [
        ("http://localhost:8000", "http://127.0.0.1:8000"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("http://localhost", "http://127.0.0.1"),
    ],
)
def test_on_ones_own_machine_it_describes_itself(
    db: None, settings: Any, public: str, place: str
) -> None:
    settings.PUBLIC_URL = public

    app = ADAPTER.own_app(redirect_uri("bluesky"))

    name = urlsplit(app.client_id)
    query = parse_qs(name.query)
    assert (name.scheme, name.netloc, name.path) == ("http", "localhost", "")
    assert query["redirect_uri"] == [app.redirect_uri]
    assert query["scope"] == [f"{SCOPE} transition:generic"]
    assert app.redirect_uri == f"{place}/accounts/connect/bluesky/back/"
    assert app.signing_key is None
    assert not SigningKey.objects.exists()


def test_without_https_elsewhere_nobody_can_connect(db: None, settings: Any) -> None:
    settings.PUBLIC_URL = "http://intranet.acme.example"
    app = ADAPTER.own_app(redirect_uri("bluesky"))

    for act in (
        lambda: ADAPTER.depart(app, state="s", server="p1.test"),
        lambda: ADAPTER.check(app),
    ):
        with pytest.raises(Trouble) as raised:
            act()
        assert (raised.value.kind, raised.value.code) == (Kind.CONFIGURATION, "refused_app")
    assert not SigningKey.objects.exists()


@pytest.mark.parametrize("path", [METADATA, KEYS])
def test_without_a_public_name_there_is_nothing_to_read(db: None, settings: Any, path: str) -> None:
    settings.PUBLIC_URL = "http://localhost:8000"

    assert Client().get(path).status_code == 404
    assert not SigningKey.objects.exists()


@pytest.mark.parametrize("path", [METADATA, KEYS])
def test_it_is_only_read(db: None, public_name: None, path: str) -> None:
    assert Client().post(path, headers={"host": "vaandel.example"}).status_code == 405


def test_the_command_makes_a_new_key(db: None) -> None:
    at = timezone.now() - timedelta(days=1)
    signing_keys(at=at)
    said = StringIO()

    call_command("networks_rotate_key", stdout=said)

    rows = list(SigningKey.objects.order_by("created_at"))
    assert [bool(row.retired_at) for row in rows] == [True, False]
    assert said.getvalue() == (
        f"A new key, {rows[1].kid}: it signs in an hour. Accounts that are connected stay so.\n"
    )
