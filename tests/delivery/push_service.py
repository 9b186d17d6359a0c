"""Two push services on this machine: a real one that decrypts, and one that answers as told."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.config.conftest import ROOT, free_port
from tests.lib.site import running
from vaandel.delivery.push.services import Address

SCRIPT = Path(__file__).with_name("push_service.cjs")
PATIENCE = 30.0


@dataclass(frozen=True, slots=True)
class RealService:
    """`web-push-testing`: checks the signature of each message, and decrypts it."""

    port: int

    @property
    def host(self) -> str:
        return f"localhost:{self.port}"

    def ask(self, path: str, **values: str) -> dict[str, Any]:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/{path}", urlencode(values).encode(), method="POST"
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            body = answer.read().decode()
        return dict(json.loads(body)["data"]) if body.startswith("{") else {}

    def subscribe(self, key: str) -> Address:
        """As a browser does when somebody allows messages."""
        said = self.ask("subscribe", userVisibleOnly="true", applicationServerKey=key)
        return Address(said["endpoint"], said["keys"]["p256dh"], said["keys"]["auth"])

    def received(self, address: Address) -> list[dict[str, Any]]:
        """What the browser could read, in order."""
        said = self.ask("get-notifications", clientHash=address.endpoint.rpartition("/")[2])
        return [json.loads(message) for message in said["messages"]]

    def expire(self, address: Address) -> None:
        self.ask(f"expire-subscription/{address.endpoint.rpartition('/')[2]}")


@contextmanager
def real_service() -> Iterator[RealService]:
    node = shutil.which("node")
    assert node, "Node is needed, as for building the front end."
    service = RealService(free_port())
    process = subprocess.Popen(
        [node, str(SCRIPT), str(service.port)],
        env={**os.environ, "NODE_PATH": str(ROOT / "node_modules")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                service.ask("status")
                break
            except (urllib.error.URLError, OSError):
                assert process.poll() is None, process.communicate()[0].decode()
                assert time.monotonic() < deadline
                time.sleep(0.05)
        yield service
    finally:
        process.kill()
        process.communicate()


@dataclass(slots=True)
class ToldService:
    """Answers with the next of ``answers`` (status, headers), or 201 when none is left."""

    host: str = ""
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    seconds: float = 0.0
    asked: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    def address(self, name: str = "browser") -> Address:
        """Of a browser with keys of its own."""
        point = ec.generate_private_key(ec.SECP256R1()).public_key()
        raw = point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return Address(
            f"http://{self.host}/{name}",
            base64.urlsafe_b64encode(raw).decode().rstrip("="),
            base64.urlsafe_b64encode(os.urandom(16)).decode().rstrip("="),
        )


@contextmanager
def told_service() -> Iterator[ToldService]:
    service = ToldService()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            service.asked.append((dict(self.headers.items()), body))
            time.sleep(service.seconds)
            status, headers = service.answers.pop(0) if service.answers else (201, {})
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with running(Handler) as host:
        service.host = host
        yield service
