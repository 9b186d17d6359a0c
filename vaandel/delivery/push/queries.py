"""The browsers of somebody, and how reaching them went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from vaandel.ambassadors.models import Enrolment
from vaandel.delivery.models import PushSubscription
from vaandel.delivery.push.tokens import renewal_token
from vaandel.lib.http import Reason


@dataclass(frozen=True, slots=True)
class Browser:
    """One row of the list. ``digest`` tells the page whether it is the browser itself."""

    pk: int
    label: str
    digest: str
    token: str
    created_at: datetime
    reached_at: datetime | None
    failed_at: datetime | None
    problem: str


def browsers_of(enrolment: Enrolment) -> list[Browser]:
    """The newest first, in one query."""
    rows = PushSubscription.objects.filter(enrolment=enrolment).order_by("-created_at", "-pk")
    return [
        Browser(
            pk=row.pk,
            label=row.label,
            digest=row.digest,
            token=renewal_token(row.digest),
            created_at=row.created_at,
            reached_at=row.reached_at,
            failed_at=row.failed_at,
            problem=problem_of(row.last_error),
        )
        for row in rows
    ]


def problem_of(code: str) -> str:
    """What an error means for the person: "" without one."""
    if not code:
        return ""
    if code in {"401", "403"}:
        return gettext("This browser no longer knows this website. Switch it off and on again.")
    if code == "429" or (code.isdigit() and int(code) >= 500) or code == Reason.TIMEOUT:
        return gettext("The message service of this browser was too busy. We try again.")
    if code in {Reason.DNS, Reason.REFUSED, Reason.BROKEN, Reason.TLS}:
        return gettext("The message service of this browser could not be reached. We try again.")
    if code == "key":
        return gettext("Messages cannot be signed at the moment. Your organisation’s IT can help.")
    if code in {Reason.PRIVATE_ADDRESS, Reason.NOT_A_URL, Reason.PORT}:
        return gettext("The address of this browser’s message service is not a public one.")
    return gettext("The message service of this browser refused it (%(code)s).") % {"code": code}
