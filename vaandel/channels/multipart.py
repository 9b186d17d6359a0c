"""A form with a file in it, as networks want pictures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import httpx

_NOWHERE: Final = "http://nowhere.invalid/"


def multipart(
    fields: Mapping[str, str], *, name: str, file: tuple[str, bytes, str]
) -> tuple[bytes, str]:
    """The body and its Content-Type. ``file``: name, content and media type."""
    # Only what the library makes of it: nothing is sent, since only the guarded client asks.
    request = httpx.Request("POST", _NOWHERE, data=dict(fields), files={name: file})
    return request.read(), request.headers["content-type"]
