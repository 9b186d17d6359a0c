"""An organisation's own short domain: how it is written, and how we prove that we answer there.

Free of tables, so that the redirect can import it early.
"""

from __future__ import annotations

import ipaddress
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.crypto import salted_hmac

from vaandel.organizations.destinations import NotAHost, host_name

WELL_KNOWN: Final = "/.well-known/vaandel/"
MAX_DOMAIN: Final = 120


class OwnHost(ValueError):
    """The name is that of this installation, which answers short links already."""


def answer_of(nonce: str) -> str:
    """What this installation, and no other, answers below ``/.well-known/vaandel/``."""
    return salted_hmac("vaandel.links.domains", nonce, algorithm="sha256").hexdigest()


def own_hosts() -> frozenset[str]:
    """Names of this installation itself."""
    return frozenset(
        urlsplit(address).hostname or "" for address in (settings.PUBLIC_URL, settings.LINK_URL)
    )


def record_for(host: str) -> tuple[str, str]:
    """Type and value of the DNS record that makes a name lead to this host."""
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return "CNAME", f"{host}."
    return ("A" if address.version == 4 else "AAAA"), str(address)


def domain_name(typed: str) -> str:
    """The domain as it is kept; raises ``NotAHost`` or ``OwnHost``. An address gives its host."""
    text = typed.strip()
    if "://" in text:
        try:
            text = urlsplit(text).hostname or ""
        except ValueError as error:
            raise NotAHost(typed) from error
    name = host_name(text)
    if len(name) > MAX_DOMAIN:
        raise NotAHost(typed)
    if name in own_hosts():
        raise OwnHost(name)
    return name
