"""Our application at a server, and somebody's yes to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from django.conf import settings

from vaandel.channels.adapter import Account, App, Departure, Kind, Trouble
from vaandel.channels.client import Answer, call
from vaandel.channels.mastodon.refusals import elsewhere, object_of, said
from vaandel.channels.mastodon.server import base, clean_server, metadata_of
from vaandel.channels.pkce import METHOD, challenge, new_verifier
from vaandel.lib.http import FetchFailed, Reason

NAME: Final = "Vaandel"
# Reading posts is not among them, since that opens private messages too: what we posted is
# there for everybody.
POSTING: Final = ("write:statuses", "write:media")
# Who somebody is, and no more; the second is for servers before 4.3.
WHO: Final = "profile"
WHO_BEFORE: Final = "read:accounts"


def register(server: str, redirect_uri: str) -> App:
    """Our application at the server that somebody typed; raises ``Trouble``.

    To be kept for everybody at this server, and made anew when connecting ends with the code
    ``refused_app``.
    """
    host = clean_server(server)
    offered = metadata_of(host).get("scopes_supported")
    who = WHO if isinstance(offered, list) and WHO in offered else WHO_BEFORE
    scopes = (who, *POSTING)
    form = {
        "client_name": NAME,
        "redirect_uris": redirect_uri,
        "scopes": " ".join(scopes),
        "website": settings.PUBLIC_URL,
    }
    try:
        answer = call("POST", f"{base(host)}/api/v1/apps", form=form)
    except Trouble as no_answer:
        if not _has_no_machine(no_answer):
            raise
        raise Trouble(Kind.REJECTED, "no_such_server", detail=no_answer.detail) from no_answer
    if trouble := elsewhere(answer):
        raise trouble
    found = object_of(answer)
    client_id, secret = found.get("client_id"), found.get("client_secret")
    if not (answer.ok and isinstance(client_id, str) and isinstance(secret, str)):
        raise Trouble(Kind.REJECTED, "no_such_server", detail=said(answer))
    return App(
        channel="mastodon",
        redirect_uri=redirect_uri,
        client_id=client_id,
        client_secret=secret,
        scopes=scopes,
    )


def _has_no_machine(no_answer: Trouble) -> bool:
    """The name stands for nothing: a typing error, mostly."""
    cause = no_answer.__cause__
    return isinstance(cause, FetchFailed) and cause.reason is Reason.DNS


def depart(app: App, *, state: str, server: str) -> Departure:
    host = clean_server(server)
    said_of_itself = metadata_of(host)
    kept: dict[str, Any] = {"server": host}
    query = {
        "response_type": "code",
        "client_id": app.client_id,
        "redirect_uri": app.redirect_uri,
        "scope": " ".join(app.scopes),
        "state": state,
    }
    methods = said_of_itself.get("code_challenge_methods_supported")
    if isinstance(methods, list) and METHOD in methods:
        kept["verifier"] = new_verifier()
        query["code_challenge"] = challenge(kept["verifier"])
        query["code_challenge_method"] = METHOD
    if said_of_itself.get("authorization_response_iss_parameter_supported") is True:
        kept["issuer"] = str(said_of_itself.get("issuer", ""))
    url = f"{base(host)}/oauth/authorize?{urlencode(query)}"
    return Departure(url=url, kept=kept, server=host)


def arrive(app: App, *, kept: Mapping[str, Any], answer: Mapping[str, str]) -> Account:
    server = str(kept["server"])
    _check_answer(server, kept, answer)
    form = {
        "grant_type": "authorization_code",
        "code": answer["code"],
        "client_id": app.client_id,
        "client_secret": app.client_secret,
        "redirect_uri": app.redirect_uri,
    }
    if "verifier" in kept:
        form["code_verifier"] = str(kept["verifier"])
    tokens = call("POST", f"{base(server)}/oauth/token", form=form)
    found = object_of(tokens)
    token = found.get("access_token")
    if not (tokens.ok and isinstance(token, str) and token):
        raise _no_token(tokens)
    scopes = str(found.get("scope") or " ".join(app.scopes)).split()
    if not {"write", "write:statuses"} & set(scopes):
        raise Trouble(Kind.REJECTED, "missing_scope", detail=" ".join(scopes))
    return _who(server, token, scopes)


def _check_answer(server: str, kept: Mapping[str, Any], answer: Mapping[str, str]) -> None:
    """RFC 9207: where a server names itself in its answer, it must be the one we asked."""
    issuer = str(kept.get("issuer", ""))
    named = answer.get("iss", "")
    expected = issuer or base(server)
    if (named or issuer) and named.rstrip("/") != expected.rstrip("/"):
        raise Trouble(Kind.REJECTED, "mixed_up", detail="issuer")
    error = answer.get("error", "")
    if error == "access_denied":
        raise Trouble(Kind.REJECTED, "declined")
    if error in {"invalid_client", "unauthorized_client", "invalid_scope"}:
        raise Trouble(Kind.CONFIGURATION, "refused_app", detail=error)
    if error or not answer.get("code"):
        raise Trouble(Kind.REJECTED, "mixed_up", detail=error[:100])


def _no_token(answer: Answer) -> Trouble:
    if trouble := elsewhere(answer):
        return trouble
    error = str(object_of(answer).get("error", ""))
    if answer.status == 401 or error == "invalid_client":
        return Trouble(Kind.CONFIGURATION, "refused_app", detail=said(answer))
    return Trouble(Kind.REJECTED, "too_late_to_connect", detail=said(answer))


def _who(server: str, token: str, scopes: list[str]) -> Account:
    url = f"{base(server)}/api/v1/accounts/verify_credentials"
    answer = call("GET", url, headers={"Authorization": f"Bearer {token}"})
    if trouble := elsewhere(answer):
        raise trouble
    found = object_of(answer)
    number = found.get("id")
    if not answer.ok or not number:
        raise Trouble(Kind.REJECTED, "not_allowed", detail=said(answer))
    name = str(found.get("username") or found.get("acct") or "")
    profile = str(found.get("url") or "")
    return Account(
        remote_id=str(number)[:200],
        server=server,
        handle=f"@{name}@{server}"[:200],
        display_name=str(found.get("display_name") or name)[:200],
        profile_url=profile if profile.startswith("https://") and len(profile) <= 300 else "",
        scopes=tuple(scopes),
        keys={"access_token": token},
    )


def revoke(app: App, account: Account) -> None:
    """A server that does not know the token, the application or the address is no trouble."""
    form = {
        "client_id": app.client_id,
        "client_secret": app.client_secret,
        "token": str(account.keys.get("access_token", "")),
    }
    answer = call("POST", f"{base(account.server)}/oauth/revoke", form=form)
    if trouble := elsewhere(answer):
        raise trouble
