"""Connecting at Threads: a code, a token for an hour, and for that one of sixty days.

Such a token is exchanged for a new one of sixty days as long as it lives and is a day old. There
is no call that makes one worthless: people do that themselves under "Website permissions".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final
from urllib.parse import quote, urlencode

from django.utils import timezone

from vaandel.channels import client
from vaandel.channels.adapter import Account, App, Departure, Kind, Trouble
from vaandel.channels.threads import wire

USUAL_SCOPES: Final = (
    "threads_basic",
    "threads_content_publish",
    "threads_delete",
    "threads_manage_insights",
)
POSTING: Final = "threads_content_publish"

_LIFE: Final = timedelta(days=60)
# It is exchanged by who uses it after this, so that it does not end while it is used.
_HALF: Final = 0.5
_YOUNG: Final = timedelta(days=1)
_OF_THE_APP: Final = ("client secret", "client_id", "platform app", "validating application")
_ONLY_LATER: Final = frozenset({"server_error", "temporarily_unavailable"})


def depart(app: App, *, state: str) -> Departure:
    if not app.client_id:
        raise Trouble(Kind.CONFIGURATION, "refused_app")
    scopes = list(app.scopes or USUAL_SCOPES)
    asked = {
        "client_id": app.client_id,
        "redirect_uri": app.redirect_uri,
        "scope": ",".join(scopes),
        "response_type": "code",
        "state": state,
    }
    query = urlencode(asked, quote_via=quote, safe=",")
    return Departure(url=f"{wire.www()}/oauth/authorize?{query}", kept={"scopes": scopes})


def arrive(app: App, kept: Mapping[str, Any], answer: Mapping[str, str]) -> Account:
    if error := answer.get("error"):
        raise _declined(error, answer.get("error_description", ""))
    # What follows "#" never reaches us; some browsers have it inside the code all the same.
    code = answer.get("code", "").removesuffix("#_")
    if not code:
        raise Trouble(Kind.REJECTED, "mixed_up")
    scopes = list(kept.get("scopes", ()))
    if POSTING not in scopes:
        raise Trouble(Kind.REJECTED, "missing_scope")
    first = _first_token(app, code)
    said = _asked_for_token(
        "access_token",
        {
            "grant_type": "th_exchange_token",
            "client_secret": app.client_secret,
            "access_token": str(first["access_token"]),
        },
    )
    account = _with_token(Account(remote_id="", scopes=scopes, keys={}), said)
    return _named(account, str(first.get("user_id", "")))


def renew(account: Account) -> Account:
    """The same account for another day when its token is too young."""
    form = {
        "grant_type": "th_refresh_token",
        "access_token": str(account.keys.get("access_token", "")),
    }
    try:
        return _with_token(account, _asked_for_token("refresh_access_token", form))
    except Trouble as trouble:
        if "old enough" in trouble.detail:
            return replace(account, access_until=timezone.now() + _YOUNG)
        raise


def check(app: App) -> None:
    """With a code that nobody has: an application that is known is told so, another is refused."""
    if not app.client_id or not app.client_secret:
        raise Trouble(Kind.CONFIGURATION, "refused_app")
    try:
        _first_token(app, "none")
    except Trouble as trouble:
        if trouble.code != "too_late_to_connect":
            raise


def _declined(error: str, description: str) -> Trouble:
    if error == "access_denied":
        return Trouble(Kind.REJECTED, "declined")
    if error in _ONLY_LATER:
        return Trouble(Kind.TRANSIENT, "fault_there", detail=error)
    return Trouble(Kind.CONFIGURATION, "refused_app", detail=f"{error}: {description}")


def _first_token(app: App, code: str) -> dict[str, Any]:
    form = {
        "client_id": app.client_id,
        "client_secret": app.client_secret,
        "grant_type": "authorization_code",
        "redirect_uri": app.redirect_uri,
        "code": code,
    }
    answer = client.call("POST", f"{wire.api()}/oauth/access_token", form=form)
    said = answer.json()
    if answer.ok and isinstance(said, dict) and said.get("access_token"):
        return said
    if answer.failed_there or answer.status == 429:
        raise wire.problem(answer)
    if _is_about_the_app(answer):
        raise Trouble(Kind.CONFIGURATION, "refused_app")
    raise Trouble(Kind.REJECTED, "too_late_to_connect")


def _is_about_the_app(answer: client.Answer) -> bool:
    """There are two forms of refusals, and one number for several reasons."""
    said = answer.json()
    error = wire.error_of(answer)
    other = said.get("error_message", "") if isinstance(said, dict) else ""
    message = f"{error.get('message', '')} {other}".lower()
    return wire.code_of(error) == 101 or any(words in message for words in _OF_THE_APP)


def _asked_for_token(path: str, query: Mapping[str, str]) -> dict[str, Any]:
    said = wire.told(client.call("GET", f"{wire.api()}/{path}?{urlencode(query)}"))
    if not said.get("access_token"):
        raise Trouble(Kind.TRANSIENT, "fault_there", detail="no token in the answer")
    return said


def _with_token(account: Account, said: Mapping[str, Any]) -> Account:
    seconds = said.get("expires_in")
    usable = isinstance(seconds, int) and 0 < seconds < 10**9
    life = timedelta(seconds=seconds) if usable and seconds else _LIFE
    now = timezone.now()
    return replace(
        account,
        keys={"access_token": str(said["access_token"])},
        access_until=now + life * _HALF,
        session_until=now + life,
    )


def _named(account: Account, user_id: str) -> Account:
    said = wire.told(wire.ask("GET", "me?fields=id,username,name", account))
    number, username = str(said.get("id", "")), str(said.get("username", ""))
    if not (number.isascii() and number.isdigit()) or (user_id and user_id != number):
        raise Trouble(Kind.REJECTED, "mixed_up")
    return replace(
        account,
        remote_id=number,
        handle=username[:200],
        display_name=str(said.get("name") or username)[:200],
        profile_url=f"https://www.threads.com/@{quote(username[:200], safe='')}",
    )
