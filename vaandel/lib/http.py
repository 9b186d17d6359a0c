"""The guarded client: asks addresses that people type, of public websites only.

A server that fetches what somebody types can be made to ask machines that only it can
reach. So every address a name stands for must be public, the connection goes to the address
that was checked (a second look-up could say something else), each redirect is checked again,
only the usual ports are used, and size and time are limited, also after decompression.
"""

from __future__ import annotations

import os
import queue
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Final

import httpcore
import httpx
from django.conf import settings

from vaandel.lib.addresses import is_public
from vaandel.lib.compression import Damaged, TooLarge, decompressed
from vaandel.lib.connections import CheckedAddresses

MAX_REDIRECTS: Final = 5
MAX_BYTES: Final = 5 * 1024 * 1024
# Of an answer to something that we sent.
MAX_SAID: Final = 2000
SECONDS: Final = 10.0
MAX_ADDRESS: Final = 2000
PORTS: Final = {"http": 80, "https": 443}
REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
NOT_MODIFIED: Final = 304
NOT_FOUND: Final = 404
GONE: Final = 410
# Asked too often is a refusal too.
FORBIDDEN: Final = frozenset({401, 402, 403, 407, 429, 451})

_ODD_HOST: Final = re.compile(r"[\s%]")

Resolve = Callable[[str, int], list[str]]


class Reason(StrEnum):
    """Why something could not be fetched. Texts for people are made where it is shown."""

    NOT_A_URL = "not_a_url"
    PRIVATE_ADDRESS = "private_address"
    PORT = "port"
    DNS = "dns"
    TIMEOUT = "timeout"
    REFUSED = "refused"
    TLS = "tls"
    BROKEN = "broken"
    TOO_LARGE = "too_large"
    TOO_MANY_REDIRECTS = "too_many_redirects"
    STATUS = "status"
    CONTENT_TYPE = "content_type"


class FetchFailed(Exception):
    """The only thing `get`, `post` and `ask` raise. `status` is set for `Reason.STATUS`.

    ``may_have_arrived``: the request was on its way when it failed, so that the other side
    may have done what was asked. False when no connection was made.
    """

    def __init__(
        self,
        reason: Reason,
        detail: str = "",
        *,
        status: int = 0,
        headers: Mapping[str, str] | None = None,
        may_have_arrived: bool = False,
    ) -> None:
        super().__init__(f"{reason}: {detail}" if detail else str(reason))
        self.reason = reason
        self.detail = detail
        self.status = status
        self.headers = headers or {}
        self.may_have_arrived = may_have_arrived


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer. Names of headers are in lower case; `body` is decompressed.

    `moved_for_good` is where permanent redirects led before any other kind came.
    """

    url: str
    final_url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    content_type: str
    moved_for_good: str = ""


def get(
    url: str,
    *,
    accept: Collection[str] = (),
    max_bytes: int = MAX_BYTES,
    timeout: float = SECONDS,
    headers: Mapping[str, str] | None = None,
    cut: bool = False,
) -> Fetched:
    """Fetch a public address; raises ``FetchFailed``.

    ``accept``: media types that are welcome (all when empty); ``timeout``: seconds for
    everything together; ``cut``: a body over ``max_bytes`` is cut off instead of refused.
    """
    client = Client(allowed=frozenset(settings.FETCH_ALLOWED_HOSTS))
    wanted = Wanted(frozenset(accept), max_bytes, dict(headers or {}), cut)
    return client.fetch(url, wanted, seconds=timeout)


@dataclass(frozen=True, slots=True)
class Answered:
    """What was said to something that we sent, whatever the status. Like `Fetched` else."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def post(
    url: str,
    content: bytes,
    *,
    headers: Mapping[str, str],
    max_bytes: int = MAX_SAID,
    timeout: float = SECONDS,
) -> Answered:
    """Send something to a public address; raises ``FetchFailed`` when no answer came.

    Over https only, except to the machines of VAANDEL_FETCH_ALLOWED_HOSTS. A redirect is an
    answer: what was sent goes nowhere else. Of the body at most ``max_bytes`` are kept.
    """
    return ask("POST", url, content=content, headers=headers, max_bytes=max_bytes, timeout=timeout)


def ask(
    method: str,
    url: str,
    *,
    content: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    max_bytes: int = MAX_BYTES,
    timeout: float = SECONDS,
) -> Answered:
    """Ask the interface of a public service; raises ``FetchFailed`` when no answer came.

    As ``post``, with any method. Every status is an answer. A body of more than ``max_bytes``
    is cut off there.
    """
    client = Client(allowed=frozenset(settings.FETCH_ALLOWED_HOSTS))
    wanted = Wanted(
        max_bytes=max_bytes, headers=dict(headers or {}), cut=True, content=content, method=method
    )
    return client.send(url, wanted, seconds=timeout)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for. With a ``method`` every answer is kept whole, and none is followed."""

    accept: frozenset[str] = frozenset()
    max_bytes: int = MAX_BYTES
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False
    content: bytes | None = None
    method: str = ""

    def request_headers(self) -> dict[str, str]:
        accept = ", ".join([*sorted(self.accept), "*/*;q=0.1"]) if self.accept else "*/*"
        purpose = "messages" if self.method else "link previews and feeds"
        return {
            "User-Agent": f"Vaandel/1 ({purpose}; +{settings.PUBLIC_URL})",
            "Accept": accept,
            "Accept-Encoding": "gzip, deflate",
            **self.headers,
        }


def system_resolve(host: str, port: int) -> list[str]:
    """All addresses of a name, as the system says."""
    rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(row[4][0]) for row in rows))


@dataclass(frozen=True, slots=True)
class Client:
    """`allowed` holds `host:port` of machines that may be asked though they are not public."""

    allowed: frozenset[str] = frozenset()
    resolve: Resolve = system_resolve

    def fetch(self, url: str, wanted: Wanted, *, seconds: float = SECONDS) -> Fetched:
        """Ask for an address and follow its redirects; raises ``FetchFailed``."""
        deadline = time.monotonic() + seconds
        at = checked_url(url)
        permanent, moved = True, ""
        for _ in range(MAX_REDIRECTS + 1):
            answer = self._ask(at, wanted, deadline)
            if not answer.next_url:
                return self._fetched(url, at, answer, moved)
            at = checked_url(answer.next_url)
            permanent = permanent and answer.status in {301, 308}
            moved = str(at) if permanent else moved
        raise FetchFailed(Reason.TOO_MANY_REDIRECTS)

    def send(self, url: str, wanted: Wanted, *, seconds: float = SECONDS) -> Answered:
        """Ask with ``wanted.method``, and follow nothing; raises ``FetchFailed``."""
        at = checked_url(url)
        exempt = f"{at.host}:{at.port or PORTS[at.scheme]}" in self.allowed
        if at.scheme != "https" and not exempt:
            raise FetchFailed(Reason.NOT_A_URL, "not https")
        answer = self._ask(at, wanted, time.monotonic() + seconds)
        return Answered(answer.status, answer.headers, answer.body)

    def addresses(self, host: str, port: int, *, seconds: float = SECONDS) -> list[str]:
        """What a name stands for, public or not; raises ``FetchFailed``."""
        return self._addresses(host, port, time.monotonic() + seconds)

    def _fetched(self, url: str, at: httpx.URL, answer: _Answer, moved: str) -> Fetched:
        if answer.status != NOT_MODIFIED and not 200 <= answer.status < 300:
            raise FetchFailed(
                Reason.STATUS, str(answer.status), status=answer.status, headers=answer.headers
            )
        return Fetched(
            url=url,
            final_url=str(at),
            status=answer.status,
            headers=answer.headers,
            body=answer.body,
            content_type=media_type(answer.headers),
            moved_for_good=moved,
        )

    def _ask(self, url: httpx.URL, wanted: Wanted, deadline: float) -> _Answer:
        """One request, without following anything."""
        port = url.port or PORTS[url.scheme]
        exempt = f"{url.host}:{port}" in self.allowed
        if not exempt and port not in PORTS.values():
            raise FetchFailed(Reason.PORT, str(port))
        addresses = self._addresses(url.host, port, deadline)
        if not exempt and not all(is_public(address) for address in addresses):
            raise FetchFailed(Reason.PRIVATE_ADDRESS, url.host)
        try:
            with httpcore.ConnectionPool(
                ssl_context=_ssl_context(),
                network_backend=CheckedAddresses(addresses, deadline),
                retries=0,
            ) as pool:
                return _exchange(pool, url, wanted)
        except httpcore.ConnectTimeout as error:
            raise FetchFailed(Reason.TIMEOUT) from error
        except (httpcore.TimeoutException, TimeoutError) as error:
            raise FetchFailed(Reason.TIMEOUT, may_have_arrived=True) from error
        except ssl.SSLError as error:
            raise FetchFailed(Reason.TLS, str(error.reason or "")) from error
        except httpcore.ConnectError as error:
            reason = Reason.TLS if isinstance(error.__context__, ssl.SSLError) else Reason.REFUSED
            raise FetchFailed(reason, str(error)) from error
        except (httpcore.ProtocolError, httpcore.NetworkError, Damaged, OSError) as error:
            raise FetchFailed(Reason.BROKEN, str(error)[:200], may_have_arrived=True) from error
        except TooLarge as error:
            raise FetchFailed(Reason.TOO_LARGE, may_have_arrived=True) from error

    def _addresses(self, host: str, port: int, deadline: float) -> list[str]:
        """All addresses of the host. A look-up knows no time limit: it is left when late."""
        box: queue.SimpleQueue[list[str] | OSError] = queue.SimpleQueue()

        def look_up() -> None:
            try:
                box.put(self.resolve(host.strip("[]"), port))
            except (OSError, UnicodeError) as error:
                box.put(error if isinstance(error, OSError) else OSError(str(error)))

        threading.Thread(target=look_up, daemon=True).start()
        try:
            found = box.get(timeout=max(0.0, deadline - time.monotonic()))
        except queue.Empty as error:
            raise FetchFailed(Reason.TIMEOUT) from error
        if isinstance(found, OSError) or not found:
            raise FetchFailed(Reason.DNS, host)
        return found


def checked_url(url: str) -> httpx.URL:
    """The parsed address without its fragment; raises ``FetchFailed`` unless plain http(s)."""
    text = url.strip()
    try:
        parsed = httpx.URL(text).copy_with(fragment=None)
        good = parsed.scheme in PORTS and parsed.host and len(text) <= MAX_ADDRESS
        good = good and 0 < (parsed.port or 1) < 65536
    except (httpx.InvalidURL, ValueError, UnicodeError) as error:
        raise FetchFailed(Reason.NOT_A_URL) from error
    # A name and password in an address make one site look like another.
    if not good or parsed.userinfo or "\\" in text or _ODD_HOST.search(parsed.host):
        raise FetchFailed(Reason.NOT_A_URL)
    return parsed


def media_type(headers: Mapping[str, str]) -> str:
    return headers.get("content-type", "").partition(";")[0].strip().lower()


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: dict[str, str]
    body: bytes = b""
    next_url: str = ""


def _exchange(pool: httpcore.ConnectionPool, url: httpx.URL, wanted: Wanted) -> _Answer:
    method = wanted.method or "GET"
    request_headers = list(wanted.request_headers().items())
    if wanted.content is not None:
        request_headers.append(("Content-Length", str(len(wanted.content))))
    with pool.stream(method, str(url), headers=request_headers, content=wanted.content) as response:
        headers = {
            name.decode("ascii", "replace").lower(): value.decode("latin-1")
            for name, value in response.headers
        }
        if wanted.method:
            body = _body(response.iter_stream(), headers, wanted)
            return _Answer(response.status, headers, body)
        if response.status in REDIRECTS and "location" in headers:
            return _Answer(response.status, headers, next_url=_joined(url, headers["location"]))
        if response.status == NOT_MODIFIED or not 200 <= response.status < 300:
            return _Answer(response.status, headers)
        kind = media_type(headers)
        if wanted.accept and kind and kind not in wanted.accept:
            raise FetchFailed(Reason.CONTENT_TYPE, kind[:100])
        return _Answer(response.status, headers, _body(response.iter_stream(), headers, wanted))


def _joined(url: httpx.URL, location: str) -> str:
    try:
        return str(url.join(location.strip()))
    except (httpx.InvalidURL, ValueError, UnicodeError) as error:
        raise FetchFailed(Reason.NOT_A_URL) from error


def _body(stream: Iterable[bytes], headers: Mapping[str, str], wanted: Wanted) -> bytes:
    announced = headers.get("content-length", "")
    if announced.isdigit() and int(announced) > wanted.max_bytes and not wanted.cut:
        raise TooLarge
    chunks: Iterator[bytes] = decompressed(stream, headers.get("content-encoding", ""))
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) > wanted.max_bytes:
            if wanted.cut:
                return bytes(body[: wanted.max_bytes])
            raise TooLarge
    return bytes(body)


def _ssl_context() -> ssl.SSLContext:
    trusted = [os.environ.get(name, "") for name in ("SSL_CERT_FILE", "SSL_CERT_DIR")]
    return _ssl_context_with(*trusted)


@cache
def _ssl_context_with(_file: str, _folder: str) -> ssl.SSLContext:
    """Made once for what the environment trusts: reading the list takes 20 ms."""
    context = httpx.create_ssl_context(trust_env=True)
    context.set_alpn_protocols(["http/1.1"])
    return context
