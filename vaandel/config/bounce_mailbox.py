"""Read the bounce mailbox, and do what the mails in it ask for. Only this place knows all rooms."""

from __future__ import annotations

import logging

from django.conf import settings
from django.utils import timezone

from vaandel.ambassadors.models import Enrolment
from vaandel.ambassadors.services import stop_mails
from vaandel.mailing.bounces.mailbox import MailboxAway, read_mailbox
from vaandel.mailing.models import OutgoingMessage, Suppression
from vaandel.mailing.suppression import suppress
from vaandel.organizations.tenancy import tenant_scope

logger = logging.getLogger("vaandel.mailing")


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
    """What the button in the mail would do; for who takes no part (any more), no mail at all."""
    now = timezone.now()
    enrolments = list(
        Enrolment.across_tenants.filter(
            organization=message.tenant, member__user=message.person
        ).select_related("organization", "programme", "member__user")
    )
    for enrolment in enrolments:
        with tenant_scope(enrolment.organization_id):
            stop_mails(enrolment=enrolment, at=now)
    if not enrolments:
        reason = Suppression.Reason.COMPLAINED
        suppress(message.to_address, reason, "asked by mail", now)
