"""Where somebody says yes: pushed requests, one-time codes, tokens that are bound to a key."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet

from tests.networks.stub import Refused
from tests.networks.wire import Answer, Request, as_json

if TYPE_CHECKING:
    from tests.channels.bluesky.network import Bluesky

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
GRANULAR = ("repo:", "blob:")


def hashed(value: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(value.encode()).digest()).decode().rstrip("=")


@dataclass(slots=True)
class Session:
    """``thumbprint`` is of the key of the person's session, ``kid`` names the application's."""

    did: str
    client_id: str
    kid: str
    scope: str
    thumbprint: str
    access: str = ""
    refresh: str = ""
    ended: bool = False
    access_until: float = 0.0


class SignIn:
    """``clients``: public keys of applications with keys, by their name. ``knows_small_scopes``:
    False for a server of before 2025. ``told``: what a token's answer says otherwise."""

    def __init__(self, network: Bluesky) -> None:
        self.network = network

    def forget(self) -> None:
        self.clients: dict[str, Callable[[], dict[str, Any]]] = {}
        self.requests: dict[str, dict[str, Any]] = {}
        self.codes: dict[str, dict[str, Any]] = {}
        self.sessions: list[Session] = []
        self.used: set[str] = set()
        self.old_refresh: dict[str, Session] = {}
        self.nonce = secrets.token_urlsafe(8)
        self.knows_small_scopes = True
        self.told: dict[str, Any] = {}

    def described(self, _: Request) -> Answer:
        return as_json(self.description())

    def description(self, **other: Any) -> dict[str, Any]:
        here = self.network.url
        return {
            "issuer": here,
            "authorization_endpoint": f"{here}/oauth/authorize",
            "token_endpoint": f"{here}/oauth/token",
            "pushed_authorization_request_endpoint": f"{here}/oauth/par",
            "revocation_endpoint": f"{here}/oauth/revoke",
            "authorization_response_iss_parameter_supported": True,
            "client_id_metadata_document_supported": True,
            "require_pushed_authorization_requests": True,
            "dpop_signing_alg_values_supported": ["RS256", "ES256"],
            "code_challenge_methods_supported": ["S256"],
            **other,
        }

    # What a person does

    def allow(self, url: str, handle: str = "") -> dict[str, str]:
        """Go to the address and say yes; the query of the redirect."""
        asked = self._asked(url)
        name = handle or asked.get("login_hint", self.network.signed_in)
        people = {**self.network.by_did, **self.network.by_handle}
        person = people[name]
        code = secrets.token_urlsafe(16)
        self.codes[code] = {**asked, "did": person.did}
        return {"iss": self.network.url, "state": asked["state"], "code": code}

    def decline(self, url: str) -> dict[str, str]:
        asked = self._asked(url)
        return {"iss": self.network.url, "state": asked["state"], "error": "access_denied"}

    def _asked(self, url: str) -> dict[str, Any]:
        assert url.startswith(f"{self.network.url}/oauth/authorize?")
        said = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        asked = self.requests.pop(said["request_uri"])
        assert said["client_id"] == asked["client_id"]
        return asked

    def session_of(self, did: str) -> dict[str, Any]:
        key = ECKey.generate_key("P-256")
        session = Session(did, "http://localhost", "", "transition:generic", key.thumbprint())
        self._renewed(session)
        kept = {"since": "2026-11-22T12:00:00+00:00", "issuer": self.network.url, "kid": ""}
        tokens = {"access": session.access, "refresh": session.refresh, "pds": self.network.url}
        return {**kept, **tokens, "key": dict(key.as_dict(private=True))}

    def end(self, did: str) -> None:
        for session in self.sessions:
            session.ended = session.ended or session.did == did

    # What applications ask

    def pushed(self, request: Request) -> Answer:
        thumbprint = self._proven(request)
        form, kid = request.form, self._client(request)
        small = any(scope.startswith(GRANULAR) for scope in form["scope"].split())
        if small and not self.knows_small_scopes:
            return oauth_error("invalid_scope")
        assert form["code_challenge_method"] == "S256"
        request_uri = f"urn:ietf:params:oauth:request_uri:{secrets.token_hex(8)}"
        self.requests[request_uri] = {**form, "thumbprint": thumbprint, "kid": kid}
        return as_json({"request_uri": request_uri, "expires_in": 299}, 201)

    def token(self, request: Request) -> Answer:
        thumbprint, kid = self._proven(request), self._client(request)
        if request.form["grant_type"] == "refresh_token":
            return self._refreshed(request, thumbprint, kid)
        form = request.form
        asked = self.codes.pop(form["code"], None)
        right = asked and (
            asked["code_challenge"] == hashed(form["code_verifier"])
            and asked["redirect_uri"] == form["redirect_uri"]
            and (asked["client_id"], asked["kid"]) == (form["client_id"], kid)
            and asked["thumbprint"] == thumbprint
        )
        if not asked or not right:
            return oauth_error("invalid_grant")
        session = Session(asked["did"], asked["client_id"], kid, asked["scope"], thumbprint)
        return self._renewed(session)

    def _refreshed(self, request: Request, thumbprint: str, kid: str) -> Answer:
        token = request.form["refresh_token"]
        if replayed := self.old_refresh.get(token):
            replayed.ended = True
        session = self._with(refresh=token)
        mine = session and (session.thumbprint, session.kid, session.client_id) == (
            thumbprint,
            kid,
            request.form["client_id"],
        )
        if not session or not mine:
            return oauth_error("invalid_grant")
        self.old_refresh[token] = session
        return self._renewed(session)

    def _renewed(self, session: Session) -> Answer:
        session.access, session.refresh = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
        session.access_until = self.network.now() + 3600
        if session not in self.sessions:
            self.sessions.append(session)
        answer = {
            "access_token": session.access,
            "refresh_token": session.refresh,
            "token_type": "DPoP",
            "expires_in": 3599,
            "scope": session.scope,
            "sub": session.did,
        }
        return as_json({**answer, **self.told})

    def revoke(self, request: Request) -> Answer:
        self._proven(request)
        self._client(request)
        if session := self._with(refresh=request.form["token"]):
            session.ended = True
        return as_json({})

    def whose(self, request: Request) -> tuple[str, str]:
        """Identity and scope of whoever asks with an access token."""
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        thumbprint = self._proven(request, token=token)
        session = next((each for each in self.sessions if each.access == token), None)
        live = session and not session.ended and session.access_until > self.network.now()
        if not session or not live or kind != "DPoP" or session.thumbprint != thumbprint:
            challenge = {"WWW-Authenticate": 'DPoP error="invalid_token"'}
            raise Refused(as_json({"error": "invalid_token"}, 401, challenge))
        return session.did, session.scope

    def _with(self, *, refresh: str) -> Session | None:
        return next((s for s in self.sessions if s.refresh == refresh and not s.ended), None)

    def _proven(self, request: Request, *, token: str = "") -> str:
        """The thumbprint of the key of whoever asks; raises ``Refused``."""
        told = {"DPoP-Nonce": self.nonce}
        try:
            signed = jws.extract_compact(request.headers["dpop"].encode())
            header = signed.headers()
            key = ECKey.import_key(header["jwk"])
            claims = json.loads(jws.deserialize_compact(request.headers["dpop"], key).payload)
        except (KeyError, ValueError, JoseError) as error:
            raise Refused(oauth_error("invalid_dpop_proof")) from error
        right = (
            (header["typ"], header["alg"]) == ("dpop+jwt", "ES256")
            and "d" not in header["jwk"]
            and (claims["htm"], claims["htu"]) == (request.method, request.here + request.path)
            and abs(claims["iat"] - self.network.now()) < 60
            and claims["jti"] not in self.used
            and claims.get("ath") == (hashed(token) if token else None)
        )
        if not right:
            raise Refused(oauth_error("invalid_dpop_proof"))
        self.used.add(claims["jti"])
        if claims.get("nonce") != self.nonce:
            if token:
                challenge = {"WWW-Authenticate": 'DPoP error="use_dpop_nonce"', **told}
                raise Refused(as_json({"error": "use_dpop_nonce"}, 401, challenge))
            raise Refused(as_json({"error": "use_dpop_nonce"}, 400, told))
        return key.thumbprint()

    def _client(self, request: Request) -> str:
        """The name of the key that signed for the application; raises ``Refused``."""
        form = request.form
        name = form["client_id"]
        if name.startswith("http://localhost?"):
            assert "client_assertion" not in form
            return ""
        try:
            keys = KeySet.import_key_set(self.clients[name]())  # type: ignore[arg-type]
            signed = jws.deserialize_compact(form["client_assertion"], keys)
            claims = json.loads(signed.payload)
        except (KeyError, ValueError, JoseError) as error:
            raise Refused(oauth_error("invalid_client")) from error
        now = self.network.now()
        right = (
            form["client_assertion_type"] == ASSERTION
            and claims["iss"] == claims["sub"] == name
            and claims["aud"] == self.network.url
            and now - 60 < claims["iat"] <= now + 5
            and now < claims["exp"] <= now + 300
            and claims["jti"] not in self.used
        )
        if not right:
            raise Refused(oauth_error("invalid_client"))
        self.used.add(claims["jti"])
        return str(signed.headers()["kid"])


def oauth_error(error: str) -> Answer:
    return as_json({"error": error, "error_description": f"It said {error}."}, 400)
