"""Who is asking, when proxies stand in between.

Forwarded headers are believed from the addresses in `VAANDEL_TRUSTED_PROXIES` only and
are removed otherwise, before anything else looks at the request. This wraps the whole
application, short links included.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final

from vaandel.config.environment import Network

FORWARDED = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_FORWARDED",
    "HTTP_X_REAL_IP",
)


# The first 96 bits of an IPv4 address written as IPv6.
IPV4_MAPPED: Final = 0xFFFF


class TrustedProxies:
    """WSGI middleware: sets REMOTE_ADDR, the scheme and the host to the client's own."""

    def __init__(
        self, application: Any, networks: Iterable[Network], *, country_header: str = ""
    ) -> None:
        """``country_header``: a header as WSGI names it that a trusted proxy sets, if any."""
        self.application = application
        self.country_header = country_header
        self._theirs = frozenset({*FORWARDED, country_header} - {""})
        self._ranges = [
            (network.version, int(network.network_address), int(network.broadcast_address))
            for network in networks
        ]
        # Proxies are few; of visitors' addresses none is remembered.
        self._trusts_peer = lru_cache(maxsize=64)(self.trusts)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        if not self._theirs.isdisjoint(environ):
            given = {name: environ.pop(name) for name in self._theirs if name in environ}
            if self._trusts_peer(environ.get("REMOTE_ADDR", "")):
                self.believe(environ, given)
        return self.application(environ, start_response)

    def trusts(self, address: str) -> bool:
        found = number_of(address)
        return found is not None and self._holds(found)

    def _holds(self, found: tuple[int, int]) -> bool:
        version, number = found
        for of_version, first, last in self._ranges:
            if version == of_version and first <= number <= last:
                return True
        return False

    def believe(self, environ: dict[str, Any], given: dict[str, str]) -> None:
        if hops := given.get("HTTP_X_FORWARDED_FOR"):
            self._believe_hops(environ, hops)
        if "HTTP_X_FORWARDED_PROTO" in given:
            scheme = given["HTTP_X_FORWARDED_PROTO"].split(",")[-1].strip()
            if scheme in {"http", "https"}:
                environ["wsgi.url_scheme"] = scheme
        if "HTTP_X_FORWARDED_HOST" in given and (
            host := given["HTTP_X_FORWARDED_HOST"].split(",")[-1].strip()
        ):
            environ["HTTP_HOST"] = host
        if country := given.get(self.country_header):
            environ[self.country_header] = country

    def _believe_hops(self, environ: dict[str, Any], hops: str) -> None:
        """From the right, each proxy added whom it heard; the first stranger is the client."""
        while True:
            hops, _, last = hops.rpartition(",")
            address = last.strip()
            found = number_of(address)
            if found is None:
                return
            environ["REMOTE_ADDR"] = address
            if not hops or not self._holds(found):
                return


def number_of(address: str) -> tuple[int, int] | None:
    """The version and value of an address, IPv4 inside IPv6 as what it is; None if it is none.

    By the system, since this runs for every redirect: `ipaddress` takes ten times as long.
    """
    try:
        if ":" not in address:
            return 4, int.from_bytes(socket.inet_pton(socket.AF_INET, address))
        plain = address.partition("%")[0]
        number = int.from_bytes(socket.inet_pton(socket.AF_INET6, plain))
    except (OSError, ValueError):
        return None
    return (4, number & 0xFFFFFFFF) if number >> 32 == IPV4_MAPPED else (6, number)
