"""Somebody's yes at X (OAuth 2.0 with PKCE), and tokens of which each renews once.

https://docs.x.com/fundamentals/authentication/oauth-2-0/authorization-code
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final
from urllib.parse import quote, urlencode

from django.utils import timezone

from vaandel.channels.adapter import Account, App, Departure, Kind, Trouble
from vaandel.channels.client import Answer, address, call
from vaandel.channels.pkce import METHOD, challenge, new_verifier
from vaandel.channels.x.refusals import SIGN_IN_REFUSED, object_of, refusal, said

SCOPES: Final = ("tweet.read", "tweet.write", "users.read", "media.write", "offline.access")
ACCESS_SECONDS: Final = 7200
# X does not say how long the tokens for renewing live; half a year is what was seen.
SESSION: Final = timedelta(days=180)


def www() -> str:
    return address("X_WWW", "https://x.com")


def api() -> str:
    return address("X_API", "https://api.x.com")


def depart(app: App, *, state: str) -> Departure:
    verifier = new_verifier()
    query = {
        "response_type": "code",
        "client_id": app.client_id,
        "redirect_uri": app.redirect_uri,
        "scope": " ".join(app.scopes or SCOPES),
        "state": state,
        "code_challenge": challenge(verifier),
        "code_challenge_method": METHOD,
    }
    url = f"{www()}/i/oauth2/authorize?{urlencode(query)}"
    return Departure(url=url, kept={"verifier": verifier})


def arrive(app: App, *, kept: Mapping[str, Any], answer: Mapping[str, str]) -> Account:
    """At once: the code lives 30 seconds."""
    error = answer.get("error", "")
    if error == "access_denied":
        raise Trouble(Kind.REJECTED, "declined")
    if error or not answer.get("code"):
        raise Trouble(Kind.REJECTED, "mixed_up", detail=error[:100])
    form = {
        "grant_type": "authorization_code",
        "code": answer["code"],
        "redirect_uri": app.redirect_uri,
        "code_verifier": str(kept.get("verifier", "")),
    }
    tokens = token(app, "token", form)
    if not tokens.ok:
        raise _refused_sign_in(tokens, Trouble(Kind.REJECTED, "too_late_to_connect"))
    account = _with_tokens(Account(remote_id="", keys={}, scopes=app.scopes or SCOPES), tokens)
    if "tweet.write" not in account.scopes:
        raise Trouble(Kind.REJECTED, "missing_scope", detail=" ".join(account.scopes))
    return _named(account)


def renew(app: App, account: Account) -> Account:
    form = {
        "grant_type": "refresh_token",
        "refresh_token": str(account.keys.get("refresh_token", "")),
    }
    if not form["refresh_token"]:
        raise Trouble(Kind.RECONNECT, "dead_tokens")
    tokens = token(app, "token", form)
    if not tokens.ok:
        raise _refused_sign_in(tokens, Trouble(Kind.RECONNECT, "dead_tokens", detail=said(tokens)))
    return _with_tokens(account, tokens)


def revoke(app: App, account: Account) -> None:
    """First what could renew, then what works until then."""
    for kind in ("refresh_token", "access_token"):
        if account.keys.get(kind):
            form = {"token": str(account.keys[kind]), "token_type_hint": kind}
            answer = token(app, "revoke", form)
            if not answer.ok:
                # A token that is not known is dead already.
                trouble = _refused_sign_in(answer, Trouble(Kind.RECONNECT, "dead_tokens"))
                if trouble.kind is not Kind.RECONNECT:
                    raise trouble


def check(app: App) -> None:
    """Asks for something that nobody has: an application that is known hears that the token is
    wrong, another one that it is not known."""
    if not app.client_id:
        raise Trouble(Kind.CONFIGURATION, "refused_app", detail="client id")
    form = {"grant_type": "refresh_token", "refresh_token": "nobody-has-this-token"}
    answer = token(app, "token", form)
    trouble = _refused_sign_in(answer, Trouble(Kind.RECONNECT, "dead_tokens"))
    if trouble.kind is not Kind.RECONNECT:
        raise trouble


def token(app: App, what: str, form: Mapping[str, str]) -> Answer:
    """Ask as the application: by its secret, or by its name when it has none."""
    headers, sent = {}, dict(form)
    if app.client_secret:
        pair = f"{quote(app.client_id, safe='')}:{quote(app.client_secret, safe='')}"
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    else:
        sent["client_id"] = app.client_id
    # Without an answer a token that works once may have been used.
    once = form.get("grant_type") == "refresh_token"
    return call("POST", f"{api()}/2/oauth2/{what}", headers=headers, form=sent, posts=once)


def bearer(account: Account) -> dict[str, str]:
    return {"Authorization": f"Bearer {account.keys.get('access_token', '')}"}


def _refused_sign_in(answer: Answer, otherwise: Trouble) -> Trouble:
    if answer.status == 429 or answer.failed_there:
        return refusal(Account(remote_id="", keys={}), answer)
    if answer.status == 401 or object_of(answer).get("error") in SIGN_IN_REFUSED:
        return Trouble(Kind.CONFIGURATION, "refused_app", detail=said(answer))
    return otherwise


def _with_tokens(account: Account, answer: Answer) -> Account:
    found = object_of(answer)
    access, refresh = found.get("access_token"), found.get("refresh_token")
    if not isinstance(access, str) or not access:
        raise Trouble(Kind.TRANSIENT, "fault_there", detail=f"{answer.status}, no token")
    keys = {"access_token": access}
    if isinstance(refresh, str) and refresh:
        keys["refresh_token"] = refresh
    seconds = found.get("expires_in")
    now = timezone.now()
    until = now + timedelta(seconds=seconds if isinstance(seconds, int) else ACCESS_SECONDS)
    scopes = str(found.get("scope") or "").split() or account.scopes
    return replace(
        account,
        keys=keys,
        scopes=tuple(scopes),
        access_until=until,
        session_until=now + SESSION if "refresh_token" in keys else until,
    )


def _named(account: Account) -> Account:
    """Who it is; X counts this as one user read."""
    answer = call("GET", f"{api()}/2/users/me", headers=bearer(account))
    if not answer.ok:
        raise refusal(account, answer, code="not_allowed")
    found = object_of(answer).get("data")
    who = found if isinstance(found, dict) else {}
    name = str(who.get("username") or "")
    if not who.get("id"):
        raise Trouble(Kind.TRANSIENT, "fault_there", detail="no id")
    return replace(
        account,
        remote_id=str(who["id"]),
        handle=f"@{name}" if name else "",
        display_name=str(who.get("name") or name)[:200],
        profile_url=f"https://x.com/{quote(name, safe='')}" if name else "",
    )
