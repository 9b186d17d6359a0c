"""The key of a day that several machines have in common, in Valkey or Redis.

It is there from the first click of a day until midnight UTC. Run that server without keeping
anything on a disk: the point of the key is that it is gone.
"""

from __future__ import annotations

import logging
import secrets
from functools import cache
from typing import Final

from django.conf import settings
from valkey import Valkey
from valkey.exceptions import ValkeyError

from vaandel.links.memory import DAY_SECONDS

logger = logging.getLogger("vaandel.links")

NAME: Final = "vaandel:visitors:{day}"
KEY_BYTES: Final = 32
# A visitor waits for this once a day; without an answer this machine makes a key of its own.
SECONDS: Final = 1.0


@cache
def _server() -> Valkey:
    # The two are one protocol; the client knows its own scheme only.
    scheme, _, place = settings.VALKEY_URL.partition("://")
    address = f"{scheme.replace('redis', 'valkey')}://{place}"
    return Valkey.from_url(address, socket_timeout=SECONDS, socket_connect_timeout=SECONDS)


def key_of_day(day: int) -> bytes | None:
    """The key of a day (counted from 1970), made by the machine that asks first; None when the
    server does not answer."""
    name = NAME.format(day=day)
    try:
        mine = secrets.token_bytes(KEY_BYTES)
        _server().set(name, mine, nx=True, exat=(day + 1) * DAY_SECONDS)
        found = _server().get(name)
    except ValkeyError:
        logger.exception("Valkey did not answer: visitors are recognised on this machine only.")
        return None
    return found if isinstance(found, bytes) else None


def error() -> str:
    """Why the server cannot be used; empty when it can."""
    try:
        _server().ping()
    except ValkeyError as problem:
        return str(problem) or type(problem).__name__
    return ""


def saves() -> bool:
    """Whether the server writes what it knows to a disk; False when it does not tell."""
    try:
        snapshots, log = (_server().config_get(name) for name in ("save", "appendonly"))
    except ValkeyError:
        return False
    return (isinstance(snapshots, dict) and bool(snapshots.get("save"))) or (
        isinstance(log, dict) and log.get("appendonly") == "yes"
    )
