"""The server that somebody's Mastodon account lives on, as people type it."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

LONGEST: Final = 120
_HOST = re.compile(r"(?=.{4,120}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62}")


class InvalidInstance(ValueError):
    """What was typed is not the name of a server."""


def clean_instance(typed: str) -> str:
    """The bare host name: accepts ``mastodon.example``, ``@me@mastodon.example`` or an address.

    The name is only ever put into an address that the person's own browser opens.
    """
    value = typed.strip()
    if "://" in value:
        host = urlsplit(value).netloc if value.lower().startswith("https://") else ""
    else:
        host = value.rsplit("@", 1)[-1].split("/", 1)[0]
    try:
        name = host.encode("idna").decode("ascii").lower()
    except UnicodeError as error:
        raise InvalidInstance(typed[:LONGEST]) from error
    if not _HOST.fullmatch(name):
        raise InvalidInstance(typed[:LONGEST])
    return name
