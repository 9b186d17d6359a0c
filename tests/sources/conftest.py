"""A website on this machine that the guarded client is allowed to ask."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.core.cache import cache
from PIL import Image


@dataclass
class Page:
    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


class Site:
    """Pages by path. `asked` holds the path and the headers of every request."""

    def __init__(self, host: str) -> None:
        self.url = f"http://{host}"
        self.pages: dict[str, Page] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []

    def shows(
        self,
        path: str,
        body: str | bytes = b"",
        *,
        kind: str = "",
        status: int = 200,
        **headers: str,
    ) -> str:
        """Put a page there; returns its address."""
        content = body.encode() if isinstance(body, str) else body
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.pages[path] = Page(
            content, status, {**({"Content-Type": kind} if kind else {}), **named}
        )
        return f"{self.url}{path}"


class Handler(BaseHTTPRequestHandler):
    site: Site

    def do_GET(self) -> None:
        self.site.asked.append((self.path, dict(self.headers)))
        page = self.site.pages.get(self.path, Page(status=404))
        etag = page.headers.get("ETag")
        if etag and self.headers["If-None-Match"] == etag:
            page = Page(status=304)
        self.send_response(page.status)
        for name, value in page.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(page.body)))
        self.end_headers()
        self.wfile.write(page.body)

    def log_message(self, *_: Any) -> None:
        pass


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (640, 360), "#0b5a63").save(out, "JPEG")
    return out.getvalue()


def page(head: str, body: str = "", attributes: str = "") -> str:
    return f"<!DOCTYPE html><html {attributes}><head>{head}</head><body>{body}</body></html>"


@pytest.fixture(autouse=True)
def nothing_counted_yet() -> None:
    """The limits on fetching are counted in the cache of this process."""
    cache.clear()


@pytest.fixture
def site(settings: Any) -> Iterator[Site]:
    handler = type("OneSite", (Handler,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    handler.site = Site(f"127.0.0.1:{server.server_port}")  # type: ignore[attr-defined]
    settings.FETCH_ALLOWED_HOSTS = [f"127.0.0.1:{server.server_port}"]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield handler.site  # type: ignore[attr-defined]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
