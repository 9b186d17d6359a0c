"""A server that can only ask for an address reports conversions with a signed query."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64decode
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from tests.factories import ConversionEndpointFactory
from vaandel.links.incoming.signing import query_signature, query_text
from vaandel.links.models import Conversion, ConversionEndpoint, Goal
from vaandel.organizations.models import Organization

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
STAMP = str(int(NOW.timestamp()))
MINIMAL = {"goal": "lead", "id": "L 1", "ts": STAMP}


@pytest.fixture(autouse=True)
def at_half_past_nine() -> Any:
    cache.clear()
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def endpoint(acme: Organization) -> ConversionEndpoint:
    return ConversionEndpointFactory.create(organization=acme)


def get(endpoint: ConversionEndpoint, query: dict[str, str], **headers: str) -> Any:
    signed = query | {"sig": query_signature(secret=endpoint.secret, query=query)}
    return Client().get(f"/c/{endpoint.token}", signed, headers=headers)


def test_a_conversion_is_stored_and_nothing_is_answered(endpoint: ConversionEndpoint) -> None:
    response = get(
        endpoint,
        MINIMAL
        | {
            "goal": "SALE",
            "value": "12.50",
            "currency": "EUR",
            "click": "ref-1",
            "assists": "one,two",
            "happened_at": "2026-11-23T10:00:00+01:00",
        },
    )

    assert response.status_code == 204
    assert response.content == b""
    assert response.cookies == {}
    conversion = Conversion.objects.get()
    assert (conversion.goal, conversion.external_id) == (Goal.SALE, "L 1")
    assert (conversion.value, conversion.currency) == (Decimal("12.50"), "EUR")
    assert conversion.happened_at == datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    assert conversion.reference == "ref-1"
    assert conversion.assists.count() == 2


def test_the_same_again_answers_the_same(endpoint: ConversionEndpoint) -> None:
    assert get(endpoint, MINIMAL).status_code == 204
    assert get(endpoint, MINIMAL).status_code == 204
    assert Conversion.objects.count() == 1


def test_what_is_signed_is_the_sorted_query(endpoint: ConversionEndpoint) -> None:
    query = {"ts": "1", "id": "é 1&2", "goal": "lead", "sig": "left out"}

    assert query_text(query) == "goal=lead&id=%C3%A9%201%262&ts=1"
    key = b64decode(endpoint.secret.removeprefix("whsec_"))
    expected = hmac.new(key, b"goal=lead&id=%C3%A9%201%262&ts=1", hashlib.sha256).hexdigest()
    assert query_signature(secret=endpoint.secret, query=query) == expected


def test_the_signature_may_be_in_capitals(endpoint: ConversionEndpoint) -> None:
    signature = query_signature(secret=endpoint.secret, query=MINIMAL).upper()

    response = Client().get(f"/c/{endpoint.token}", MINIMAL | {"sig": signature})

    assert response.status_code == 204


@pytest.mark.parametrize("name", ["Sec-Fetch-Mode", "Sec-Fetch-Dest", "Sec-Fetch-Site"])
def test_a_browser_is_told_why_not(endpoint: ConversionEndpoint, name: str) -> None:
    response = get(endpoint, MINIMAL, **{name: "no-cors"})

    assert response.status_code == 403
    assert "from your server" in response.json()["detail"]
    assert not Conversion.objects.exists()


@pytest.mark.parametrize(
    "changed",
    [
        {"sig": ""},
        {"sig": "0" * 64},
        {"sig": "é"},
        {"goal": "hire"},
        {"value": "1"},
        {"ts": "0"},
    ],
)
def test_what_is_not_signed_is_refused(
    endpoint: ConversionEndpoint, changed: dict[str, str]
) -> None:
    signed = MINIMAL | {"sig": query_signature(secret=endpoint.secret, query=MINIMAL)}

    response = Client().get(f"/c/{endpoint.token}", signed | changed)

    assert response.status_code == 401
    assert not Conversion.objects.exists()


@pytest.mark.parametrize("stamp", ["", "soon", "-5", "1.5", "²", "9" * 12, "0"])
def test_a_time_that_is_none_is_refused(endpoint: ConversionEndpoint, stamp: str) -> None:
    assert get(endpoint, MINIMAL | {"ts": stamp}).status_code == 401


@pytest.mark.parametrize(("seconds", "status"), [(-301, 401), (-299, 204), (299, 204), (301, 401)])
def test_a_query_counts_for_five_minutes(
    endpoint: ConversionEndpoint, seconds: int, status: int
) -> None:
    stamp = str(int((NOW + timedelta(seconds=seconds)).timestamp()))

    assert get(endpoint, MINIMAL | {"ts": stamp}).status_code == status


def test_a_parameter_given_twice_is_refused(endpoint: ConversionEndpoint) -> None:
    response = Client().get(f"/c/{endpoint.token}?id=1&id=2")

    assert response.status_code == 400
    assert "more than once" in response.json()["detail"]


def test_every_field_that_is_wrong_is_named(endpoint: ConversionEndpoint) -> None:
    response = get(endpoint, {"ts": STAMP, "goal": "party", "x": "1"})

    assert response.status_code == 400
    assert [error["field"] for error in response.json()["errors"]] == ["x", "goal", "id"]


def test_an_unknown_address_answers_404(db: None) -> None:
    assert Client().get("/c/unknown?goal=lead").status_code == 404
