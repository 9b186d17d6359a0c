"""The least that can be answered: a 302 with the headers of ours, and nothing looked up or noted.

Served by the same server with the same settings, so that the difference is what recording costs.
"""

from __future__ import annotations

import sys
from typing import Any

from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import Server

from vaandel.config.commands import web

_HEADERS = [
    (
        "Location",
        "https://news.example.org/stories/2026/11/what-we-learnt-in-the-night-shift-000000",
    ),
    ("Content-Length", "0"),
    ("Cache-Control", "private, no-store"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
    ("X-Robots-Tag", "noindex"),
]


def application(_environ: dict[str, Any], start_response: Any) -> list[bytes]:
    start_response("302 Found", list(_HEADERS))
    return []


def load_application() -> Any:
    """Called once in each worker process."""
    sys.setswitchinterval(web.SWITCH_SECONDS)
    return application


def main(port: int, workers: int, threads: int) -> None:
    server = Server(
        "benchmarks.links.bare:application",
        address="127.0.0.1",
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        backlog=web.BACKLOG,
        http1_settings=HTTP1Settings(header_read_timeout=15_000),
        respawn_failed_workers=True,
        log_level=LogLevels.error,
    )
    server.serve(target_loader=load_application, wrap_loader=False)


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:4]))
