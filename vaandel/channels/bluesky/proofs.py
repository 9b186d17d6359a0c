"""Signed notes: that a token is used by whom it was given to (DPoP), and who the client is."""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from collections.abc import Mapping
from typing import Any, Final

from joserfc import jwt
from joserfc.jwk import ECKey

from vaandel.channels.adapter import App, Kind, Trouble
from vaandel.channels.bluesky.issuer import ALGORITHM

ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
CURVE: Final = "P-256"
ASSERTION_SECONDS: Final = 60
PRIVATE: Final = "d"


def new_key() -> dict[str, Any]:
    """A private JWK for ES256."""
    return dict(ECKey.generate_key(CURVE).as_dict(private=True))


def public_part(key: Mapping[str, Any]) -> dict[str, Any]:
    return {name: key[name] for name in ("kty", "crv", "x", "y")}


def hashed(value: str) -> str:
    """SHA-256 in URL-safe base64 without padding, as PKCE and DPoP want it."""
    digest = hashlib.sha256(value.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def proof(
    key: Mapping[str, Any], *, method: str, url: str, nonce: str = "", token: str = ""
) -> str:
    """That whoever sends this request has the key; a new one for each request."""
    claims: dict[str, Any] = {
        "jti": secrets.token_urlsafe(16),
        "htm": method,
        "htu": url.partition("?")[0],
        "iat": int(time.time()),
    }
    if nonce:
        claims["nonce"] = nonce
    if token:
        claims["ath"] = hashed(token)
    header = {"typ": "dpop+jwt", "alg": ALGORITHM, "jwk": public_part(key)}
    return _signed(header, claims, key)


def newest_kid(app: App) -> str:
    """Which of our keys signs what begins now; "" for a client without any."""
    return str(app.signing_key["keys"][0]["kid"]) if app.signing_key else ""


def client_proof(app: App, *, issuer: str, kid: str) -> dict[str, str]:
    """The fields that say, and prove, who asks; a new one for each request.

    A session lives and dies with the key that began it, so ``kid`` is kept with the tokens.
    """
    if not kid:
        return {"client_id": app.client_id}
    keys = app.signing_key["keys"] if app.signing_key else []
    key = next((key for key in keys if key["kid"] == kid), None)
    if key is None:
        raise Trouble(Kind.RECONNECT, "dead_tokens", detail="the key that signed is gone")
    now = int(time.time())
    claims = {
        "iss": app.client_id,
        "sub": app.client_id,
        "aud": issuer,
        "jti": secrets.token_urlsafe(16),
        "iat": now,
        "exp": now + ASSERTION_SECONDS,
    }
    return {
        "client_id": app.client_id,
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": _signed({"alg": ALGORITHM, "kid": kid}, claims, key),
    }


def _signed(header: Mapping[str, Any], claims: Mapping[str, Any], key: Mapping[str, Any]) -> str:
    private = {name: key[name] for name in ("kty", "crv", "x", "y", PRIVATE)}
    return jwt.encode(dict(header), dict(claims), ECKey.import_key(private), algorithms=[ALGORITHM])
