"""The page where somebody says to a network that Vaandel may post, and what comes of it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from html import escape
from typing import Any, ClassVar
from urllib.parse import urlencode, urlsplit

from tests.networks.stub import Settings, Stub
from tests.networks.wire import Answer, Request

PAGE = """<!doctype html>
<html lang="en"><title>{network}</title>
<main><h1>{network}</h1>
<p>{client} would like to: {scope}</p>
<form method="post" action="{action}">
<p><label>Signed in as <input name="person" value="{person}"></label></p>
<button name="decision" value="allow">Allow</button>
<button name="decision" value="cancel">Cancel</button>
</form></main></html>
"""
PROBLEM = """<!doctype html>
<html lang="en"><title>{network}</title>
<main><h1>Something went wrong</h1><p>{problem}</p></main></html>
"""
HTML = {"Content-Type": "text/html; charset=utf-8"}


@dataclass
class App(Settings):
    """As registered with the network; without ``redirect_uris`` any will do."""

    client_id: str = "client"
    client_secret: str = "client-secret"
    redirect_uris: tuple[str, ...] = ()


@dataclass(slots=True)
class Code:
    person: str
    client_id: str
    redirect_uri: str
    scope: frozenset[str]
    until: float
    challenge: str = ""


class Consenting(Stub):
    """A network with such a page. ``challenged`` networks want PKCE."""

    settings: Any
    code_seconds = 600.0
    cancelled: ClassVar = {"error": "access_denied"}
    separator = " "

    def forget(self) -> None:
        self.codes: dict[str, Code] = {}

    def app_problem(self, asked: dict[str, str]) -> str:
        """Said on a page of the network, since the address to go back to cannot be trusted."""
        registered = self.settings.redirect_uris
        uri = asked.get("redirect_uri", "")
        if asked.get("client_id") != self.settings.client_id:
            return "Invalid client_id"
        if urlsplit(uri).scheme not in {"http", "https"} or (registered and uri not in registered):
            return "The redirect_uri does not match the registered value"
        return ""

    def asked_problem(self, asked: dict[str, str]) -> str:
        """What else is wrong, shown on the page too."""
        for name, value in (("response_type", "code"), ("state", None), ("scope", None)):
            if not asked.get(name) or (value and asked[name] != value):
                return f"You need to pass the {name} parameter"
        return ""

    def asked_error(self, _: dict[str, str]) -> dict[str, str]:
        """What is wrong and told to the application."""
        return {}

    def authorize(self, request: Request) -> Answer:
        asked = request.query
        if problem := self.app_problem(asked) or self.asked_problem(asked):
            return Answer(400, PROBLEM.format(network=self.name, problem=problem).encode(), HTML)
        if error := self.asked_error(asked):
            return back(asked, error)
        if request.method == "POST":
            return self.decide(request.form, asked)
        page = PAGE.format(
            network=escape(self.name),
            client=escape(asked["client_id"]),
            scope=escape(asked["scope"]),
            action=escape(request.target),
            person=escape(self.signed_in),
        )
        return Answer(200, page.encode(), HTML)

    def decide(self, form: dict[str, str], asked: dict[str, str]) -> Answer:
        if form.get("decision") != "allow":
            return back(asked, self.cancelled)
        code = secrets.token_urlsafe(24)
        self.codes[code] = Code(
            form.get("person") or self.signed_in,
            asked["client_id"],
            asked["redirect_uri"],
            frozenset(asked["scope"].split(self.separator)),
            self.now() + self.code_seconds,
            asked.get("code_challenge", ""),
        )
        return back(asked, {"code": code})

    def take_code(self, form: dict[str, str]) -> Code | None:
        """Once, and only what was promised to this application at this address."""
        code = self.codes.pop(form.get("code", ""), None)
        if code is None or code.until < self.now():
            return None
        return code if code.redirect_uri == form.get("redirect_uri") else None

    # What a person does on the page, without a browser

    def allow(self, url: str, person: str = "") -> str:
        """The address that the person is sent to. An error page raises ``AssertionError``."""
        return self.press(url, decision="allow", person=person)

    def cancel(self, url: str) -> str:
        return self.press(url, decision="cancel")

    def press(self, url: str, **form: str) -> str:
        target = url[url.index("/", 8) :]
        for method in ("GET", "POST"):
            headers = {"host": self.host, "content-type": "application/x-www-form-urlencoded"}
            answer = self.answer(Request(method, target, headers, urlencode(form).encode()))
            assert answer is not None
            if answer.status == 302:
                return answer.headers["Location"]
            assert answer.status == 200, answer.body.decode()
        raise AssertionError(url)


def back(asked: dict[str, str], said: dict[str, str]) -> Answer:
    values = {**said, **({"state": asked["state"]} if asked.get("state") else {})}
    joint = "&" if "?" in asked["redirect_uri"] else "?"
    return Answer(302, b"", {"Location": asked["redirect_uri"] + joint + urlencode(values)})
