"""Where a provider tells what became of a mail: bounced, refused, called unwanted.

The library's own views send a Django signal for each event; we only let them check and read
the request, and handle the events here, in one transaction per two hundred.
"""

from __future__ import annotations

import json
import logging
from typing import Final

from anymail.exceptions import AnymailConfigurationError, AnymailWebhookValidationFailure
from anymail.signals import AnymailTrackingEvent
from anymail.webhooks.base import AnymailCoreWebhookView
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from vaandel.lib.rates import allowed
from vaandel.mailing.bounces.events import came_back
from vaandel.mailing.bounces.noting import note_returns
from vaandel.mailing.providers import provider

logger = logging.getLogger("vaandel.mailing")

MOST_BYTES: Final = 10 * 1024 * 1024
MOST_EVENTS: Final = 10_000
PER_MINUTE: Final = 600


class TooMuch(Exception):
    """More than one request of a provider ever holds."""


@csrf_exempt
@never_cache
@require_http_methods(["HEAD", "POST"])
def events(request: HttpRequest, name: str) -> HttpResponse:
    """Answers the configured provider only, and that only with the secret or its signature."""
    reader = reader_of(name)
    if request.method == "HEAD":
        # Some providers look whether there is anything here.
        return HttpResponse()
    if not allowed(f"mail-events:{request.META['REMOTE_ADDR']}", amount=PER_MINUTE, seconds=60):
        return HttpResponse(status=429, headers={"Retry-After": "60"})
    try:
        told = read_events(reader, request)
    except AnymailWebhookValidationFailure:
        return HttpResponse(status=403)
    except TooMuch:
        return HttpResponse(status=413)
    except (ValueError, KeyError, TypeError, AttributeError, AssertionError):
        logger.warning("A report of the mail provider cannot be read.", exc_info=True)
        return HttpResponse(status=400)
    note_returns(list(came_back(told)), at=timezone.now())
    return HttpResponse()


def reader_of(name: str) -> AnymailCoreWebhookView:
    """What checks and reads the reports of this provider; 404 when nobody can report here."""
    chosen = provider()
    if chosen is None or name != settings.MAIL_PROVIDER or chosen.events is None:
        raise Http404("Nothing reports here.")
    is_signed = not getattr(chosen.events, "warn_if_no_basic_auth", True)
    if not (settings.MAIL_WEBHOOK_SECRET or is_signed):
        raise Http404("There is no secret, so nobody could be told from anybody.")
    try:
        return chosen.events()
    except AnymailConfigurationError as error:
        raise Http404("The settings of the provider are not complete.") from error


def read_events(reader: AnymailCoreWebhookView, request: HttpRequest) -> list[AnymailTrackingEvent]:
    """What the request tells. Raises ``TooMuch``, and whatever unreadable input leads to."""
    body = request.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        raise TooMuch
    # A report may be larger than a form of ours: the library finds it read already.
    request._body = body
    try:
        reader.run_validators(request)
        told: list[AnymailTrackingEvent] = reader.parse_events(request)
    except (AnymailConfigurationError, json.JSONDecodeError, RecursionError) as error:
        raise ValueError(str(error)) from error
    if len(told) > MOST_EVENTS:
        raise TooMuch
    return told
