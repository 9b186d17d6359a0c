"""Django's database settings, from one address or from the data folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

# Per connection. WAL lets readers go on while one writes; NORMAL can lose the last
# commits on power loss, but never damages the file; 8 MB of page cache.
PRAGMAS = (
    "PRAGMA journal_mode=WAL;"
    "PRAGMA synchronous=NORMAL;"
    "PRAGMA cache_size=-8000;"
    "PRAGMA temp_store=MEMORY;"
    "PRAGMA journal_size_limit=67108864;"
)
CONNECTION_SECONDS = 600


# The alias of the SQLite file that only holds clicks and their roll-ups.
CLICKS = "clicks"


def settings(url: str, *, data: Path, durable_clicks: bool = False) -> dict[str, dict[str, Any]]:
    """``durable_clicks``: a click that was counted survives a power cut, as its line did."""
    if url:
        return {"default": postgresql(url)}
    clicks = data / "clicks.sqlite3"
    counted = sqlite(clicks)
    if durable_clicks:
        counted["OPTIONS"]["init_command"] += "PRAGMA synchronous=FULL;"
    return {"default": sqlite(data / "vaandel.sqlite3", clicks=clicks), CLICKS: counted}


def sqlite(file: Path, *, clicks: Path | None = None) -> dict[str, Any]:
    """Foreign keys are on by Django; a writer waits 20 s for its turn, which it asks for
    at the start of its transaction, so that it can never fail halfway on the lock.

    ``clicks``: a file that connections to this one can read too, as if it were part of it.
    """
    return {
        "ENGINE": "vaandel.config.sqlite" if clicks else "django.db.backends.sqlite3",
        "NAME": file,
        "CONN_MAX_AGE": CONNECTION_SECONDS,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": PRAGMAS,
            **({"clicks": clicks} if clicks else {}),
        },
    }


def postgresql(url: str) -> dict[str, Any]:
    """`postgresql://user:password@host:port/name?sslmode=require`.

    The query goes to libpq as it is; `?host=/folder` names a Unix socket.
    """
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": CONNECTION_SECONDS,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 5, **dict(parse_qsl(parts.query))},
    }


def usable(url: str) -> bool:
    """Whether this is an address of a PostgreSQL database."""
    try:
        parts = urlsplit(url)
        named = bool(parts.path.lstrip("/")) and parts.port != 0
    except ValueError:
        return False
    reachable = bool(parts.hostname) or "host" in dict(parse_qsl(parts.query))
    return parts.scheme in {"postgresql", "postgres"} and named and reachable
