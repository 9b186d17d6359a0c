"""Connecting at LinkedIn: an ordinary OAuth code flow with a secret.

A token lives sixty days. Only partners of LinkedIn get a refresh token beside it, whose year
does not start anew when it is used; for everybody else the end of the token is the end.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import quote, urlencode

from django.utils import timezone

from vaandel.channels import client
from vaandel.channels.adapter import Account, App, Departure, Kind, Trouble
from vaandel.channels.linkedin import wire

USUAL_SCOPES: Final = ("openid", "profile", "w_member_social")
POSTING: Final = "w_member_social"

_SAID_NO: Final = frozenset({"user_cancelled_authorize", "user_cancelled_login", "access_denied"})
_ONLY_LATER: Final = frozenset({"server_error", "temporarily_unavailable"})
_LIFE: Final = timedelta(days=60)
_PERSON: Final = re.compile(r"[\w-]{1,100}", re.ASCII)


def depart(app: App, *, state: str) -> Departure:
    if not app.client_id:
        raise Trouble(Kind.CONFIGURATION, "refused_app")
    asked = {
        "response_type": "code",
        "client_id": app.client_id,
        "redirect_uri": app.redirect_uri,
        "state": state,
        "scope": " ".join(app.scopes or USUAL_SCOPES),
    }
    query = urlencode(asked, quote_via=quote)
    return Departure(url=f"{wire.www()}/oauth/v2/authorization?{query}", kept={})


def arrive(app: App, answer: Mapping[str, str]) -> Account:
    if error := answer.get("error"):
        raise _declined(error, answer.get("error_description", ""))
    if not answer.get("code"):
        raise Trouble(Kind.REJECTED, "mixed_up")
    said = _token(
        app,
        {
            "grant_type": "authorization_code",
            "code": answer["code"],
            "redirect_uri": app.redirect_uri,
        },
        refused=Trouble(Kind.REJECTED, "too_late_to_connect"),
    )
    granted = _granted(said) or list(app.scopes or USUAL_SCOPES)
    if POSTING not in granted:
        raise Trouble(Kind.REJECTED, "missing_scope")
    person = _userinfo(said["access_token"])
    return _account(
        said,
        Account(
            remote_id=str(person["sub"]),
            display_name=str(person.get("name", ""))[:200],
            scopes=granted,
            keys={},
        ),
    )


def renew(app: App, account: Account) -> Account:
    refresh = account.keys.get("refresh_token")
    dead = Trouble(Kind.RECONNECT, "dead_tokens")
    if not refresh:
        raise dead
    form = {"grant_type": "refresh_token", "refresh_token": str(refresh)}
    return _account(_token(app, form, refused=dead), account)


def revoke(app: App, account: Account) -> None:
    for name in ("refresh_token", "access_token"):
        if token := account.keys.get(name):
            answer = _ask_sign_in(app, "revoke", {"token": str(token)})
            # Anything else than a fault says that there is nothing left to revoke.
            if answer.failed_there or answer.status == 429:
                raise wire.problem(answer)


def check(app: App) -> None:
    """The application by asking about a token that is none; the version by asking anything."""
    if not app.client_id or not app.client_secret:
        raise Trouble(Kind.CONFIGURATION, "refused_app")
    if app.api_version and not wire.VERSION.fullmatch(app.api_version):
        raise Trouble(Kind.CONFIGURATION, "old_version", detail=app.api_version)
    answer = _ask_sign_in(app, "introspectToken", {"token": "none"})
    if answer.failed_there or answer.status == 429:
        raise wire.problem(answer)
    nobody = Account(remote_id="nobody", keys={"access_token": "none"})
    asked = wire.ask("GET", f"posts/{quote('urn:li:share:0', safe='')}", app, nobody)
    found = wire.problem(asked)
    if found.code == "old_version":
        raise found


def _declined(error: str, description: str) -> Trouble:
    if error in _SAID_NO:
        return Trouble(Kind.REJECTED, "declined")
    if error in _ONLY_LATER:
        return Trouble(Kind.TRANSIENT, "fault_there", detail=error)
    # A scope that no product of the application has, or an application that is switched off.
    return Trouble(Kind.CONFIGURATION, "refused_app", detail=f"{error}: {description}")


def _ask_sign_in(app: App, what: str, form: Mapping[str, str]) -> client.Answer:
    """Any answer but "we do not know this application", which is raised."""
    secrets = {"client_id": app.client_id, "client_secret": app.client_secret}
    answer = client.call("POST", f"{wire.www()}/oauth/v2/{what}", form={**form, **secrets})
    if answer.status == 401 or _error(answer) in {"invalid_client", "unauthorized_client"}:
        raise Trouble(Kind.CONFIGURATION, "refused_app", detail=_error(answer))
    return answer


def _error(answer: client.Answer) -> str:
    """The short word only: what stands beside it may repeat what was sent."""
    said = answer.json()
    return str(said.get("error", ""))[:60] if isinstance(said, dict) else ""


def _token(app: App, form: Mapping[str, str], *, refused: Trouble) -> dict[str, Any]:
    answer = _ask_sign_in(app, "accessToken", form)
    if answer.failed_there or answer.status == 429:
        raise wire.problem(answer)
    said = answer.json()
    if not answer.ok or not isinstance(said, dict) or not said.get("access_token"):
        raise refused
    return said


def _granted(said: Mapping[str, Any]) -> list[str]:
    """Separated by commas or by spaces, whichever it is today."""
    return sorted(set(str(said.get("scope", "")).replace(",", " ").split()))


def _account(said: Mapping[str, Any], account: Account) -> Account:
    now = timezone.now()
    until = _moment(said, "expires_in", now) or now + _LIFE
    refresh = said.get("refresh_token") or account.keys.get("refresh_token", "")
    keys = {"access_token": str(said["access_token"])}
    ends = until
    if refresh:
        keys["refresh_token"] = str(refresh)
        ends = _moment(said, "refresh_token_expires_in", now) or account.session_until or until
    return Account(
        remote_id=account.remote_id,
        display_name=account.display_name,
        scopes=account.scopes,
        keys=keys,
        access_until=until,
        session_until=ends,
    )


def _moment(said: Mapping[str, Any], name: str, now: datetime) -> datetime | None:
    seconds = said.get(name)
    usable = isinstance(seconds, int) and 0 < seconds < 10**9
    return now + timedelta(seconds=seconds) if usable and seconds else None


def _userinfo(access_token: str) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {access_token}"}
    answer = client.call("GET", f"{wire.api()}/v2/userinfo", headers=headers)
    if not answer.ok:
        raise wire.problem(answer)
    said = answer.json()
    if not isinstance(said, dict) or not _PERSON.fullmatch(str(said.get("sub", ""))):
        raise Trouble(Kind.REJECTED, "mixed_up")
    return said
