"""This installation as an application: what it says of itself to Bluesky servers.

Nobody registers it. Its name is the https address of its own description, which servers fetch
together with its public keys. An installation on somebody's own machine has no such address; for
those there is a name that describes itself, without a key and with sessions of two weeks.
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode, urlsplit, urlunsplit

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from vaandel.channels.adapter import App
from vaandel.channels.bluesky import keys
from vaandel.channels.bluesky.issuer import ALGORITHM
from vaandel.channels.bluesky.sessions import BROAD_SCOPE, SCOPE

CHANNEL_KEY: Final = "bluesky"
THIS_MACHINE: Final = frozenset({"localhost", "127.0.0.1", "::1"})
# The broad one is asked for only at servers that know nothing smaller, but must be announced.
ANNOUNCED: Final = " ".join(dict.fromkeys(f"{SCOPE} {BROAD_SCOPE}".split()))


def is_public() -> bool:
    """Whether servers can fetch a description from us at all."""
    return urlsplit(settings.PUBLIC_URL).scheme == "https"


def own_app(redirect_uri: str) -> App:
    """Without a name (``client_id``) when this installation has no address that Bluesky takes."""
    if is_public():
        return App(
            channel=CHANNEL_KEY,
            redirect_uri=redirect_uri,
            client_id=_address("channels:bluesky_client_metadata"),
            signing_key={"keys": keys.signing_keys(at=timezone.now())},
        )
    parts = urlsplit(redirect_uri)
    if parts.hostname not in THIS_MACHINE:
        return App(channel=CHANNEL_KEY, redirect_uri=redirect_uri)
    # The name "localhost" is refused here, since it may lead elsewhere.
    place = parts.netloc.replace("localhost", "127.0.0.1")
    redirect_uri = urlunsplit(parts._replace(netloc=place))
    described = urlencode({"redirect_uri": redirect_uri, "scope": ANNOUNCED})
    return App(
        channel=CHANNEL_KEY,
        redirect_uri=redirect_uri,
        client_id=f"http://localhost?{described}",
    )


def client_metadata() -> dict[str, Any]:
    """What stands at the address that is our name."""
    return {
        "client_id": _address("channels:bluesky_client_metadata"),
        "client_name": "Vaandel",
        "client_uri": settings.PUBLIC_URL,
        "application_type": "web",
        "redirect_uris": [_address("channels:arrive", CHANNEL_KEY)],
        "response_types": ["code"],
        "grant_types": ["authorization_code", "refresh_token"],
        "scope": ANNOUNCED,
        "dpop_bound_access_tokens": True,
        "token_endpoint_auth_method": "private_key_jwt",
        "token_endpoint_auth_signing_alg": ALGORITHM,
        "jwks_uri": _address("channels:bluesky_jwks"),
    }


def key_set() -> dict[str, Any]:
    """Our public keys, also those that only sign for older sessions."""
    return {"keys": keys.public_keys(at=timezone.now())}


def _address(name: str, *arguments: str) -> str:
    return f"{settings.PUBLIC_URL}{reverse(name, args=arguments)}"
