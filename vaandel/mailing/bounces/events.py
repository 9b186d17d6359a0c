"""What a provider tells afterwards about a mail, in our terms."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from anymail.signals import AnymailTrackingEvent, EventType, RejectReason

from vaandel.mailing.bounces.codes import kind_of, status_in
from vaandel.mailing.bounces.noting import CameBack
from vaandel.mailing.models import Return
from vaandel.mailing.providers import NUMBER
from vaandel.mailing.transport import without_addresses

Kind = Return.Kind
UNWANTED: Final = frozenset({EventType.COMPLAINED, EventType.UNSUBSCRIBED})
# What was only delayed is not here: it arrives after all, or one of these follows.
FAILED: Final = frozenset({EventType.BOUNCED, EventType.REJECTED, EventType.FAILED})
BY_REASON: Final = {
    RejectReason.BOUNCED: Kind.HARD,
    RejectReason.INVALID: Kind.HARD,
    RejectReason.TIMED_OUT: Kind.SOFT,
}
BY_EARLIER_COMPLAINT: Final = frozenset({RejectReason.SPAM, RejectReason.UNSUBSCRIBED})
# The library calls soft bounces bounces; the providers' own words tell them apart.
SOFT: Final = re.compile(r"soft|transient|temporary", re.IGNORECASE)
SOFT_WORDS_IN: Final = ("event", "Type", "type", "severity", "bounce_type")
SOFT_CLASSES: Final = frozenset({"1", "20", "21", "22", "23", "24", "40", "70"})


def came_back(events: Iterable[AnymailTrackingEvent]) -> Iterator[CameBack]:
    """Those that are about a mail that did not arrive or was not wanted."""
    for event in events:
        said = without_addresses(str(event.mta_response or event.description or ""))
        kind = _kind(event, status_in(said))
        if kind:
            yield CameBack(
                kind,
                message_id=_number(event),
                address=str(event.recipient or ""),
                status=status_in(said),
                detail=said,
            )


def _kind(event: AnymailTrackingEvent, status: str) -> str | None:
    if event.event_type in UNWANTED:
        return Kind.COMPLAINT
    if event.event_type not in FAILED:
        return None
    if event.event_type == EventType.REJECTED and event.reject_reason in BY_EARLIER_COMPLAINT:
        return Kind.COMPLAINT
    if _is_soft(event.esp_event):
        return Kind.SOFT
    return kind_of(status) if status else BY_REASON.get(event.reject_reason)


def _is_soft(raw: Any) -> bool:
    """``raw`` is what the provider sent, in whatever form it has."""
    if not isinstance(raw, dict):
        return False
    nested = [each for each in raw.values() if isinstance(each, dict)]
    deeper = [each for one in nested for each in one.values() if isinstance(each, dict)]
    for fields in (raw, *nested, *deeper):
        if any(SOFT.search(str(fields.get(name, ""))) for name in SOFT_WORDS_IN):
            return True
        if fields.get("hard_bounce") is False or str(fields.get("bounce_class")) in SOFT_CLASSES:
            return True
    return False


def _number(event: AnymailTrackingEvent) -> int | None:
    metadata = event.metadata if isinstance(event.metadata, dict) else {}
    number = str(metadata.get(NUMBER, ""))
    return int(number) if number.isdecimal() and len(number) < 19 else None
