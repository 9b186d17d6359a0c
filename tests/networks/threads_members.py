"""Threads' sign-in: a code, a token for an hour, and with it one for sixty days."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any, ClassVar, NoReturn

from tests.networks.consent import HTML, PROBLEM, App, Consenting
from tests.networks.stub import Handler, Refused
from tests.networks.wire import Answer, Request, as_json

HOUR, DAY = 3600, 86400
LONG = 60 * DAY
SCOPES = {"threads_basic", "threads_content_publish", "threads_manage_insights", "threads_delete"}
INVALID_TOKEN, EXPIRED, REMOVED = 0, 463, 458
TOKEN_MESSAGES = {
    INVALID_TOKEN: "Invalid OAuth access token - Cannot parse access token",
    EXPIRED: "Error validating access token: Session has expired.",
    REMOVED: "Error validating access token: The user has not authorized the application.",
}


@dataclass
class ThreadsApp(App):
    """``testers``: before App Review nobody else can say "Allow". Graph answers some token errors
    with 400 and some with 401: ``token_status``."""

    testers: tuple[str, ...] = ()
    token_status: int = 400


@dataclass(slots=True)
class Token:
    person: str
    scope: frozenset[str]
    made_at: float
    until: float
    long: bool
    removed: bool = False


def refuse(
    message: str, code: int = 100, *, status: int = 400, subcode: int = 0, **more: Any
) -> NoReturn:
    kind = "GraphMethodException" if subcode == 33 else "OAuthException"
    error: dict[str, Any] = {"message": message, "type": kind, "code": code, **more}
    if subcode:
        error["error_subcode"] = subcode
    error["fbtrace_id"] = "A" + secrets.token_hex(8)
    raise Refused(as_json({"error": error}, status))


class Members(Consenting):
    code_seconds = float(HOUR)
    separator = ","
    cancelled: ClassVar = {
        "error": "access_denied",
        "error_reason": "user_denied",
        "error_description": "The user denied your request",
    }

    def routes(self) -> dict[tuple[str, str], Handler]:
        return {
            ("GET", "/oauth/authorize"): self.authorize,
            ("POST", "/oauth/authorize"): self.authorize,
            ("POST", "/oauth/access_token"): self.give_token,
            ("GET", "/access_token"): self.exchange,
            ("GET", "/refresh_access_token"): self.refresh,
        }

    def forget(self) -> None:
        super().forget()
        self.tokens: dict[str, Token] = {}
        self.users: dict[str, str] = {}

    def user_id(self, person: str) -> str:
        """A number, as everything has there."""
        with self.lock:
            return self.users.setdefault(person, str(26_000_000_000 + len(self.users)))

    # The page

    def asked_problem(self, asked: dict[str, str]) -> str:
        if missing := super().asked_problem(asked):
            return missing
        scope = asked["scope"].split(",")
        if unknown := set(scope) - SCOPES:
            return f"Invalid Scopes: {unknown.pop()}"
        return "" if "threads_basic" in scope else "threads_basic is required"

    def decide(self, form: dict[str, str], asked: dict[str, str]) -> Answer:
        testers = self.settings.testers
        if testers and (form.get("person") or self.signed_in) not in testers:
            page = PROBLEM.format(network=self.name, problem="The user is no tester of this app")
            return Answer(400, page.encode(), HTML)
        answer = super().decide(form, asked)
        answer.headers["Location"] += "#_"
        return answer

    # Tokens

    def new_token(self, person: str, scope: frozenset[str], *, long: bool) -> str:
        token = "TH" + secrets.token_urlsafe(48)
        now = self.now()
        self.tokens[token] = Token(person, scope, now, now + (LONG if long else HOUR), long)
        return token

    def give_token(self, request: Request) -> Answer:
        form, settings = request.form, self.settings
        client = (settings.client_id, settings.client_secret)
        if (form.get("client_id"), form.get("client_secret")) != client:
            refuse("Error validating client secret.", 101)
        code = self.take_code(form) if form.get("grant_type") == "authorization_code" else None
        if code is None:
            said = "Matching code was not found or was already used"
            error = {"error_type": "OAuthException", "code": 400, "error_message": said}
            return as_json(error, 400)
        token = self.new_token(code.person, code.scope, long=False)
        return as_json({"access_token": token, "user_id": int(self.user_id(code.person))})

    def exchange(self, request: Request) -> Answer:
        query = request.query
        if query.get("grant_type") != "th_exchange_token":
            refuse("Invalid parameter: grant_type")
        if query.get("client_secret") != self.settings.client_secret:
            refuse("Error validating client secret.", 101)
        token = self.live_token(request)
        if token.long:
            refuse("The access token is not a short-lived one", 452)
        return self.tell_long(token)

    def refresh(self, request: Request) -> Answer:
        if request.query.get("grant_type") != "th_refresh_token":
            refuse("Invalid parameter: grant_type")
        token = self.live_token(request)
        if not token.long or token.made_at + DAY > self.now():
            refuse("The access token is not old enough to be refreshed", 10)
        return self.tell_long(token)

    def tell_long(self, token: Token) -> Answer:
        access = self.new_token(token.person, token.scope, long=True)
        return as_json({"access_token": access, "token_type": "bearer", "expires_in": LONG})

    # For tests

    def connect(self, person: str, scope: str = "") -> str:
        return self.new_token(person, frozenset(scope.split() or SCOPES), long=True)

    def revoke_all(self, person: str) -> None:
        """As the person does under "Website permissions"; there is no call for it."""
        for token in self.tokens.values():
            token.removed = token.removed or token.person == person

    # Every call

    def live_token(self, request: Request) -> Token:
        said = request.query.get("access_token") or request.form.get("access_token")
        token = self.tokens.get(said or request.bearer)
        problem = -1
        if token is None:
            problem = INVALID_TOKEN
        elif token.removed:
            problem = REMOVED
        elif token.until <= self.now():
            problem = EXPIRED
        if token is None or problem >= 0:
            status = self.settings.token_status
            refuse(TOKEN_MESSAGES[problem], 190, status=status, subcode=problem)
        return token

    def signed_in_as(self, request: Request, scope: str = "threads_basic") -> str:
        token = self.live_token(request)
        if scope not in token.scope:
            refuse("Application does not have permission for this action", 10, status=403)
        return token.person
