"""A site reports conversions with a signed body."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from standardwebhooks.webhooks import Webhook

from tests.factories import ConversionEndpointFactory, ConversionFactory, LinkFactory
from vaandel.lib.rates import allowed
from vaandel.links.incoming.signing import new_secret, signed_body
from vaandel.links.models import (
    ClickReference,
    Conversion,
    ConversionAssist,
    ConversionEndpoint,
    Goal,
    Link,
)
from vaandel.links.views.receiving import MAX_BODY, PER_MINUTE
from vaandel.organizations.models import Organization

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
MINIMAL = {"goal": "application", "id": "A-1"}


@pytest.fixture(autouse=True)
def at_half_past_nine() -> Any:
    cache.clear()
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def endpoint(acme: Organization) -> ConversionEndpoint:
    return ConversionEndpointFactory.create(organization=acme)


@pytest.fixture
def link(acme: Organization) -> Link:
    return LinkFactory.create(organization=acme)


def post(endpoint: ConversionEndpoint, body: object, **changed: str) -> Any:
    """Send a body as a site would, signed with the endpoint's secret."""
    text = body if isinstance(body, str) else json.dumps(body)
    headers = signed_body(secret=endpoint.secret, message_id="msg_1", at=NOW, body=text) | {
        name.replace("_", "-"): value for name, value in changed.items()
    }
    return Client(enforce_csrf_checks=True).post(
        f"/c/{endpoint.token}", text, content_type="application/json", headers=headers
    )


def test_a_conversion_is_stored(endpoint: ConversionEndpoint, link: Link) -> None:
    ClickReference.objects.create(
        organization=endpoint.organization, reference="ref-1", link=link, at=NOW
    )

    response = post(
        endpoint,
        {
            "goal": "sale",
            "id": "order 17",
            "click": "ref-1",
            "value": 99.5,
            "currency": "eur",
            "happened_at": "2026-11-23T10:00:00+01:00",
        },
    )

    assert response.status_code == 201
    assert response.json() == {
        "goal": "sale",
        "id": "order 17",
        "created": True,
        "attributed": True,
        "detail": "Stored.",
    }
    assert response.cookies == {}
    conversion = Conversion.objects.get()
    assert conversion.organization == endpoint.organization
    assert conversion.goal == Goal.SALE
    assert conversion.external_id == "order 17"
    assert conversion.happened_at == datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    assert (conversion.value, conversion.currency) == (Decimal("99.50"), "EUR")
    assert (conversion.link, conversion.reference) == (link, "ref-1")
    assert (conversion.source, conversion.endpoint) == (Conversion.Source.POSTBACK, endpoint)
    endpoint.refresh_from_db()
    assert endpoint.last_used_at == NOW


def test_the_least_that_can_be_said(endpoint: ConversionEndpoint) -> None:
    assert post(endpoint, MINIMAL).status_code == 201

    conversion = Conversion.objects.get()
    assert conversion.happened_at == NOW
    assert (conversion.value, conversion.currency, conversion.reference) == (None, "", "")
    assert conversion.link is None


def test_the_same_again_changes_nothing(endpoint: ConversionEndpoint) -> None:
    post(endpoint, MINIMAL | {"value": 1, "currency": "EUR"})

    response = post(endpoint, MINIMAL | {"value": 2, "currency": "EUR"})

    assert response.status_code == 200
    assert response.json()["created"] is False
    assert response.json()["detail"] == (
        "This goal and id were known already; nothing was changed."
    )
    assert Conversion.objects.get().value == 1


def test_one_id_may_reach_several_goals(endpoint: ConversionEndpoint) -> None:
    post(endpoint, MINIMAL)

    assert post(endpoint, MINIMAL | {"goal": "hire"}).status_code == 201
    assert Conversion.objects.count() == 2


def test_earlier_clicks_are_kept_apart(endpoint: ConversionEndpoint, link: Link) -> None:
    ClickReference.objects.create(
        organization=endpoint.organization, reference="early", link=link, at=NOW
    )

    post(endpoint, MINIMAL | {"click": "last", "assists": ["early", "late", "early", "last"]})

    found = ConversionAssist.objects.order_by("reference")
    assert [(assist.reference, assist.link, assist.at) for assist in found] == [
        ("early", link, NOW),
        ("late", None, None),
    ]


def test_a_click_of_another_organisation_is_unknown(
    endpoint: ConversionEndpoint, globex: Organization
) -> None:
    theirs = LinkFactory.create(organization=globex)
    ClickReference.objects.create(organization=globex, reference="ref-1", link=theirs, at=NOW)

    response = post(endpoint, MINIMAL | {"click": "ref-1"})

    assert response.json()["attributed"] is False
    assert Conversion.objects.get().link is None


def test_organisations_do_not_share_ids(endpoint: ConversionEndpoint, globex: Organization) -> None:
    ConversionFactory.create(organization=globex, external_id="A-1")

    assert post(endpoint, MINIMAL).status_code == 201


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        ({}, [("goal", "missing"), ("id", "missing")]),
        ({"goal": "party"}, [("goal", "goal")]),
        ({"id": 17.5}, [("id", "text")]),
        ({"id": "x" * 121}, [("id", "too_long")]),
        ({"id": "a\x00b"}, [("id", "control")]),
        ({"id": "jo@example.org"}, [("id", "mail_address")]),
        ({"happened_at": "2026-11-24"}, [("happened_at", "moment")]),
        ({"happened_at": "2026-11-24T10:00:00"}, [("happened_at", "moment")]),
        ({"happened_at": 17}, [("happened_at", "moment")]),
        ({"happened_at": "soon"}, [("happened_at", "moment")]),
        ({"happened_at": "2026-11-25T10:00:00Z"}, [("happened_at", "future")]),
        ({"happened_at": "1999-11-25T10:00:00Z"}, [("happened_at", "too_old")]),
        ({"happened_at": "0001-01-01T00:00:00+14:00"}, [("happened_at", "too_old")]),
        ({"value": 5}, [("currency", "currency_missing")]),
        ({"value": -5, "currency": "EUR"}, [("value", "value")]),
        ({"value": 5.001, "currency": "EUR"}, [("value", "value")]),
        ({"value": "1e5", "currency": "EUR"}, [("value", "value")]),
        ({"value": True, "currency": "EUR"}, [("value", "value")]),
        ({"value": [1], "currency": "EUR"}, [("value", "value")]),
        ({"value": 10**10, "currency": "EUR"}, [("value", "value")]),
        ({"value": 5, "currency": "EURO"}, [("currency", "currency")]),
        ({"value": 5, "currency": 7}, [("currency", "currency")]),
        ({"click": "no spaces"}, [("click", "reference")]),
        ({"click": "x" * 17}, [("click", "reference")]),
        ({"click": 17}, [("click", "reference")]),
        ({"assists": "one"}, [("assists", "assists")]),
        ({"assists": ["x"] * 21}, [("assists", "assists")]),
        ({"assists": ["good", "not good"]}, [("assists", "reference")]),
        ({"name": "Jo"}, [("name", "unknown_field")]),
    ],
)
def test_every_field_that_is_wrong_is_named(
    endpoint: ConversionEndpoint, fields: dict[str, object], errors: list[tuple[str, str]]
) -> None:
    body = {**MINIMAL, **fields} if fields else {}

    response = post(endpoint, body)

    assert response.status_code == 400
    assert response.headers["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert [(error["field"], error["code"]) for error in problem["errors"]] == errors
    assert all(error["detail"].startswith(error["field"]) for error in problem["errors"])
    assert problem["status"] == 400
    assert not Conversion.objects.exists()


@pytest.mark.parametrize("value", [0, 12, "12.5", 12.50, "12.500", 9999999999.99])
def test_amounts_that_are_amounts(endpoint: ConversionEndpoint, value: object) -> None:
    response = post(endpoint, MINIMAL | {"value": value, "currency": "EUR"})

    assert response.status_code == 201
    assert Conversion.objects.get().value == Decimal(str(value))


def test_null_is_absent(endpoint: ConversionEndpoint) -> None:
    body = MINIMAL | {"value": None, "currency": None, "click": None, "happened_at": None}

    assert post(endpoint, body).status_code == 201


@pytest.mark.parametrize("body", ["", "no", "[]", '{"value": NaN}', "[" * 9000])
def test_what_is_no_json_object_is_refused(endpoint: ConversionEndpoint, body: str) -> None:
    response = post(endpoint, body)

    assert response.status_code == 400
    assert "errors" not in response.json()


@pytest.mark.parametrize(
    "changed",
    [
        {"webhook_signature": ""},
        {"webhook_signature": "v1"},
        {"webhook_signature": "v1,not base64"},
        {"webhook_signature": "v1a,AAAA"},
        {"webhook_signature": "v1,AAAA"},
        {"webhook_id": "msg_2"},
        {"webhook_id": ""},
        {"webhook_timestamp": "yesterday"},
        {"webhook_timestamp": "nan"},
        {"webhook_timestamp": "9" * 40},
    ],
)
def test_what_is_not_signed_is_refused(
    endpoint: ConversionEndpoint, changed: dict[str, str]
) -> None:
    response = post(endpoint, MINIMAL, **changed)

    assert response.status_code == 401
    assert response.json()["title"] == "The signature is not valid"
    assert not Conversion.objects.exists()
    endpoint.refresh_from_db()
    assert endpoint.last_used_at is None


def test_a_body_that_is_no_text_is_refused(endpoint: ConversionEndpoint) -> None:
    headers = signed_body(secret=endpoint.secret, message_id="msg_1", at=NOW, body="x")

    response = Client().post(
        f"/c/{endpoint.token}", b"\xff", content_type="application/json", headers=headers
    )

    assert response.status_code == 401


def test_the_secret_of_another_endpoint_does_not_fit(endpoint: ConversionEndpoint) -> None:
    headers = signed_body(secret=new_secret(), message_id="msg_1", at=NOW, body=json.dumps(MINIMAL))

    response = post(endpoint, MINIMAL, webhook_signature=headers["webhook-signature"])

    assert response.status_code == 401


def test_one_of_several_signatures_is_enough(endpoint: ConversionEndpoint) -> None:
    good = Webhook(endpoint.secret).sign("msg_1", NOW, json.dumps(MINIMAL))

    assert post(endpoint, MINIMAL, webhook_signature=f"v1,AAAA {good}").status_code == 201


@pytest.mark.parametrize(("minutes", "status"), [(-5.1, 401), (-4.9, 201), (4.9, 201), (5.1, 401)])
def test_a_message_counts_for_five_minutes(
    endpoint: ConversionEndpoint, minutes: float, status: int
) -> None:
    sent = NOW + timedelta(minutes=minutes)
    headers = signed_body(
        secret=endpoint.secret, message_id="msg_1", at=sent, body=json.dumps(MINIMAL)
    )
    changed = {name.replace("-", "_"): value for name, value in headers.items()}

    assert post(endpoint, MINIMAL, **changed).status_code == status


def test_an_unknown_or_revoked_address_answers_404(endpoint: ConversionEndpoint) -> None:
    endpoint.revoked_at = NOW
    endpoint.save()

    response = post(endpoint, MINIMAL)

    assert response.status_code == 404
    assert response.headers["Content-Type"] == "application/problem+json"
    assert Client().post("/c/unknown").status_code == 404
    assert not Conversion.objects.exists()


def test_a_long_body_is_refused(endpoint: ConversionEndpoint) -> None:
    assert post(endpoint, MINIMAL | {"id": "x" * MAX_BODY}).status_code == 413


def test_too_many_at_once_are_asked_to_wait(endpoint: ConversionEndpoint) -> None:
    for _time in range(PER_MINUTE):
        allowed(f"conversions:{endpoint.pk}", amount=PER_MINUTE, seconds=60)

    response = post(endpoint, MINIMAL)

    assert response.status_code == 429
    assert response.headers["Retry-After"] == "60"


def test_only_get_and_post(endpoint: ConversionEndpoint) -> None:
    assert Client().put(f"/c/{endpoint.token}").status_code == 405
    assert Client().head(f"/c/{endpoint.token}").status_code == 405


def test_the_secret_is_sealed_at_rest(endpoint: ConversionEndpoint) -> None:
    assert "MfKQ9r8" not in endpoint.encrypted_secret
