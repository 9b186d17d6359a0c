"""Sending through a provider's own interface instead of SMTP, and what its answers mean.

Only providers whose interface takes all of our headers and needs no further package; all
others are reached by SMTP. What a provider answers is put into the terms of SMTP, so that
there is one set of rules for what is tried again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeVar

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

from vaandel.mailing.models import OutgoingMessage

Mail = TypeVar("Mail", bound=EmailMessage)
# Under this name our number of a message goes along and comes back with what is told of it.
NUMBER: Final = "vaandel_message"
# Not an answer about this message: the provider is away, busy, or does not know our key.
AWAY: Final = 421
NEVER: Final = 554
REFUSED: Final = 550
# What a provider says to a message itself; 401, 403, 404 and 429 are about us.
ABOUT_THE_MESSAGE: Final = frozenset({400, 406, 413, 415, 422})


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


def number(mail: Mail, message: OutgoingMessage) -> Mail:
    """Let the provider's reports name our message, where it can."""
    chosen = provider()
    if chosen is not None and chosen.keeps_numbers:
        mail.metadata = {NUMBER: str(message.pk)}  # type: ignore[attr-defined]
    return mail


def answer_of(error: AnymailError) -> tuple[int, str]:
    """Code and text as a mail server would have said it."""
    if isinstance(error, AnymailRecipientsRefused):
        return REFUSED, f"5.1.0 {error}"
    ours = (AnymailInvalidAddress, AnymailSerializationError, AnymailUnsupportedFeature)
    if isinstance(error, ours) or error.status_code in ABOUT_THE_MESSAGE:
        return NEVER, str(error)
    return AWAY, str(error)


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
