"""X's sign-in with PKCE and its tokens, of which each refresh token works once."""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass
from typing import Any, NoReturn
from urllib.parse import unquote

from tests.networks.consent import App, Consenting
from tests.networks.stub import Handler, Refused
from tests.networks.wire import Answer, Request, as_json

PROBLEMS = "https://api.x.com/2/problems/"
SCOPES = {
    "tweet.read",
    "tweet.write",
    "users.read",
    "media.write",
    "offline.access",
}
ACCESS_SECONDS = 7200
REFRESH_SECONDS = 182 * 86400


@dataclass
class XApp(App):
    """``public`` applications have no secret and name themselves in the body."""

    public: bool = False


@dataclass
class Grant:
    """Everything that one "Allow" led to."""

    person: str
    scope: frozenset[str]
    access: str = ""
    access_until: float = 0.0
    refresh: str = ""
    refresh_until: float = 0.0
    dead: bool = False


def problem(status: int, title: str, detail: str, kind: str = "", **more: Any) -> Answer:
    """As RFC 9457 has it; without a kind of its own it is ``about:blank``."""
    said = {
        "title": title,
        "detail": detail,
        "type": PROBLEMS + kind if kind else "about:blank",
        "status": status,
        **more,
    }
    return as_json(said, status, {"Content-Type": "application/problem+json"})


def refuse(status: int, title: str, detail: str, kind: str = "", **more: Any) -> NoReturn:
    raise Refused(problem(status, title, detail, kind, **more))


def refuse_sign_in(status: int, error: str, description: str) -> NoReturn:
    raise Refused(as_json({"error": error, "error_description": description}, status))


class Members(Consenting):
    code_seconds = 30.0

    def routes(self) -> dict[tuple[str, str], Handler]:
        return {
            ("GET", "/i/oauth2/authorize"): self.authorize,
            ("POST", "/i/oauth2/authorize"): self.authorize,
            ("POST", "/2/oauth2/token"): self.give_token,
            ("POST", "/2/oauth2/revoke"): self.revoke,
        }

    def forget(self) -> None:
        super().forget()
        self.grants: list[Grant] = []
        self.by_access: dict[str, Grant] = {}
        self.by_refresh: dict[str, Grant] = {}

    def asked_problem(self, asked: dict[str, str]) -> str:
        if missing := super().asked_problem(asked):
            return missing
        if len(asked["state"]) > 500:
            return "state is longer than 500 characters"
        if asked.get("code_challenge_method") != "S256" or not asked.get("code_challenge"):
            return "You need to pass a code_challenge with code_challenge_method S256"
        unknown = set(asked["scope"].split()) - SCOPES
        return f"Unknown scope {unknown.pop()}" if unknown else ""

    # Tokens

    def check_client(self, request: Request) -> None:
        settings = self.settings
        if settings.public:
            if request.form.get("client_id") == settings.client_id:
                return
        else:
            kind, _, value = request.headers.get("authorization", "").partition(" ")
            expected = f"{settings.client_id}:{settings.client_secret}"
            if kind.lower() == "basic" and unquote(decoded(value)) == expected:
                return
        refuse_sign_in(401, "unauthorized_client", "Missing valid authorization header")

    def give_token(self, request: Request) -> Answer:
        self.check_client(request)
        form = request.form
        if form.get("grant_type") == "authorization_code":
            code = self.take_code(form)
            if code is None or challenge_of(form.get("code_verifier", "")) != code.challenge:
                said = "Value passed for the authorization code was invalid."
                refuse_sign_in(400, "invalid_request", said)
            return self.tell(self.new_grant(code.person, code.scope))
        if form.get("grant_type") == "refresh_token":
            with self.lock:
                return self.refresh(form.get("refresh_token", ""))
        said = "Missing required parameter [grant_type]."
        refuse_sign_in(400, "invalid_request", said)

    def new_grant(self, person: str, scope: frozenset[str]) -> Grant:
        grant = Grant(person, scope)
        self.grants.append(grant)
        self.renew(grant)
        return grant

    def renew(self, grant: Grant) -> None:
        """The tokens so far end here."""
        self.by_access.pop(grant.access, None)
        grant.access = secrets.token_urlsafe(32)
        grant.access_until = self.now() + ACCESS_SECONDS
        self.by_access[grant.access] = grant
        if "offline.access" in grant.scope:
            grant.refresh = secrets.token_urlsafe(32)
            grant.refresh_until = self.now() + REFRESH_SECONDS
            self.by_refresh[grant.refresh] = grant

    def refresh(self, refresh: str) -> Answer:
        """Used a second time, it ends whatever came of the first."""
        grant = self.by_refresh.get(refresh)
        if grant and refresh != grant.refresh:
            grant.dead = True
        if grant is None or grant.dead or grant.refresh_until <= self.now():
            refuse_sign_in(400, "invalid_request", "Value passed for the token was invalid.")
        self.renew(grant)
        return self.tell(grant)

    def tell(self, grant: Grant) -> Answer:
        said: dict[str, Any] = {
            "token_type": "bearer",
            "expires_in": ACCESS_SECONDS,
            "access_token": grant.access,
            "scope": " ".join(sorted(grant.scope)),
        }
        if grant.refresh:
            said["refresh_token"] = grant.refresh
        return as_json(said)

    def revoke(self, request: Request) -> Answer:
        self.check_client(request)
        token = request.form.get("token", "")
        if grant := self.by_access.get(token) or self.by_refresh.get(token):
            grant.dead = True
        return as_json({"revoked": True})

    # For tests

    def connect(self, person: str, scope: str = "") -> str:
        return self.new_grant(person, frozenset(scope.split() or SCOPES)).access

    def refresh_token_of(self, access: str) -> str:
        return self.by_access[access].refresh

    def revoke_all(self, person: str) -> None:
        """As the person does under "Connected apps"."""
        for grant in self.grants:
            grant.dead = grant.dead or grant.person == person

    # Every call

    def signed_in_as(self, request: Request, *scopes: str) -> str:
        if request.bearer.startswith("AAAA"):
            said = "Authenticating as the application alone is forbidden for this endpoint."
            refuse(401, "Unsupported Authentication", said, "unsupported-authentication")
        grant = self.by_access.get(request.bearer)
        if grant is None or grant.dead or grant.access_until <= self.now():
            refuse(401, "Unauthorized", "Unauthorized")
        if set(scopes) - grant.scope:
            refuse(403, "Forbidden", "You are not permitted to perform this action.")
        return grant.person


def decoded(value: str) -> str:
    try:
        return base64.b64decode(value, validate=True).decode()
    except ValueError:
        return ""


def challenge_of(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
