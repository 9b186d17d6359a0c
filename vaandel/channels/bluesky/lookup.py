"""Documents of servers that people and other servers name, and the addresses in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings

from vaandel.channels import client
from vaandel.channels.adapter import Kind, Trouble

# Finding somebody takes up to six questions, and a person waits for the answer.
SECONDS: Final = 8.0
PORTS: Final = {"https": 443, "http": 80}
MISSING: Final = frozenset({400, 404, 405, 410})


def not_found(detail: str = "") -> Trouble:
    return Trouble(Kind.REJECTED, "no_such_server", detail=detail)


def clean_origin(address: str) -> str:
    """``https://host``, in lower case; raises ``Trouble`` when there is more or it is not https.

    Plain http and other ports only to the machines of VAANDEL_FETCH_ALLOWED_HOSTS.
    """
    try:
        parts = urlsplit(address.strip())
        port, host = parts.port, (parts.hostname or "").encode("idna").decode("ascii")
    except (ValueError, UnicodeError) as error:
        raise not_found("not an address") from error
    usual = PORTS.get(parts.scheme)
    bare = not parts.query and not parts.fragment and parts.path in {"", "/"}
    if not usual or not host or not bare or "@" in parts.netloc or "\\" in address:
        raise not_found("not the address of a server")
    allowed = f"{host}:{port or usual}" in settings.FETCH_ALLOWED_HOSTS
    if not allowed and (parts.scheme != "https" or port not in {None, usual}):
        raise Trouble(Kind.REJECTED, "forbidden_address", detail="not https")
    return (
        f"{parts.scheme}://{host}" if port in {None, usual} else f"{parts.scheme}://{host}:{port}"
    )


def origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def name_of(origin: str) -> str:
    """A server as people call it."""
    return urlsplit(origin).netloc


def document(url: str) -> Mapping[str, Any] | None:
    """What stands there as JSON; None when nothing does. Raises ``Trouble``."""
    answer = client.call("GET", url, seconds=SECONDS)
    if answer.status in MISSING:
        return None
    if not answer.ok:
        raise Trouble(Kind.TRANSIENT, "unreachable", detail=f"{url}: {answer.status}")
    found = answer.json()
    return found if isinstance(found, dict) else None


def text_in(found: Mapping[str, Any], name: str) -> str:
    """What others wrote may be anything; only a text is one."""
    value = found.get(name)
    return value if isinstance(value, str) else ""


def texts_in(found: Mapping[str, Any], name: str) -> list[str]:
    values = found.get(name)
    return [value for value in values if isinstance(value, str)] if isinstance(values, list) else []
