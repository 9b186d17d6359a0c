"""Who is asking, when proxies stand in between.

Forwarded headers are believed from the addresses in `VAANDEL_TRUSTED_PROXIES` only and
are removed otherwise, before anything else looks at the request. This wraps the whole
application, short links included.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import Any

from vaandel.config.environment import Network

FORWARDED = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_FORWARDED",
    "HTTP_X_REAL_IP",
)


class TrustedProxies:
    """WSGI middleware: sets REMOTE_ADDR, the scheme and the host to the client's own."""

    def __init__(
        self, application: Any, networks: Iterable[Network], *, country_header: str = ""
    ) -> None:
        """``country_header``: a header as WSGI names it that a trusted proxy sets, if any."""
        self.application = application
        self.networks = tuple(networks)
        self.country_header = country_header

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        forwarded = {name: environ.pop(name) for name in FORWARDED if name in environ}
        country = environ.pop(self.country_header, "") if self.country_header else ""
        if (forwarded or country) and self.trusts(environ.get("REMOTE_ADDR", "")):
            self.believe(environ, forwarded)
            if country:
                environ[self.country_header] = country
        return self.application(environ, start_response)

    def trusts(self, address: str) -> bool:
        if not is_address(address):
            return False
        parsed = ipaddress.ip_address(address)
        if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
            parsed = parsed.ipv4_mapped
        return any(parsed in network for network in self.networks)

    def believe(self, environ: dict[str, Any], forwarded: dict[str, str]) -> None:
        hops = [hop.strip() for hop in forwarded.get("HTTP_X_FORWARDED_FOR", "").split(",")]
        # From the right, each proxy added whom it heard; the first stranger is the client.
        for hop in reversed(hops):
            if not is_address(hop):
                break
            environ["REMOTE_ADDR"] = hop
            if not self.trusts(hop):
                break
        scheme = forwarded.get("HTTP_X_FORWARDED_PROTO", "").split(",")[-1].strip()
        if scheme in {"http", "https"}:
            environ["wsgi.url_scheme"] = scheme
        if host := forwarded.get("HTTP_X_FORWARDED_HOST", "").split(",")[-1].strip():
            environ["HTTP_HOST"] = host


def is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
