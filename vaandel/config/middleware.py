"""What happens around every request, whatever room answers it."""

from __future__ import annotations

import logging
import re
import secrets
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render

from vaandel.config import health
from vaandel.config.logs import REQUEST_ID

logger = logging.getLogger("vaandel.request")

GetResponse = Callable[[HttpRequest], HttpResponseBase]

REQUEST_ID_HEADER = "X-Request-ID"
# What a proxy in front may hand over; anything else could forge lines in the log.
ACCEPTABLE_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; frame-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
PERMISSIONS_POLICY = (
    "clipboard-write=(self), publickey-credentials-get=(self), "
    "publickey-credentials-create=(self), camera=(), geolocation=(), microphone=(), payment=(), "
    "usb=()"
)

COMPRESSED = {"application/json", "image/svg+xml"}


class RequestLogMiddleware:
    """One line per request, and an id that ties all lines of a request together.

    The path is not logged, since a link can be personal; the name of the route is.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get(REQUEST_ID_HEADER, "")
        request_id = given if ACCEPTABLE_ID.fullmatch(given) else secrets.token_hex(8)
        started = time.perf_counter()
        token = REQUEST_ID.set(request_id)
        try:
            response = self.get_response(request)
            match = request.resolver_match
            logger.log(
                level_of(request, response),
                "request",
                extra={
                    "method": request.method,
                    "route": (match.view_name or match.route) if match else "",
                    "status": response.status_code,
                    "ms": round((time.perf_counter() - started) * 1000, 1),
                },
            )
        finally:
            REQUEST_ID.reset(token)
        response.headers[REQUEST_ID_HEADER] = request_id
        return response


def level_of(request: HttpRequest, response: HttpResponseBase) -> int:
    """Failures stand out; files and the questions of load balancers are only for debugging."""
    if request.path_info in health.ANSWERS or request.path_info.startswith(settings.STATIC_URL):
        return logging.DEBUG
    return logging.ERROR if response.status_code >= 500 else logging.INFO


class HealthMiddleware:
    """Answers `/healthz` and `/readyz` whatever host they are asked for.

    Load balancers ask by address; a view would come after the check of the host.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = health.ANSWERS.get(request.path_info)
        if answer is None or request.method not in {"GET", "HEAD"}:
            return self.get_response(request)
        return answer()


class RequestSizeMiddleware:
    """Refuses a request that says it is larger than allowed, before reading it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdigit():
            return HttpResponse("The length of the request is not a number.", status=400)
        if int(length) > settings.MAX_REQUEST_BYTES:
            return render(request, "413.html", status=413)
        return self.get_response(request)


class CompressionMiddleware(GZipMiddleware):
    """Pages and data go out compressed; pictures and spreadsheets already are.

    Django masks the token of forms anew in every page and adds a random number of bytes, so
    that sizes tell nothing about what is secret.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        kind = response.get("Content-Type", "").partition(";")[0]
        if not kind.startswith("text/") and kind not in COMPRESSED:
            return response
        return super().process_response(request, response)


class SecurityHeadersMiddleware:
    """A view that needs another policy sets the header itself; it is then left alone."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        return response
