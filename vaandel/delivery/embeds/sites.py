"""Which sites may show a place: origins, as browsers compare them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings

from vaandel.lib.http import FetchFailed, checked_url

# Nothing else may come into a header.
_HOST: Final = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\]")
_USUAL: Final = {"http": 80, "https": 443}


class NotASite(ValueError):
    """What was typed is no address of a website."""


def origin_of(typed: str) -> str:
    """The origin in an address, with or without ``https://`` before and a page behind it.

    Raises ``NotASite``, also for a star: that would let in the sites of strangers.
    """
    text = typed.strip()
    if "://" not in text:
        text = f"https://{text}"
    try:
        url = checked_url(text)
    except FetchFailed as error:
        raise NotASite(typed) from error
    host = url.raw_host.decode("ascii", "replace").lower()
    if ":" in host and not host.startswith("["):
        host = f"[{host}]"
    # A word without a dot may be a machine of the intranet, if that is said by https:// before.
    if not _HOST.fullmatch(host) or ("://" not in typed and not re.search(r"[.:]", host)):
        raise NotASite(typed)
    port = f":{url.port}" if url.port and url.port != _USUAL[url.scheme] else ""
    return f"{url.scheme}://{host}{port}"


def own_origin() -> str:
    parts = urlsplit(settings.PUBLIC_URL)
    return f"{parts.scheme}://{parts.netloc}"


def framing_policy(sites: Sequence[str]) -> str:
    """The content policy of a place: nothing runs, and only these sites may show it."""
    return (
        "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; base-uri 'none'; "
        f"form-action 'none'; frame-ancestors {' '.join([chr(39) + 'self' + chr(39), *sites])}"
    )
