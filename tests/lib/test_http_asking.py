"""Any method, any status: what the adapters of networks ask, and what may have arrived."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from vaandel.lib.http import FetchFailed, Reason, ask


class _Echo(BaseHTTPRequestHandler):
    def _answer(self) -> None:
        if self.path == "/silent":
            self.close_connection = True
            return
        length = int(self.headers.get("Content-Length", 0))
        body = f"{self.command} {self.rfile.read(length).decode()}".encode()
        self.send_response(418 if self.command == "GET" else 201)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Restli-Id", "urn:li:share:7")
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _answer  # noqa: N815 - the library's names

    def log_message(self, *_args: object) -> None:
        """Quiet."""


@pytest.fixture
def echo(settings: Any) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Echo)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    host = f"127.0.0.1:{server.server_address[1]}"
    settings.FETCH_ALLOWED_HOSTS = [host]
    yield f"http://{host}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_each_method_carries_its_content(echo: str, method: str) -> None:
    answer = ask(method, f"{echo}/x", content=b"words")

    assert (answer.status, answer.body) == (201, f"{method} words".encode())
    assert answer.headers["x-restli-id"] == "urn:li:share:7"


def test_a_refusal_is_an_answer_with_its_body(echo: str) -> None:
    answer = ask("GET", f"{echo}/x")

    assert (answer.status, answer.body) == (418, b"GET ")


def test_no_connection_means_that_nothing_arrived(settings: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        host = f"127.0.0.1:{taken.getsockname()[1]}"
    settings.FETCH_ALLOWED_HOSTS = [host]

    with pytest.raises(FetchFailed) as refused:
        ask("POST", f"http://{host}/x", content=b"words")

    assert (refused.value.reason, refused.value.may_have_arrived) == (Reason.REFUSED, False)


def test_an_answer_that_is_lost_may_have_been_preceded_by_the_deed(echo: str) -> None:
    with pytest.raises(FetchFailed) as lost:
        ask("POST", f"{echo}/silent", content=b"words")

    assert (lost.value.reason, lost.value.may_have_arrived) == (Reason.BROKEN, True)


def test_a_machine_of_ones_own_network_is_not_asked() -> None:
    with pytest.raises(FetchFailed) as refused:
        ask("GET", "https://127.0.0.1/")

    assert refused.value.reason == Reason.PRIVATE_ADDRESS
