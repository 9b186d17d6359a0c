"""Read the bounce mailbox, and do what the mails in it ask for."""

from __future__ import annotations

import logging
import re
from io import BytesIO
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.http import Http404, HttpResponse
from django.urls import resolve
from django.utils import timezone

from vaandel.mailing.bounces.mailbox import MailboxAway, read_mailbox
from vaandel.mailing.models import OutgoingMessage, Suppression
from vaandel.mailing.suppression import suppress

logger = logging.getLogger("vaandel.mailing")

WEB_ADDRESS: Final = re.compile(r"<(https?://[^>]+)>")
ONE_CLICK: Final = b"List-Unsubscribe=One-Click"


def read_bounces() -> int:
    """How many mails were read; 0 without a mailbox, or while it is away."""
    if not settings.BOUNCE_IMAP_URL:
        return 0
    try:
        return read_mailbox(settings.BOUNCE_IMAP_URL, stop_mails=stop, at=timezone.now())
    except MailboxAway as away:
        logger.warning("The bounce mailbox cannot be read.", extra={"reason": str(away)})
        return 0


def stop(message: OutgoingMessage) -> None:
    """What one press in the mail program does; of a mail that is too long ago, no mail at all."""
    if not pressed(message):
        reason = Suppression.Reason.COMPLAINED
        suppress(message.to_address, reason, "asked by mail", timezone.now())


def pressed(message: OutgoingMessage) -> bool:
    """Post to the mail's own address to unsubscribe, as a mail program would."""
    found = WEB_ADDRESS.search(message.headers.get("List-Unsubscribe", ""))
    if found is None:
        return False
    path = urlsplit(found[1]).path
    public = urlsplit(settings.PUBLIC_URL)
    request = WSGIRequest(
        {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": path,
            "SERVER_NAME": public.hostname,
            "SERVER_PORT": str(public.port or (443 if public.scheme == "https" else 80)),
            "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "CONTENT_LENGTH": str(len(ONE_CLICK)),
            "wsgi.url_scheme": public.scheme,
            "wsgi.input": BytesIO(ONE_CLICK),
        }
    )
    try:
        match = resolve(path)
        response: HttpResponse = match.func(request, *match.args, **match.kwargs)
    except Http404:
        return False
    return response.status_code < 400
