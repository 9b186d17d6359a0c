"""Headers that every answer has, and the limit on what is read."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from vaandel.config.middleware import CONTENT_SECURITY_POLICY
from vaandel.organizations.models import Member

PAGES = ["/", "/accounts/login/", "/o/acme/", "/no-such-page", "/media/none.png", "/healthz"]


@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_the_strict_policy(client: Client, alice: Member, path: str) -> None:
    client.force_login(alice.user)
    response = client.get(path)

    assert response.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert "clipboard-write=(self)" in response.headers["Permissions-Policy"]
    # Its default is the page itself, and Chromium complains about the name on every page.
    assert "web-share" not in response.headers["Permissions-Policy"]


def test_the_policy_allows_nothing_inline() -> None:
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert "data:" not in CONTENT_SECURITY_POLICY
    assert "frame-ancestors 'none'" in CONTENT_SECURITY_POLICY
    assert "form-action 'self'" in CONTENT_SECURITY_POLICY


@pytest.mark.django_db
def test_https_is_kept_when_the_address_is_https(client: Client, settings: Any) -> None:
    settings.SECURE_HSTS_SECONDS = 31536000

    assert "Strict-Transport-Security" not in client.get("/").headers
    assert client.get("/", secure=True).headers["Strict-Transport-Security"] == "max-age=31536000"


@pytest.mark.django_db
def test_a_request_that_is_too_large_is_refused_with_a_page(client: Client, settings: Any) -> None:
    settings.MAX_REQUEST_BYTES = 1000

    response = client.post("/accounts/login/", {"login": "x" * 1000})

    assert response.status_code == 413
    assert "413.html" in [template.name for template in response.templates]
    assert response.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY


@pytest.mark.django_db
def test_a_request_of_the_largest_size_is_read(client: Client, settings: Any) -> None:
    settings.MAX_REQUEST_BYTES = 1000

    assert client.post("/accounts/login/", "x" * 1000, content_type="text/plain").status_code != 413


@pytest.mark.parametrize("length", ["-5", "many"])
def test_a_length_that_is_no_number_is_refused(client: Client, length: str) -> None:
    assert client.get("/", CONTENT_LENGTH=length).status_code == 400
