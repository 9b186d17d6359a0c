"""The path of a click: look up, write one line, answer. No middleware, session, ORM or template.

``302`` and never ``301``: browsers keep a permanent redirect and the next clicks vanish.
``Referrer-Policy`` is what browsers do by themselves, said aloud because it decides on the hop
to the target: its statistics learn the site somebody came from, and never the page, also
when the page itself gave away more. A page that gave away nothing is not overruled.
"""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DatabaseError

from vaandel.links.cache import LinkCache, Target
from vaandel.links.kinds import Kind
from vaandel.links.spool import Record, Writer
from vaandel.links.visits import Visit, visit_of

logger = logging.getLogger("vaandel.links")

Environ = dict[str, Any]
StartResponse = Callable[[str, list[tuple[str, str]]], object]
Application = Callable[[Environ, Any], Iterable[bytes]]

PREFIX = "/s/"
CODE = re.compile(r"[0-9a-z]{4,16}")
_HEADERS = [
    ("Content-Length", "0"),
    ("Cache-Control", "private, no-store"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
    ("X-Robots-Tag", "noindex"),
]
_NOT_ALLOWED = [("Allow", "GET, HEAD"), ("Content-Length", "0")]
_UNAVAILABLE = [("Retry-After", "5"), ("Content-Type", "text/plain"), ("Cache-Control", "no-store")]


class ShortLinks:
    """Answers ``/s/<code>`` and hands everything else, also unknown codes, to the application."""

    def __init__(self, application: Application, *, folder: Path) -> None:
        self._application = application
        self._cache = LinkCache()
        self.writer = Writer(folder)
        self._own_hosts = frozenset(
            urlsplit(address).netloc for address in (settings.PUBLIC_URL, settings.LINK_URL)
        )
        self._ended = f"{settings.PUBLIC_URL}/over/"

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        path: str = environ.get("PATH_INFO", "")
        if not path.startswith(PREFIX):
            return self._application(environ, start_response)
        code = path[len(PREFIX) :].lower().removesuffix("/")
        if not CODE.fullmatch(code):
            return self._application(environ, start_response)
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            start_response("405 Method Not Allowed", list(_NOT_ALLOWED))
            return []
        try:
            target = self._cache.target_of(code)
        except DatabaseError:
            logger.exception("A short link could not be looked up.")
            start_response("503 Service Unavailable", list(_UNAVAILABLE))
            return [b"This link cannot be opened right now. Please try again in a minute.\n"]
        if target is None:
            return self._application(environ, start_response)
        self._note(target, visit_of(environ, self._own_hosts))
        location = f"{self._ended}{code}/" if target.ended else target.url
        start_response("302 Found", [("Location", location), *_HEADERS])
        return []

    def _note(self, target: Target, visit: Visit) -> None:
        kind = Kind.ENDED if target.ended and visit.kind is Kind.HUMAN else visit.kind
        self.writer.append(
            Record(
                id=uuid.uuid4(),
                link_id=target.link_id,
                at=time.time_ns() // 1_000_000,
                kind=kind.value,
                referrer_host=visit.referrer_host,
                family=visit.family,
            )
        )


def short_link_app(application: Application) -> ShortLinks:
    """Short links in front of a WSGI application. No table is touched before a request."""
    return ShortLinks(application, folder=Path(settings.SPOOL_DIR))
