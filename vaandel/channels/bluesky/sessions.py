"""Connecting by OAuth: pushed request, one-time code, tokens that are bound to a key."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django.utils import timezone

from vaandel.channels.adapter import Account, App, Departure, Kind, Trouble
from vaandel.channels.bluesky import identity, issuer, proofs, refusals
from vaandel.channels.bluesky.asking import ask, said
from vaandel.channels.bluesky.identity import Found, Identity
from vaandel.channels.bluesky.issuer import Issuer
from vaandel.channels.bluesky.lookup import document, name_of, text_in
from vaandel.channels.client import Answer

POST: Final = "app.bsky.feed.post"
# Write, correct and take down posts, and put pictures with them. Nothing else.
SCOPE: Final = f"atproto repo:{POST}?action=create&action=delete&action=update blob:image/*"
# For servers of before 2025 that know nothing smaller.
BROAD_SCOPE: Final = "atproto transition:generic"

# How long sessions live at Bluesky's own server software.
CONFIDENTIAL: Final = timedelta(days=730)
CONFIDENTIAL_UNUSED: Final = timedelta(days=90)
PUBLIC: Final = timedelta(days=14)
LONGEST_ACCESS: Final = 86_400
USUAL_ACCESS: Final = 300


def depart(app: App, *, state: str, typed: str) -> Departure:
    if not app.client_id:
        raise Trouble(Kind.CONFIGURATION, "refused_app", detail="Bluesky needs https")
    found, server = _destination(typed)
    key, kid, verifier = proofs.new_key(), proofs.newest_kid(app), secrets.token_urlsafe(48)
    asked = {
        "response_type": "code",
        "redirect_uri": app.redirect_uri,
        "state": state,
        "code_challenge": proofs.hashed(verifier),
        "code_challenge_method": "S256",
        **({"login_hint": found.hint} if found.hint else {}),
    }
    for scope in (SCOPE, BROAD_SCOPE):
        answer = _asked(app, server, server.push, {**asked, "scope": scope}, key=key, kid=kid)
        if said(answer, "error") != "invalid_scope":
            break
    request_uri = said(answer, "request_uri")
    if not answer.ok or not request_uri:
        raise _push_refusal(answer)
    query = urlencode({"client_id": app.client_id, "request_uri": request_uri})
    return Departure(
        url=f"{server.authorize}{'&' if '?' in server.authorize else '?'}{query}",
        kept={
            "verifier": verifier,
            "key": key,
            "kid": kid,
            "issuer": server.name,
            "did": found.identity.did if found.identity else "",
        },
        server=name_of(found.pds),
    )


def _destination(typed: str) -> tuple[Found, Issuer]:
    try:
        found = identity.find(typed)
        name = issuer.issuer_name(found.pds, or_itself=found.identity is None)
        return found, issuer.issuer_called(name)
    except Trouble as trouble:
        if trouble.kind is not Kind.TRANSIENT:
            raise
        raise Trouble(Kind.REJECTED, "no_such_server", detail=trouble.detail) from trouble


def _push_refusal(answer: Answer) -> Trouble:
    trouble = refusals.sign_in_refusal(answer)
    if trouble.kind is not Kind.RECONNECT:
        return trouble
    return Trouble(Kind.CONFIGURATION, "refused_app", detail=trouble.detail)


def arrive(app: App, *, kept: Mapping[str, Any], answer: Mapping[str, str]) -> Account:
    # An answer of another server than the one we asked is of no use for anything (RFC 9207).
    if answer.get("iss") != kept["issuer"]:
        raise _mixed_up("another server answered")
    if error := answer.get("error", ""):
        raise _said_no(error)
    if not answer.get("code"):
        raise _mixed_up("there is no code")
    server = issuer.issuer_called(kept["issuer"])
    fields = {
        "grant_type": "authorization_code",
        "redirect_uri": app.redirect_uri,
        "code": answer["code"],
        "code_verifier": kept["verifier"],
    }
    told = _asked(app, server, server.token, fields, key=kept["key"], kid=kept["kid"], posts=True)
    if not told.ok:
        raise _no_tokens(told)
    keys = {"key": kept["key"], "kid": kept["kid"], "issuer": server.name}
    tokens = _tokens(told, keys)
    try:
        return _account(told, tokens, expected=kept["did"])
    except Trouble:
        # Whoever it is of, we do not keep it.
        _forget(app, server, tokens)
        raise


def _said_no(error: str) -> Trouble:
    if error == "access_denied":
        return Trouble(Kind.REJECTED, "declined")
    return _mixed_up(error)


def _no_tokens(told: Answer) -> Trouble:
    trouble = refusals.sign_in_refusal(told)
    return _mixed_up(trouble.detail) if trouble.kind is Kind.RECONNECT else trouble


def _account(told: Answer, tokens: Mapping[str, Any], *, expected: str) -> Account:
    did = said(told, "sub")
    if not identity.is_did(did) or (expected and did != expected):
        raise _mixed_up("somebody else signed in")
    person = identity.identity_of(did)
    # Else any server could say that somebody of another one signed in.
    if issuer.issuer_name(person.pds) != tokens["issuer"]:
        raise _mixed_up("this server does not decide about that account")
    scopes = said(told, "scope").split()
    if "atproto" not in scopes or not _may_post(scopes):
        raise Trouble(Kind.REJECTED, "missing_scope", detail=" ".join(scopes))
    handle, keys = _proven_handle(person), {**tokens, "pds": person.pds}
    now = timezone.now()
    return Account(
        remote_id=did,
        server=name_of(person.pds),
        handle=handle,
        display_name=_display_name(person),
        profile_url=f"https://bsky.app/profile/{did}",
        scopes=scopes,
        keys={**keys, "since": now.isoformat()},
        access_until=_access_until(told, now),
        session_until=_session_until(tokens, since=now, now=now),
    )


def _may_post(scopes: list[str]) -> bool:
    return any(
        scope == "transition:generic" or scope.startswith(("repo:*", f"repo:{POST}", "repo?"))
        for scope in scopes
    )


def _proven_handle(person: Identity) -> str:
    """Shown to the person, so it has to be theirs."""
    own = person.handle and identity.resolve_handle(person.handle) == person.did
    return person.handle if own else ""


def _display_name(person: Identity) -> str:
    query = urlencode({"repo": person.did, "collection": "app.bsky.actor.profile", "rkey": "self"})
    try:
        found = document(f"{person.pds}/xrpc/com.atproto.repo.getRecord?{query}") or {}
    except Trouble:
        return ""
    value = found.get("value")
    return text_in(value, "displayName")[:200] if isinstance(value, dict) else ""


def renew(app: App, account: Account) -> Account:
    """A token of renewal works once; using it twice ends the session."""
    keys, now = account.keys, timezone.now()
    server = issuer.issuer_called(keys["issuer"])
    fields = {"grant_type": "refresh_token", "refresh_token": keys["refresh"]}
    try:
        told = _asked(
            app, server, server.token, fields, key=keys["key"], kid=keys["kid"], posts=True
        )
    except Trouble as trouble:
        if trouble.kind is not Kind.UNKNOWN:
            raise
        # Whatever was given to us got lost, and what we have is worth nothing any more.
        raise Trouble(Kind.RECONNECT, "dead_tokens", detail=trouble.detail) from trouble
    if not told.ok:
        raise refusals.sign_in_refusal(told)
    if said(told, "sub") != account.remote_id:
        raise Trouble(Kind.RECONNECT, "dead_tokens", detail="renewed for somebody else")
    since = datetime.fromisoformat(keys["since"])
    return Account(
        remote_id=account.remote_id,
        server=account.server,
        handle=account.handle,
        display_name=account.display_name,
        profile_url=account.profile_url,
        scopes=said(told, "scope").split() or account.scopes,
        keys=_tokens(told, keys),
        access_until=_access_until(told, now),
        session_until=_session_until(keys, since=since, now=now),
    )


def revoke(app: App, account: Account) -> None:
    """Ends the whole session. Tokens that are dead already are no trouble."""
    server = issuer.issuer_called(account.keys["issuer"])
    if not server.revoke:
        return
    try:
        told = _revoked(app, server, account.keys)
    except Trouble as trouble:
        # Without the key that began the session nobody can use it, and we cannot end it.
        if trouble.kind is Kind.RECONNECT:
            return
        raise
    if told.status == 429 or told.failed_there:
        raise refusals.sign_in_refusal(told)


def _revoked(app: App, server: Issuer, keys: Mapping[str, Any]) -> Answer:
    token = {"token": keys["refresh"]}
    return _asked(app, server, server.revoke, token, key=keys["key"], kid=keys["kid"])


def _forget(app: App, server: Issuer, tokens: Mapping[str, Any]) -> None:
    try:
        if server.revoke:
            _revoked(app, server, tokens)
    except Trouble:
        return


def _asked(
    app: App,
    server: Issuer,
    url: str,
    fields: Mapping[str, str],
    *,
    key: Mapping[str, Any],
    kid: str,
    posts: bool = False,
) -> Answer:
    def form() -> Mapping[str, str]:
        return {**fields, **proofs.client_proof(app, issuer=server.name, kid=kid)}

    return ask("POST", url, key=key, form=form, posts=posts)


def _tokens(told: Answer, before: Mapping[str, Any]) -> dict[str, Any]:
    access, refresh = said(told, "access_token"), said(told, "refresh_token")
    if said(told, "token_type").lower() != "dpop" or not access or not refresh:
        raise Trouble(Kind.RECONNECT, "dead_tokens", detail="no tokens came back")
    return {**before, "access": access, "refresh": refresh}


def _access_until(answer: Answer, now: datetime) -> datetime:
    body = answer.json()
    seconds = body.get("expires_in") if isinstance(body, dict) else None
    told = seconds if isinstance(seconds, int) and seconds > 0 else USUAL_ACCESS
    return now + timedelta(seconds=min(told, LONGEST_ACCESS))


def _session_until(keys: Mapping[str, Any], *, since: datetime, now: datetime) -> datetime:
    """A session ends after two years, or when nothing was renewed for three months; that of a
    client without a key after two weeks."""
    if not keys["kid"]:
        return since + PUBLIC
    return min(since + CONFIDENTIAL, now + CONFIDENTIAL_UNUSED)


def _mixed_up(detail: str) -> Trouble:
    return Trouble(Kind.REJECTED, "mixed_up", detail=detail)
