"""The doctor on the mails that wait."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.utils import timezone

from vaandel.config.health import Finding
from vaandel.mailing.status import status
from vaandel.mailing.transport import has_server

STUCK: Final = timedelta(minutes=15)


def waiting() -> Finding:
    """Whether somebody holds mails back, and whether what is due goes out."""
    at = timezone.now()
    found = status(at=at)
    told = f"{found.due + found.later} wait, {found.sent} sent in the last 24 hours"
    if settings.DEMO or not has_server():
        return Finding("mails", True, told)
    if found.paused_since:
        since = f"{found.paused_since:%Y-%m-%d %H:%M} UTC"
        return Finding(
            "mails", False, f"paused since {since}; {told}", "Run `vaandel mail resume`."
        )
    if found.due_since and at - found.due_since > STUCK:
        since = f"{found.due_since:%Y-%m-%d %H:%M} UTC"
        return Finding(
            "mails",
            False,
            f"stuck: {found.due} are due, the oldest since {since}",
            "See whether `vaandel worker` runs, what its log says of the mail server, and "
            "`vaandel mail status`.",
        )
    return Finding("mails", True, told)
