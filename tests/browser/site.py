"""A small news site on this machine: an article as real ones are, with a picture."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from PIL import Image, ImageDraw

TITLE = "Harbour heat warms two thousand homes"
SUMMARY = "Waste heat from the harbour now reaches the first two thousand homes in the west."
PATH = "/news/2026/harbour-heat"


class Pages(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path == PATH:
            self.answer("text/html; charset=utf-8", article(self.headers["Host"]).encode())
        elif path == "/pictures/harbour.jpg":
            self.answer("image/jpeg", photo())
        else:
            self.send_error(404)

    def answer(self, kind: str, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
        """Say nothing."""


def article(host: str) -> str:
    data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": TITLE,
        "image": [f"http://{host}/pictures/harbour.jpg"],
        "datePublished": "2026-09-14T08:30:00+02:00",
        "author": {"@type": "Person", "name": "Ilse Brandt"},
        "publisher": {"@type": "Organization", "name": "The Harbour Post"},
    }
    return f"""<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <title>{TITLE} | The Harbour Post</title>
  <meta name="description" content="Short for search engines.">
  <link rel="canonical" href="http://{host}{PATH}">
  <meta property="og:type" content="article">
  <meta property="og:site_name" content="The Harbour Post">
  <meta property="og:title" content="{TITLE}">
  <meta property="og:description" content="{SUMMARY}">
  <meta property="og:image" content="/pictures/harbour.jpg">
  <meta property="og:image:alt" content="A pipe along a quay">
  <meta property="og:url" content="http://{host}{PATH}">
  <script type="application/ld+json">{json.dumps(data)}</script>
  <script>window.tracker = window.tracker || [];</script>
</head>
<body>
  <header><nav><a href="/">The Harbour Post</a></nav></header>
  <main><article><h1>{TITLE}</h1><p>{SUMMARY}</p>
  <p>The pipe is four kilometres long.</p></article></main>
  <footer>© The Harbour Post</footer>
</body>
</html>"""


def photo() -> bytes:
    """A quay at dusk, more or less."""
    picture = Image.new("RGB", (1200, 630), (38, 70, 102))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 400, 1200, 630), fill=(70, 66, 60))
    draw.rectangle((0, 340, 1200, 380), fill=(196, 120, 60))
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=80)
    return stream.getvalue()


@contextmanager
def news_site() -> Iterator[str]:
    """Serve the site on a free port; gives its ``host:port``."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Pages) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
