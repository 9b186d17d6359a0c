"""Forwarded headers count from trusted proxies only."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Any

import pytest

from vaandel.config.proxies import FORWARDED, TrustedProxies

TRUSTED = [ip_network("10.0.0.0/8"), ip_network("fd00::/8")]


def seen(**environ: str) -> dict[str, Any]:
    """What the application gets to see."""
    result: dict[str, Any] = {}

    def application(inner: dict[str, Any], start_response: Any) -> list[bytes]:
        result.update(inner)
        return []

    given = {"REMOTE_ADDR": "10.0.0.1", "wsgi.url_scheme": "http", "HTTP_HOST": "inside:8000"}
    TrustedProxies(application, TRUSTED)({**given, **environ}, None)
    assert [name for name in FORWARDED if name in result] == []
    return result


def test_a_trusted_proxy_is_believed() -> None:
    environ = seen(
        HTTP_X_FORWARDED_FOR="203.0.113.9",
        HTTP_X_FORWARDED_PROTO="https",
        HTTP_X_FORWARDED_HOST="vaandel.example",
    )

    assert environ["REMOTE_ADDR"] == "203.0.113.9"
    assert environ["wsgi.url_scheme"] == "https"
    assert environ["HTTP_HOST"] == "vaandel.example"


def test_a_stranger_is_not_believed() -> None:
    environ = seen(
        REMOTE_ADDR="203.0.113.66",
        HTTP_X_FORWARDED_FOR="127.0.0.1",
        HTTP_X_FORWARDED_PROTO="https",
        HTTP_X_FORWARDED_HOST="vaandel.example",
    )

    assert environ["REMOTE_ADDR"] == "203.0.113.66"
    assert environ["wsgi.url_scheme"] == "http"
    assert environ["HTTP_HOST"] == "inside:8000"


@pytest.mark.parametrize(
    ("chain", "client"),
    [
        # What the client claims stands left of what our proxies saw.
        ("127.0.0.1, 203.0.113.9", "203.0.113.9"),
        ("203.0.113.9, 10.0.0.2", "203.0.113.9"),
        ("10.0.0.3, 10.0.0.2", "10.0.0.3"),
        ("unknown, 10.0.0.2", "10.0.0.2"),
        ("unknown", "10.0.0.1"),
        ("", "10.0.0.1"),
        ("2001:db8::7", "2001:db8::7"),
    ],
)
def test_the_client_is_the_first_that_is_not_ours(chain: str, client: str) -> None:
    assert seen(HTTP_X_FORWARDED_FOR=chain)["REMOTE_ADDR"] == client


def test_a_mapped_address_is_the_same_proxy() -> None:
    environ = seen(REMOTE_ADDR="::ffff:10.0.0.1", HTTP_X_FORWARDED_FOR="203.0.113.9")

    assert environ["REMOTE_ADDR"] == "203.0.113.9"


def test_an_odd_scheme_is_ignored() -> None:
    assert seen(HTTP_X_FORWARDED_PROTO="gopher")["wsgi.url_scheme"] == "http"


def test_an_unnamed_peer_is_not_trusted() -> None:
    assert seen(REMOTE_ADDR="", HTTP_X_FORWARDED_FOR="203.0.113.9")["REMOTE_ADDR"] == ""


@pytest.mark.parametrize(
    ("peer", "country"), [("10.0.0.1", "NL"), ("203.0.113.66", None), ("", None)]
)
def test_a_country_is_believed_from_a_trusted_proxy_only(peer: str, country: str | None) -> None:
    result: dict[str, Any] = {}

    def application(inner: dict[str, Any], start_response: Any) -> list[bytes]:
        result.update(inner)
        return []

    proxies = TrustedProxies(application, TRUSTED, country_header="HTTP_CF_IPCOUNTRY")
    proxies({"REMOTE_ADDR": peer, "HTTP_CF_IPCOUNTRY": "NL", "HTTP_X_COUNTRY": "BE"}, None)

    assert result.get("HTTP_CF_IPCOUNTRY") == country
