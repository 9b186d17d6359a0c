"""Sending through a provider's own interface instead of SMTP, and what its answers mean.

Only providers whose interface takes all of our headers and needs no further package; all
others are reached by SMTP. What a provider answers is put into the terms of SMTP, so that
there is one set of rules for what is tried again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeVar

import requests
from anymail.exceptions import (
    AnymailConfigurationError,
    AnymailError,
    AnymailInvalidAddress,
    AnymailRecipientsRefused,
    AnymailSerializationError,
    AnymailUnsupportedFeature,
)
from anymail.webhooks.base import AnymailCoreWebhookView
from anymail.webhooks.brevo import BrevoTrackingWebhookView
from anymail.webhooks.mailgun import MailgunTrackingWebhookView
from anymail.webhooks.mailjet import MailjetTrackingWebhookView
from anymail.webhooks.mailtrap import MailtrapTrackingWebhookView
from anymail.webhooks.mandrill import MandrillCombinedWebhookView
from anymail.webhooks.postal import PostalTrackingWebhookView
from anymail.webhooks.postmark import PostmarkTrackingWebhookView
from anymail.webhooks.resend import ResendTrackingWebhookView
from anymail.webhooks.sparkpost import SparkPostTrackingWebhookView
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from urllib3.exceptions import NewConnectionError

Mail = TypeVar("Mail", bound=EmailMessage)
# Under this name our number of a message goes along and comes back with what is told of it.
NUMBER: Final = "vaandel_message"
# In the terms of SMTP. What is about us (our key, our account) is no news of the message.
IN_DOUBT: Final = -1
BUSY: Final = 421
ABOUT_US: Final = 530
REFUSED: Final = 550
NEVER: Final = 554
ABOUT_THE_MESSAGE: Final = frozenset({400, 406, 413, 415, 422})
BUSY_STATUSES: Final = frozenset({408, 409, 425, 429})
NOT_TO_BE_WRITTEN: Final = (
    AnymailInvalidAddress,
    AnymailSerializationError,
    AnymailUnsupportedFeature,
)


@dataclass(frozen=True, slots=True)
class Provider:
    """``events`` reads what it tells afterwards; None when it tells nothing."""

    name: str
    events: type[AnymailCoreWebhookView] | None
    keeps_numbers: bool = True


PROVIDERS: Final = {
    "brevo": Provider("Brevo", BrevoTrackingWebhookView),
    "mailgun": Provider("Mailgun", MailgunTrackingWebhookView),
    "mailjet": Provider("Mailjet", MailjetTrackingWebhookView),
    "mailtrap": Provider("Mailtrap", MailtrapTrackingWebhookView),
    "mandrill": Provider("Mailchimp Transactional", MandrillCombinedWebhookView),
    "postal": Provider("Postal", PostalTrackingWebhookView, keeps_numbers=False),
    "postmark": Provider("Postmark", PostmarkTrackingWebhookView),
    "resend": Provider("Resend", ResendTrackingWebhookView),
    "scaleway": Provider("Scaleway", None),
    "sparkpost": Provider("SparkPost", SparkPostTrackingWebhookView),
}


def provider() -> Provider | None:
    """The one that mails go through; None with SMTP."""
    return PROVIDERS.get(settings.MAIL_PROVIDER)


def number(mail: Mail, message_id: int) -> Mail:
    """Let the provider's reports name our message, where it can."""
    chosen = provider()
    if chosen is not None and chosen.keeps_numbers:
        mail.metadata = {NUMBER: str(message_id)}  # type: ignore[attr-defined]
    return mail


def answer_of(error: AnymailError) -> tuple[int, str]:
    """Code and text as a mail server would have said it."""
    if isinstance(error, AnymailRecipientsRefused):
        return REFUSED, f"5.1.0 {error}"
    if isinstance(error, NOT_TO_BE_WRITTEN) or error.status_code in ABOUT_THE_MESSAGE:
        return NEVER, str(error)
    if error.status_code in BUSY_STATUSES:
        return BUSY, str(error)
    if _may_have_it(error):
        return IN_DOUBT, str(error)
    return ABOUT_US, str(error)


def _may_have_it(error: AnymailError) -> bool:
    """Whether the message may have been taken: the provider broke, or hung up on us."""
    if error.status_code is not None:
        return int(error.status_code) >= 500
    cause = error.__cause__
    if isinstance(cause, requests.ConnectTimeout | requests.exceptions.SSLError):
        return False
    met = getattr(cause.args[0], "reason", None) if cause is not None and cause.args else None
    return isinstance(cause, requests.RequestException) and not isinstance(met, NewConnectionError)


def problem() -> str:
    """What is missing in the settings of the provider; empty when nothing is."""
    chosen = provider()
    if chosen is None:
        return ""
    try:
        get_connection(settings.EMAIL_BACKEND)
        if chosen.events is not None and settings.MAIL_WEBHOOK_SECRET:
            chosen.events()
    except (AnymailConfigurationError, ValueError) as error:
        return str(error)
    return ""
