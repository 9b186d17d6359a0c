"""The door that sites report conversions to. No session, no cookie, no page.

Answers are for programs, so they are English whatever the asker prefers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from vaandel.lib.rates import allowed
from vaandel.links.incoming.reading import FIELDS, Incoming, NotJson, read_fields, read_json
from vaandel.links.incoming.signing import (
    QUERY_SIGNATURE,
    QUERY_TIME,
    BadSignature,
    check_body,
    check_query,
)
from vaandel.links.models import ConversionEndpoint
from vaandel.links.problems import problem_fields
from vaandel.links.services.conversions import Received, receive_conversion
from vaandel.organizations.tenancy import tenant_scope

MAX_BODY = 16 * 1024
PER_MINUTE = 600
TITLES = {
    400: "The conversion cannot be stored",
    401: "The signature is not valid",
    403: "This address is for servers",
    404: "There is no such endpoint",
    413: "The body is too long",
    429: "Too many conversions at once",
}


class Refused(Exception):
    """The request gets this answer and nothing is stored."""

    def __init__(self, status: int, detail: str, errors: Sequence[dict[str, str]] = ()) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.errors = list(errors)


@csrf_exempt
@require_http_methods(["GET", "POST"])
def receive(request: HttpRequest, token: str) -> HttpResponse:
    """POST: a signed JSON body. GET: a signed query, for a server that cannot do better."""
    with translation.override("en"):
        try:
            endpoint = endpoint_of(token)
            fields = (
                posted(request, endpoint) if request.method == "POST" else asked(request, endpoint)
            )
            received = store(endpoint, fields)
        except Refused as refused:
            return problem(refused)
    if request.method == "GET":
        return HttpResponse(status=204)
    return JsonResponse(answer(received), status=201 if received.created else 200)


def endpoint_of(token: str) -> ConversionEndpoint:
    rows = ConversionEndpoint.across_tenants.filter(token=token, revoked_at=None)
    # Not every sign that an address can hold is one that a database can look for.
    known = token.isascii() and token.isprintable()
    endpoint = rows.select_related("organization").first() if known else None
    if endpoint is None:
        raise Refused(404, "It was revoked, or its address is wrong. Ask who made it.")
    return endpoint


def posted(request: HttpRequest, endpoint: ConversionEndpoint) -> dict[str, Any]:
    body = request.read(MAX_BODY + 1)
    if len(body) > MAX_BODY:
        raise Refused(413, f"A conversion takes at most {MAX_BODY} bytes.")
    try:
        check_body(secret=endpoint.secret, body=body, headers=request.headers)
        return read_json(body)
    except BadSignature as error:
        raise Refused(401, f"{error}.") from error
    except NotJson as error:
        raise Refused(400, str(error)) from error


def asked(request: HttpRequest, endpoint: ConversionEndpoint) -> dict[str, Any]:
    """The fields in a query. A browser is refused: it would carry the signature about."""
    if any(name.startswith("Sec-Fetch-") for name in request.headers):
        raise Refused(
            403,
            "A browser asked. Report a conversion from your server, not with a picture or a"
            " script on a page: the secret must never be in a page.",
        )
    query = {name: values[-1] for name, values in request.GET.lists()}
    if any(len(values) > 1 for _name, values in request.GET.lists()):
        raise Refused(400, "A parameter is there more than once.")
    try:
        check_query(secret=endpoint.secret, query=query, at=timezone.now())
    except BadSignature as error:
        raise Refused(401, f"{error}.") from error
    fields: dict[str, Any] = {
        name: value for name, value in query.items() if name not in {QUERY_SIGNATURE, QUERY_TIME}
    }
    if "assists" in fields:
        fields["assists"] = [part for part in query["assists"].split(",") if part]
    return fields


def store(endpoint: ConversionEndpoint, fields: dict[str, Any]) -> Received:
    if not allowed(f"conversions:{endpoint.pk}", amount=PER_MINUTE, seconds=60):
        raise Refused(429, f"At most {PER_MINUTE} a minute. Send it again in a minute.")
    incoming = read_fields(fields, at=timezone.now())
    if not isinstance(incoming, Incoming):
        raise Refused(
            400,
            f"Correct the fields and send it again. Fields: {', '.join(FIELDS)}.",
            problem_fields(incoming),
        )
    with tenant_scope(endpoint.organization_id):
        return receive_conversion(endpoint=endpoint, incoming=incoming, at=timezone.now())


def answer(received: Received) -> dict[str, object]:
    conversion = received.conversion
    return {
        "goal": conversion.goal.lower(),
        "id": conversion.external_id,
        "created": received.created,
        "attributed": conversion.link_id is not None,
        "detail": "Stored."
        if received.created
        else "This goal and id were known already; nothing was changed.",
    }


def problem(refused: Refused) -> JsonResponse:
    """Problem details of RFC 9457."""
    body: dict[str, object] = {
        "type": "about:blank",
        "title": TITLES[refused.status],
        "status": refused.status,
        "detail": refused.detail,
    }
    if refused.errors:
        body["errors"] = refused.errors
    headers = {"Retry-After": "60"} if refused.status == 429 else {}
    return JsonResponse(
        body, status=refused.status, content_type="application/problem+json", headers=headers
    )
