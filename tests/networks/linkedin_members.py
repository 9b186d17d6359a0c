"""LinkedIn's sign-in and tokens, and the errors that every call can get."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, replace
from typing import Any, ClassVar, NoReturn

from tests.networks.consent import App, Consenting
from tests.networks.stub import Handler, Refused
from tests.networks.wire import Answer, Request, as_json

DAY = 86400.0
ACCESS_DAYS = 60
REFRESH_DAYS = 365
INVALID, REVOKED, EXPIRED, EMPTY = 65600, 65601, 65602, 65604
TOKEN_ERRORS = {
    INVALID: ("INVALID_ACCESS_TOKEN", "Invalid access token"),
    REVOKED: ("REVOKED_ACCESS_TOKEN", "The token used in the request has been revoked by the user"),
    EXPIRED: ("EXPIRED_ACCESS_TOKEN", "The token used in the request has expired"),
    EMPTY: ("EMPTY_ACCESS_TOKEN", "Empty oauth2 access token"),
}
NO_GRANT = (
    "Unable to retrieve access token: appid/redirect uri/code verifier does not match"
    " authorization code. Or authorization code expired. Or external member binding exists"
)
NO_REFRESH = "The provided authorization grant or refresh token is invalid, expired or revoked."
PUBLISHING = "openid profile email w_member_social"


@dataclass
class LinkedInApp(App):
    """``scopes``: what its products allow. A ``partner`` gets refresh tokens."""

    scopes: tuple[str, ...] = tuple(PUBLISHING.split())
    partner: bool = False


@dataclass(slots=True)
class Token:
    person: str
    scope: frozenset[str]
    authorized_at: float
    created_at: float
    until: float
    refresh: str = ""
    revoked: bool = False


def refuse(status: int, message: str, code: str = "", **more: Any) -> NoReturn:
    said = {"status": status, **({"code": code} if code else {}), "message": message, **more}
    raise Refused(as_json(said, status))


def refuse_sign_in(error: str, description: str, status: int = 400) -> NoReturn:
    raise Refused(as_json({"error": error, "error_description": description}, status))


def unprocessable(message: str, code: str, description: str) -> NoReturn:
    refuse(
        422,
        message,
        errorDetailType="com.linkedin.common.error.BadRequest",
        errorDetails={"inputErrors": [{"code": code, "description": description}]},
    )


def unprocessable_field(name: str, problem: str) -> NoReturn:
    unprocessable(f"ERROR :: /{name} :: {problem}", "INVALID_FIELD", problem)


class Members(Consenting):
    code_seconds = 1800.0
    cancelled: ClassVar = {
        "error": "user_cancelled_authorize",
        "error_description": "The user cancelled the authorization",
    }

    def routes(self) -> dict[tuple[str, str], Handler]:
        return {
            ("GET", "/oauth/v2/authorization"): self.authorize,
            ("POST", "/oauth/v2/authorization"): self.authorize,
            ("POST", "/oauth/v2/accessToken"): self.give_token,
            ("POST", "/oauth/v2/introspectToken"): self.introspect,
            ("POST", "/oauth/v2/revoke"): self.revoke,
            ("GET", "/v2/userinfo"): self.userinfo,
        }

    def forget(self) -> None:
        super().forget()
        self.tokens: dict[str, Token] = {}
        self.refreshes: dict[str, Token] = {}

    def asked_error(self, asked: dict[str, str]) -> dict[str, str]:
        for scope in asked["scope"].split():
            if scope not in self.settings.scopes:
                said = f'Scope "{scope}" is not authorized for your application'
                return {"error": "unauthorized_scope_error", "error_description": said}
        return {}

    # Tokens

    def check_client(self, form: dict[str, str]) -> None:
        settings = self.settings
        if not form:
            refuse_sign_in("invalid_request", 'A required parameter "grant_type" is missing')
        if (form.get("client_id"), form.get("client_secret")) != (
            settings.client_id,
            settings.client_secret,
        ):
            refuse_sign_in("invalid_client", "Client authentication failed", 401)

    def give_token(self, request: Request) -> Answer:
        form = request.form
        self.check_client(form)
        if form.get("grant_type") == "authorization_code":
            if (code := self.take_code(form)) is None:
                refuse_sign_in("invalid_request", NO_GRANT)
            return self.tell_token(*self.new_token(code.person, code.scope))
        if form.get("grant_type") == "refresh_token":
            return self.refresh(form.get("refresh_token", ""))
        refuse_sign_in("invalid_request", 'A required parameter "grant_type" is missing')

    def new_token(self, person: str, scope: frozenset[str]) -> tuple[str, Token]:
        now = self.now()
        token = Token(person, scope, now, now, now + ACCESS_DAYS * DAY)
        access = "AQ" + secrets.token_urlsafe(32)
        if self.settings.partner:
            token.refresh = "AR" + secrets.token_urlsafe(32)
            self.refreshes[token.refresh] = replace(token, until=now + REFRESH_DAYS * DAY)
        self.tokens[access] = token
        return access, token

    def refresh(self, refresh: str) -> Answer:
        """The refresh token stays as it is, and so does the day on which it ends."""
        grant = self.refreshes.get(refresh)
        now = self.now()
        if grant is None or grant.revoked or grant.until <= now:
            refuse_sign_in("invalid_request", NO_REFRESH)
        until = min(now + ACCESS_DAYS * DAY, grant.until)
        token = replace(grant, created_at=now, until=until, refresh=refresh)
        access = "AQ" + secrets.token_urlsafe(32)
        self.tokens[access] = token
        return self.tell_token(access, token)

    def tell_token(self, access: str, token: Token) -> Answer:
        now = self.now()
        said: dict[str, Any] = {
            "access_token": access,
            "expires_in": round(token.until - now),
            "scope": ",".join(sorted(token.scope)),
            "token_type": "Bearer",
        }
        if token.refresh:
            said["refresh_token"] = token.refresh
            said["refresh_token_expires_in"] = round(self.refreshes[token.refresh].until - now)
        return as_json(said)

    def introspect(self, request: Request) -> Answer:
        form = request.form
        self.check_client(form)
        token = self.tokens.get(form.get("token", ""))
        if token is None:
            return as_json({"active": False})
        live = token.until > self.now()
        status = "revoked" if token.revoked else "active" if live else "expired"
        return as_json(
            {
                "active": status == "active",
                "client_id": self.settings.client_id,
                "authorized_at": round(token.authorized_at),
                "created_at": round(token.created_at),
                "status": status,
                "expires_at": round(token.until),
                "scope": ",".join(sorted(token.scope)),
                "auth_type": "3L",
            }
        )

    def revoke(self, request: Request) -> Answer:
        form = request.form
        self.check_client(form)
        said = form.get("token", "")
        if token := self.tokens.get(said):
            token.revoked = True
        if grant := self.refreshes.get(said):
            grant.revoked = True
            for token in self.tokens.values():
                token.revoked = token.revoked or token.refresh == said
        return Answer(200)

    # For tests

    def connect(self, person: str, scope: str = "") -> str:
        granted = frozenset(scope.split() or self.settings.scopes)
        return self.new_token(person, granted)[0]

    def revoke_all(self, person: str) -> None:
        """As the member does under "Permitted services"."""
        for token in (*self.tokens.values(), *self.refreshes.values()):
            token.revoked = token.revoked or token.person == person

    # Every call

    def caller(self, request: Request, scope: str) -> str:
        self.check_version(request)
        if request.headers.get("x-restli-protocol-version") != "2.0.0":
            refuse(400, "X-RestLi-Protocol-Version 2.0.0 is needed", "INVALID_PROTOCOL_VERSION")
        return self.signed_in_as(request, scope)

    def check_version(self, request: Request) -> None:
        version = request.headers.get("linkedin-version", "")
        if not version:
            refuse(400, "A version must be present. Please specify a version.", "VERSION_MISSING")
        if not re.fullmatch(r"20\d\d(0[1-9]|1[0-2])", version):
            refuse(400, f"{version} is not a version in the format YYYYMM", "INVALID_VERSION")
        settings = self.settings
        if not settings.oldest_version <= int(version) <= settings.newest_version:
            said = f"Version header is deprecated: {version} is not active"
            refuse(426, said, "NONEXISTENT_VERSION")

    def body_of(self, request: Request) -> dict[str, Any]:
        if not request.headers.get("content-type", "").startswith("application/json"):
            refuse(415, "Content-Type must be application/json", "UNSUPPORTED_MEDIA_TYPE")
        if request.json is None:
            refuse(400, "Cannot parse the request body", "INVALID_REQUEST_BODY")
        return request.json

    def signed_in_as(self, request: Request, scope: str = "") -> str:
        access = request.bearer
        token = self.tokens.get(access)
        problem = 0
        if token is None:
            problem = INVALID if access else EMPTY
        elif token.revoked:
            problem = REVOKED
        elif token.until <= self.now():
            problem = EXPIRED
        if problem or token is None:
            code, message = TOKEN_ERRORS[problem]
            refuse(401, message, code, serviceErrorCode=problem)
        if scope and scope not in token.scope:
            said = f"Not enough permissions to access: {request.method} {request.path}"
            refuse(403, said, "ACCESS_DENIED", serviceErrorCode=100)
        return token.person

    def userinfo(self, request: Request) -> Answer:
        person = self.signed_in_as(request, "openid")
        scope = self.tokens[request.bearer].scope
        said: dict[str, Any] = {"sub": person}
        if "profile" in scope:
            name = {"name": f"Member {person}", "given_name": "Member", "family_name": person}
            said |= {**name, "locale": {"country": "NL", "language": "nl"}}
        if "email" in scope:
            said |= {"email": f"{person}@example.com", "email_verified": True}
        return as_json(said)

    def unknown(self, request: Request) -> Answer:
        said = f"No virtual resource found for {request.path}"
        return as_json({"status": 404, "code": "RESOURCE_NOT_FOUND", "message": said}, 404)
