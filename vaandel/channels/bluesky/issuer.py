"""The server where somebody says yes or no (the OAuth issuer), and what it says about itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from vaandel.channels.adapter import Kind, Trouble
from vaandel.channels.bluesky.lookup import (
    clean_origin,
    document,
    not_found,
    origin_of,
    text_in,
    texts_in,
)

ALGORITHM: Final = "ES256"
_PLAIN: Final = re.compile(r"https?://[\w.~:/?%&=+\[\]-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Issuer:
    """Its name, which is its origin, and the addresses of what it does, all of that origin."""

    name: str
    authorize: str
    push: str
    token: str
    revoke: str


def issuer_name(pds: str, *, or_itself: bool = False) -> str:
    """Who decides about access to that server.

    ``or_itself``: one that does not say is taken for an issuer (bsky.social keeps no records).
    """
    found = document(f"{pds}/.well-known/oauth-protected-resource")
    if found is None:
        if or_itself:
            return pds
        raise not_found("the server does not say who decides about access")
    names = texts_in(found, "authorization_servers")
    if clean_origin(text_in(found, "resource")) != pds or len(names) != 1:
        raise _mixed_up("the server speaks for another one")
    return clean_origin(names[0])


def issuer_called(name: str) -> Issuer:
    """What it says of itself; raises ``Trouble`` when it speaks for another or lacks something."""
    found = document(f"{name}/.well-known/oauth-authorization-server")
    if found is None:
        raise not_found("there is no sign-in for applications")
    if text_in(found, "issuer") != name:
        raise _mixed_up("it calls itself by another name")
    able = (
        found.get("authorization_response_iss_parameter_supported") is True
        and found.get("client_id_metadata_document_supported") is True
        and ALGORITHM in texts_in(found, "dpop_signing_alg_values_supported")
        and "S256" in texts_in(found, "code_challenge_methods_supported")
    )
    if not able:
        raise not_found("its sign-in is not what we need")
    issuer = Issuer(
        name=name,
        authorize=text_in(found, "authorization_endpoint"),
        push=text_in(found, "pushed_authorization_request_endpoint"),
        token=text_in(found, "token_endpoint"),
        revoke=text_in(found, "revocation_endpoint"),
    )
    # One server that points at another is how answers end up at the wrong one.
    needed = [issuer.authorize, issuer.push, issuer.token, issuer.revoke or issuer.token]
    if any(_origin(address) != name for address in needed):
        raise _mixed_up("one of its addresses is elsewhere")
    return issuer


def _origin(address: str) -> str:
    """Of what may stand in a header and be opened by a browser as it is; "" of anything else."""
    if not _PLAIN.fullmatch(address):
        return ""
    try:
        return clean_origin(origin_of(address))
    except (Trouble, ValueError):
        return ""


def _mixed_up(detail: str) -> Trouble:
    return Trouble(Kind.REJECTED, "mixed_up", detail=detail)
