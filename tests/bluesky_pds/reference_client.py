"""The smallest OAuth client that Bluesky accepts, to tell what the server does from what ours does.

PAR, PKCE and DPoP; a public client, or with a key of its own a confidential one.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

SCOPE: Final = "atproto repo:app.bsky.feed.post?action=create&action=delete blob:image/*"
ASSERTION: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def encoded(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


def new_key() -> EllipticCurvePrivateKey:
    return generate_private_key(SECP256R1())


def public_part(key: EllipticCurvePrivateKey) -> dict[str, str]:
    """As a JSON Web Key."""
    numbers = key.public_key().public_numbers()
    x, y = (encoded(number.to_bytes(32, "big")) for number in (numbers.x, numbers.y))
    return {"kty": "EC", "crv": "P-256", "x": x, "y": y}


def signed(key: EllipticCurvePrivateKey, header: dict[str, Any], claims: dict[str, Any]) -> str:
    """A JSON Web Token by ES256, of this moment and with a number of its own."""
    now = int(time.time())
    parts = [
        {"alg": "ES256", **header},
        {"iat": now, "exp": now + 60, "jti": secrets.token_urlsafe(16), **claims},
    ]
    text = ".".join(encoded(json.dumps(part).encode()) for part in parts)
    r, s = decode_dss_signature(key.sign(text.encode(), ECDSA(SHA256())))
    return f"{text}.{encoded(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


@dataclass(slots=True)
class ReferenceClient:
    """``key`` makes it a confidential one, whose metadata has the public part as ``key-1``."""

    issuer: str
    client_id: str
    redirect_uri: str
    key: EllipticCurvePrivateKey | None = None
    state: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    _verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))
    _proof_key: EllipticCurvePrivateKey = field(default_factory=new_key)
    _nonces: dict[str, str] = field(default_factory=dict)

    def asks_for(self, handle: str) -> httpx.Response:
        """Push the request (PAR)."""
        challenge = encoded(hashlib.sha256(self._verifier.encode()).digest())
        return self.post(
            "par",
            response_type="code",
            redirect_uri=self.redirect_uri,
            scope=SCOPE,
            state=self.state,
            login_hint=handle,
            code_challenge=challenge,
            code_challenge_method="S256",
        )

    def page_for(self, handle: str) -> str:
        """The address of the page where somebody allows it."""
        request_uri = self.asks_for(handle).raise_for_status().json()["request_uri"]
        asked = urlencode({"client_id": self.client_id, "request_uri": request_uri})
        return f"{self.issuer}/oauth/authorize?{asked}"

    def exchange(self, address: str) -> httpx.Response:
        """Tokens for the code in the address that the browser was sent to."""
        said = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert (said["iss"], said["state"]) == (self.issuer, self.state)
        return self.post(
            "token",
            grant_type="authorization_code",
            redirect_uri=self.redirect_uri,
            code=said["code"],
            code_verifier=self._verifier,
        )

    def refresh(self, token: str) -> httpx.Response:
        return self.post("token", grant_type="refresh_token", refresh_token=token)

    def revoke(self, token: str) -> httpx.Response:
        return self.post("revoke", token=token)

    def post(self, where: str, **values: str) -> httpx.Response:
        """One request to the authorization server."""
        values["client_id"] = self.client_id
        if self.key:
            claims = {"iss": self.client_id, "sub": self.client_id, "aud": self.issuer}
            values["client_assertion_type"] = ASSERTION
            values["client_assertion"] = signed(self.key, {"kid": "key-1"}, claims)
        return self._with_proof("POST", f"{self.issuer}/oauth/{where}", data=values)

    def call(self, method: str, name: str, token: str, **options: Any) -> httpx.Response:
        """One call of the server's interface with an access token."""
        return self._with_proof(method, f"{self.issuer}/xrpc/{name}", token, **options)

    def _with_proof(self, method: str, url: str, token: str = "", **options: Any) -> httpx.Response:
        """DPoP, once more when the server wants another nonce in it."""
        answer = self._send(method, url, token, **options)
        if answer.status_code in {400, 401} and "use_dpop_nonce" in (
            answer.text + answer.headers.get("WWW-Authenticate", "")
        ):
            answer = self._send(method, url, token, **options)
        return answer

    def _send(self, method: str, url: str, token: str, **options: Any) -> httpx.Response:
        # A server of tokens and one of records have nonces of their own.
        server = "records" if token else "tokens"
        claims = {"htm": method, "htu": url, "nonce": self._nonces.get(server)}
        headers = dict(options.pop("headers", {}))
        if token:
            claims["ath"] = encoded(hashlib.sha256(token.encode()).digest())
            headers["Authorization"] = f"DPoP {token}"
        headers["DPoP"] = signed(
            self._proof_key,
            {"typ": "dpop+jwt", "jwk": public_part(self._proof_key)},
            {name: value for name, value in claims.items() if value},
        )
        answer = httpx.request(method, url, headers=headers, timeout=30, **options)
        if nonce := answer.headers.get("DPoP-Nonce"):
            self._nonces[server] = nonce
        return answer
