"""Somebody who follows short links, seen from the server."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from vaandel.links.redirect import ShortLinks, short_link_app

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/142.0.0.0 Safari/537.36"
)


class Visitor:
    """Asks the callable for addresses as a server would."""

    def __init__(self) -> None:
        self.app = self.started()
        self.status = ""
        self.headers: dict[str, str] = {}

    def started(self) -> ShortLinks:
        return short_link_app(self.django)

    def django(self, _environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [])
        return [b"Django"]

    def asks(self, path: str, *, method: str = "GET", **headers: str) -> bytes:
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "HTTP_USER_AGENT": CHROME,
            "HTTP_ACCEPT_LANGUAGE": "nl",
        }

        def start_response(status: str, given: list[tuple[str, str]]) -> None:
            self.status, self.headers = status, dict(given)

        return b"".join(self.app({**environ, **headers}, start_response))
