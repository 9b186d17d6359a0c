"""One line per request: enough to find it again, and nothing about a person."""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from logging.config import DictConfigurator

import pytest
from django.test import Client

from vaandel.config.logs import REQUEST_ID, JsonFormatter, Role, TextFormatter, configuration
from vaandel.organizations.models import Member


def line(record: logging.LogRecord) -> dict[str, object]:
    parsed: dict[str, object] = json.loads(JsonFormatter().format(record))
    return parsed


def test_a_request_is_one_line_without_personal_data(
    client: Client, bob: Member, caplog: pytest.LogCaptureFixture
) -> None:
    client.force_login(bob.user)
    with caplog.at_level(logging.DEBUG):
        client.get("/o/acme/?q=bob@acme.example", REMOTE_ADDR="198.51.100.7")

    lines = [line(record) for record in caplog.records if record.name == "vaandel.request"]
    assert len(lines) == 1
    assert lines[0]["method"] == "GET"
    assert isinstance(lines[0]["ms"], float)
    assert set(lines[0]) <= {
        "time", "level", "process", "logger", "event", "request", "method", "route", "status", "ms",
    }  # fmt: skip
    text = json.dumps(lines)
    assert [word for word in ("bob", "Bob", "198.51", "acme", "?") if word in text] == []


def test_the_route_is_named_not_the_path(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        client.get("/media/topics/secret-name.png")

    assert line(caplog.records[-1])["route"] == "picture"


def test_a_request_id_of_the_proxy_is_kept(client: Client) -> None:
    response = client.get("/healthz", headers={"x-request-id": "proxy-12345"})

    assert response.headers["X-Request-ID"] == "proxy-12345"


@pytest.mark.parametrize("forged", ["short", "with space and more", "a" * 65, 'quote"-12345'])
def test_an_odd_request_id_is_replaced(client: Client, forged: str) -> None:
    response = client.get("/healthz", headers={"x-request-id": forged})

    assert response.headers["X-Request-ID"] != forged
    assert len(response.headers["X-Request-ID"]) == 16


def test_lines_during_a_request_carry_its_id() -> None:
    token = REQUEST_ID.set("abc12345")
    try:
        record = logging.makeLogRecord({"msg": "hello"})
        assert line(record)["request"] == "abc12345"
    finally:
        REQUEST_ID.reset(token)


def test_mail_addresses_are_struck_out() -> None:
    record = logging.makeLogRecord({"msg": "Key (email)=(%s) exists", "args": ("a.b@c.example",)})

    assert line(record)["event"] == "Key (email)=([address]) exists"


@pytest.mark.parametrize("room", ["p", "m", "a", "join", "unsubscribe"])
def test_personal_links_are_struck_out(room: str) -> None:
    record = logging.LogRecord(
        "django.request", logging.ERROR, "", 0, "%s: %s",
        ("Internal Server Error", f"/{room}/12~Abc-_9:xyz/open/"), None,
    )  # fmt: skip

    assert line(record)["event"] == f"Internal Server Error: /{room}/[link]/open/"


def test_mail_addresses_are_struck_out_of_tracebacks() -> None:
    try:
        int("anna@acme.example")
    except ValueError:
        record = logging.makeLogRecord({"msg": "failed", "exc_info": sys.exc_info()})

    error = str(line(record)["error"])
    assert error.endswith("with base 10: '[address]'")


def test_text_is_for_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Role, "name", "worker")
    record = logging.makeLogRecord({"msg": "handled", "levelname": "INFO", "count": 3})

    assert TextFormatter("UTC").format(record)[9:] == "worker  info    handled  count=3"


@pytest.fixture(params=["UTC", "Pacific/Auckland"])
def zone_of_the_machine(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setenv("TZ", request.param)
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("zone_of_the_machine")
@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("text", "13:30:01 vaandel info    started"),
        ("json", '"time": "2026-11-22T12:30:01.000+00:'),
    ],
)
def test_one_clock_for_all_lines_wherever_the_machine_is(
    monkeypatch: pytest.MonkeyPatch, form: str, expected: str
) -> None:
    monkeypatch.setattr(Role, "name", "vaandel")
    record = logging.makeLogRecord({"msg": "started", "levelname": "INFO"})
    record.created = datetime(2026, 11, 22, 12, 30, 1, tzinfo=UTC).timestamp()
    chosen = configuration(form, "INFO", time_zone="Europe/Amsterdam")["formatters"]

    formatter = DictConfigurator({"version": 1}).configure_formatter(chosen["line"])

    assert expected in formatter.format(record)


@pytest.mark.parametrize(
    ("form", "formatter"), [("json", "JsonFormatter"), ("text", "TextFormatter")]
)
def test_the_form_can_be_chosen(form: str, formatter: str) -> None:
    chosen = configuration(form, "INFO", time_zone="UTC")["formatters"]["line"]["()"]

    assert chosen == f"vaandel.config.logs.{formatter}"


def test_off_a_terminal_lines_are_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: False, raising=False)

    assert configuration("auto", "INFO", time_zone="UTC")["formatters"]["line"] == {
        "()": "vaandel.config.logs.JsonFormatter"
    }
