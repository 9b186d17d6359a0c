"""The examples that owners copy really do what they say."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.test import Client

from tests.factories import ConversionEndpointFactory
from vaandel.links.examples import examples, receiving_url
from vaandel.links.models import Conversion, ConversionEndpoint, Goal
from vaandel.organizations.models import Organization


@pytest.fixture
def endpoint(acme: Organization) -> ConversionEndpoint:
    return ConversionEndpointFactory.create(organization=acme)


class Listener(HTTPServer):
    """Keeps what it was sent, and answers with nothing."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.body = b""
        self.headers: dict[str, str] = {}


class Handler(BaseHTTPRequestHandler):
    server: Listener

    def do_POST(self) -> None:
        self.server.body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.headers = {name.lower(): value for name, value in self.headers.items()}
        self.send_response(201)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is Python's
        """Say nothing."""


def test_the_address_is_the_public_one(endpoint: ConversionEndpoint, settings: Any) -> None:
    settings.PUBLIC_URL = "https://vaandel.example"

    assert receiving_url(endpoint) == f"https://vaandel.example/c/{endpoint.token}"
    assert all(receiving_url(endpoint) in example.code for example in examples(endpoint))


def test_the_secret_is_in_none_of_them(endpoint: ConversionEndpoint) -> None:
    assert not any(endpoint.secret in example.code for example in examples(endpoint))


def test_the_python_example_is_signed_right(endpoint: ConversionEndpoint) -> None:
    listener = Listener()
    thread = threading.Thread(target=listener.handle_request)
    thread.start()
    code = next(example.code for example in examples(endpoint) if example.key == "python")
    there = f"http://127.0.0.1:{listener.server_port}/"

    subprocess.run(
        [sys.executable, "-c", code.replace(receiving_url(endpoint), there)],
        env={**os.environ, "VAANDEL_SECRET": endpoint.secret},
        check=True,
        timeout=30,
        stdout=subprocess.DEVNULL,
    )
    thread.join()
    listener.server_close()

    response = Client().post(
        f"/c/{endpoint.token}",
        listener.body,
        content_type=listener.headers["content-type"],
        headers={
            name: value for name, value in listener.headers.items() if name.startswith("webhook-")
        },
    )
    assert response.status_code == 201
    assert Conversion.objects.get().goal == Goal.APPLICATION
