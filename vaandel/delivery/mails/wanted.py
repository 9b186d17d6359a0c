"""Whether a mail about an approach is still wanted, looked at right before it leaves.

Like a notice, it is not when the person decided otherwise in the meantime, or when no post in
it can be shared any more. A post that was withdrawn is taken out of a digest with others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db.models import F, Q
from django.utils import timezone

from vaandel.ambassadors.models import Enrolment, Rhythm
from vaandel.delivery.calendar import today_of
from vaandel.delivery.models import Approach, Ask
from vaandel.delivery.reachable import MAIL
from vaandel.delivery.tokens import why_url
from vaandel.mailing.models import OutgoingMessage
from vaandel.organizations.models import Member
from vaandel.organizations.tenancy import every_tenant

KEY: Final = "approach:"
PERSON: Final = {
    "pk": "pk",
    "kind": "kind",
    "at": "at",
    "state": "enrolment__state",
    "paused_until": "enrolment__paused_until",
    "rhythm": "enrolment__rhythm",
    "heard_at": "enrolment__heard_at",
    "off": "enrolment__channel_choice__off",
    "member": "enrolment__member__status",
    "active": "enrolment__member__user__is_active",
    "zone": "enrolment__member__user__time_zone",
}


@dataclass(frozen=True, slots=True)
class Known:
    """An approach, and what the person has chosen by now."""

    pk: int
    kind: str
    at: datetime
    state: str
    paused_until: date | None
    rhythm: str
    heard_at: datetime | None
    off: list[str] | None
    member: str
    active: bool
    zone: str

    def is_to_be_asked(self, now: datetime) -> bool:
        """Whether this person may be asked something by mail now."""
        taking_part = self.state == Enrolment.State.JOINED or (
            self.state == Enrolment.State.PAUSED
            and self.paused_until is not None
            and self.paused_until <= today_of(now, self.zone)
        )
        return (
            taking_part
            and self.active
            and self.member == Member.Status.ACTIVE
            and self.rhythm != Rhythm.IN_APP
            and MAIL not in (self.off or ())
        )


def unwanted_among(messages: Sequence[OutgoingMessage]) -> set[int]:
    """The ids of mails that nobody should get any more; two queries for any number."""
    now = timezone.now()
    by_approach = {
        int(message.key.removeprefix(KEY)): message
        for message in messages
        if message.key.startswith(KEY)
    }
    approaches = _known(list(by_approach))
    waiting = _waiting(list(by_approach), now=now)
    return {
        message.pk
        for pk, message in by_approach.items()
        if not _is_wanted(message, approaches.get(pk), waiting[pk], now=now)
    }


def _is_wanted(
    message: OutgoingMessage, known: Known | None, asks: dict[int, int], *, now: datetime
) -> bool:
    if known is None or not known.is_to_be_asked(now):
        return False
    if known.kind == Approach.Kind.QUESTION:
        return known.heard_at is None or known.heard_at <= known.at
    return _keep(message, asks)


def _known(approaches: list[int]) -> dict[int, Known]:
    rows = Approach.across_tenants.filter(pk__in=approaches).values_list(*PERSON.values())
    found = (Known(**dict(zip(PERSON, row, strict=True))) for row in rows)
    return {known.pk: known for known in found}


def _waiting(approaches: list[int], *, now: datetime) -> defaultdict[int, dict[int, int]]:
    """By approach the posts that can be shared and were not answered since: post and ask."""
    answered = Q(answered_at__gt=F("approach__at"))
    with every_tenant():
        # What rested and came back was answered before; `answered` knows the difference.
        asks = Ask.objects.open(now=now, today=date.max).filter(approach__in=approaches)
        rows = list(
            asks.exclude(answered, answered_at__isnull=False).values_list(
                "approach_id", "post_id", "pk"
            )
        )
    found: defaultdict[int, dict[int, int]] = defaultdict(dict)
    for approach, post, ask in rows:
        found[approach][post] = ask
    return found


def _keep(message: OutgoingMessage, asks: dict[int, int]) -> bool:
    """Whether anything is left to say. What is over is taken out."""
    items: list[dict[str, Any]] = message.context.get("items", [])
    left = [item for item in items if item.get("post") in asks]
    if left and len(left) < len(items):
        first = asks[left[0]["post"]]
        message.context |= {"items": left, "item": left[0], "why_url": why_url(first)}
    return bool(left)
