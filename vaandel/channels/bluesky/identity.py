"""Who somebody is: from a handle to an identity (DID) to the server that keeps their records.

A handle is looked up at Bluesky's own server, which knows those in the DNS too, and else at the
address that the handle is. Either may lie, so the identity's own document has to name the handle
back, and only what that document says about the server is believed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, unquote

from vaandel.channels import client
from vaandel.channels.adapter import Trouble
from vaandel.channels.bluesky.lookup import (
    SECONDS,
    clean_origin,
    document,
    not_found,
    text_in,
    texts_in,
)

LONGEST_HANDLE: Final = 253
# As many as are kept of an account's name; it is also part of the address of each post.
LONGEST_DID: Final = 150
_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HANDLE: Final = re.compile(rf"(?:{_LABEL}\.)+[a-z](?:[a-z0-9-]{{0,61}}[a-z0-9])?")
_BARE: Final = re.compile(_LABEL)
_PLC: Final = re.compile(r"did:plc:[a-z2-7]{24}")
_WEB: Final = re.compile(rf"did:web:((?:{_LABEL}\.)*{_LABEL}(?:%3A\d{{1,5}})?)")
# Names that lead to nobody on the internet.
_NOWHERE: Final = frozenset(
    {"local", "arpa", "invalid", "localhost", "internal", "example", "alt", "onion"}
)
_PROFILE: Final = re.compile(r"https://bsky\.app/profile/([^/?#]+).*")
USUAL_ENDING: Final = ".bsky.social"


@dataclass(frozen=True, slots=True)
class Identity:
    """``handle`` as the identity's document says, "" when it names none; ``pds`` is an origin."""

    did: str
    handle: str
    pds: str


@dataclass(frozen=True, slots=True)
class Found:
    """Whom or which server somebody meant; without ``identity`` only the server is known.

    ``hint`` is what its page for signing in is told: the name they typed.
    """

    pds: str
    identity: Identity | None = None
    hint: str = ""


def entryway() -> str:
    return client.address("BLUESKY_ENTRYWAY", "https://bsky.social")


def find(typed: str) -> Found:
    """From a handle, an identity, the address of a profile or of a server, or nothing.

    Raises ``Trouble``: ``no_such_server``, ``forbidden_address``.
    """
    value = _tidied(typed)
    if not value:
        return Found(entryway())
    if value.lower().startswith("did:"):
        return _found(identity_of(value), hint=value)
    if "://" in value:
        return Found(clean_origin(value))
    name = clean_handle(value if "." in value else value + USUAL_ENDING)
    if not name:
        raise not_found("neither a name nor a server")
    did = resolve_handle(name)
    if not did:
        return Found(clean_origin(f"https://{name}"))
    identity = identity_of(did)
    if identity.handle != name:
        raise not_found("the identity does not name this handle")
    return _found(identity, hint=name)


def _found(identity: Identity, *, hint: str) -> Found:
    return Found(identity.pds, identity, hint)


def _tidied(typed: str) -> str:
    # A handle that was copied from a page often has marks of writing direction around it.
    visible = "".join(letter for letter in typed if unicodedata.category(letter) != "Cf").strip()
    profile = _PROFILE.fullmatch(visible)
    return unquote(profile[1]) if profile else visible.removeprefix("at://").removeprefix("@")


def clean_handle(typed: str) -> str:
    """In lower case; "" when it cannot be one. Handles are ASCII."""
    name = typed.strip().rstrip(".").lower()
    if len(name) > LONGEST_HANDLE or not _HANDLE.fullmatch(name):
        return ""
    return "" if name.rsplit(".", 1)[-1] in _NOWHERE else name


def resolve_handle(handle: str) -> str:
    """The identity that a clean handle leads to, or ""; nothing is raised."""
    return _asked(_known_at_the_entryway, handle) or _asked(_said_by_itself, handle)


def _asked(look_up: Any, handle: str) -> str:
    try:
        did = str(look_up(handle))
    except Trouble:
        return ""
    return did if is_did(did) else ""


def _known_at_the_entryway(handle: str) -> str:
    method = "com.atproto.identity.resolveHandle"
    found = document(f"{entryway()}/xrpc/{method}?handle={quote(handle)}")
    return text_in(found or {}, "did")


def _said_by_itself(handle: str) -> str:
    url = f"https://{handle}/.well-known/atproto-did"
    answer = client.call("GET", url, headers={"Accept": "text/plain"}, seconds=SECONDS)
    return answer.said().strip() if answer.ok else ""


def is_did(value: str) -> bool:
    known = _PLC.fullmatch(value) or _WEB.fullmatch(value)
    return bool(known) and len(value) <= LONGEST_DID


def identity_of(did: str) -> Identity:
    """What the identity's document says; raises ``Trouble``."""
    found = document(_document_address(did))
    if found is None or text_in(found, "id") != did:
        raise not_found("there is no such identity")
    return Identity(did=did, handle=_handle_in(found), pds=clean_origin(_pds_in(found, did)))


def _document_address(did: str) -> str:
    if not is_did(did):
        raise not_found("not an identity that we know how to look up")
    if _PLC.fullmatch(did):
        return f"{client.address('BLUESKY_PLC', 'https://plc.directory')}/{did}"
    host = unquote(did.removeprefix("did:web:"))
    # With a port it can only be a machine of one's own, which has to be allowed by name.
    scheme = "http" if ":" in host else "https"
    return f"{clean_origin(f'{scheme}://{host}')}/.well-known/did.json"


def _handle_in(found: Mapping[str, Any]) -> str:
    names = (name for name in texts_in(found, "alsoKnownAs") if name.startswith("at://"))
    return clean_handle(next(names, "").removeprefix("at://"))


def _pds_in(found: Mapping[str, Any], did: str) -> str:
    services = found.get("service")
    for service in services if isinstance(services, list) else []:
        if (
            isinstance(service, dict)
            and service.get("id") in {"#atproto_pds", f"{did}#atproto_pds"}
            and service.get("type") == "AtprotoPersonalDataServer"
        ):
            return text_in(service, "serviceEndpoint")
    raise not_found("the identity names no server")


def resolve_name(handle: str) -> str:
    """For somebody mentioned in a text: the identity, or "". Only Bluesky's own server is asked,
    which takes a moment, where the address that a handle is may take ten."""
    return _asked(_known_at_the_entryway, handle)
