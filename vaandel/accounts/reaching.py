"""Whether mails reach somebody, as the person may know it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.http import HttpRequest
from django.utils import timezone

from vaandel.accounts.models import User
from vaandel.mailing.models import Suppression
from vaandel.mailing.suppression import suppression_of

KEPT: Final = "mail_stopped"
# Few addresses bounce, and every page would ask: the session remembers the answer for a while.
SECONDS: Final = 30 * 60


@dataclass(frozen=True, slots=True)
class MailStopped:
    """``unwanted``: somebody there called a mail of ours so; otherwise mails came back."""

    address: str
    unwanted: bool
    since: datetime


def mail_stopped(user: User) -> MailStopped | None:
    """None when mails are sent."""
    row = suppression_of(user.email)
    if row is None:
        return None
    unwanted = row.reason == Suppression.Reason.COMPLAINED
    return MailStopped(masked(user.email), unwanted, row.since)


def mail_stopped_lately(request: HttpRequest, user: User) -> MailStopped | None:
    """The same, at most half an hour old: for pages that are looked at often."""
    kept = request.session.get(KEPT)
    now = timezone.now()
    if not kept or kept["until"] <= now.timestamp() or kept["person"] != user.pk:
        found = mail_stopped(user)
        kept = {
            "person": user.pk,
            "until": now.timestamp() + SECONDS,
            "unwanted": found.unwanted if found else None,
            "since": found.since.isoformat() if found else "",
        }
        request.session[KEPT] = kept
    if kept["unwanted"] is None:
        return None
    since = datetime.fromisoformat(kept["since"])
    return MailStopped(masked(user.email), kept["unwanted"], since)


def forget_answer(request: HttpRequest) -> None:
    request.session.pop(KEPT, None)


def masked(address: str) -> str:
    """``b…@acme.example``: enough for the person, little for who looks over the shoulder."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}…@{domain}"
