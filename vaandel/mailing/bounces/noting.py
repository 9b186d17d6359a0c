"""Note what came back, and stop mailing where that is no use or not wanted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from vaandel.mailing.bounces.codes import GENERIC, kind_of, status_in
from vaandel.mailing.models import OutgoingMessage, Return, Suppression
from vaandel.mailing.suppression import Unreachable, normalised, suppress_all

Kind = Return.Kind
CHUNK: Final = 200
# A box that was full on four days of a month is not being emptied.
SOFT_DAYS: Final = 4
SOFT_WITHIN: Final = timedelta(days=30)
REASONS: Final = {
    Kind.HARD: Suppression.Reason.BOUNCED,
    Kind.SOFT: Suppression.Reason.BOUNCED,
    Kind.COMPLAINT: Suppression.Reason.COMPLAINED,
}


@dataclass(frozen=True, slots=True)
class CameBack:
    """``address`` is only for a trusted report that names no message of ours."""

    kind: str
    message_id: int | None = None
    address: str = ""
    status: str = ""
    detail: str = ""


def note_refusal(message: OutgoingMessage, code: int, text: str) -> bool:
    """The receiving server refused a mail while we spoke to it; whether the address is now left.

    Only for what is said about the address by an enhanced code: other refusals are about us.
    """
    status = status_in(text)
    if code < 500 or GENERIC.fullmatch(status) or kind_of(status) != Kind.HARD:
        return False
    came = CameBack(Kind.HARD, message_id=message.pk, status=status, detail=text)
    return note_returns([came], at=timezone.now()) > 0


def note_returns(returns: Sequence[CameBack], *, at: datetime) -> int:
    """Note each once, whoever reports it how often; how many addresses are newly left alone."""
    return sum(
        _note(returns[begin : begin + CHUNK], at=at) for begin in range(0, len(returns), CHUNK)
    )


@transaction.atomic
def _note(returns: Sequence[CameBack], *, at: datetime) -> int:
    addresses = _addresses_of(returns)
    ours = [each for each in returns if _is_to(each, addresses)]
    fresh = {
        (each.message_id, each.kind): each for each in _unknown(ours) if each.message_id is not None
    }
    Return.objects.bulk_create(
        [
            Return(message_id=message_id, kind=kind, status=each.status[:9], at=at)
            for (message_id, kind), each in fresh.items()
        ],
        ignore_conflicts=True,
    )
    left = [(addresses[message_id], each) for (message_id, _), each in fresh.items()]
    often = _soft_too_often([a for a, each in left if each.kind == Kind.SOFT], at=at)
    unreachable = [
        Unreachable(address, REASONS[Kind(each.kind)], each.detail)
        for address, each in left
        if each.kind != Kind.SOFT or address in often
    ]
    return suppress_all([*unreachable, *_by_address(returns, addresses)], at=at)


def _addresses_of(returns: Sequence[CameBack]) -> dict[int, str]:
    wanted = [each.message_id for each in returns if each.message_id]
    return dict(OutgoingMessage.objects.filter(pk__in=wanted).values_list("pk", "to_address"))


def _is_to(came: CameBack, addresses: dict[int, str]) -> bool:
    """Whether it names a message of ours, and that message went to the address it names."""
    address = addresses.get(came.message_id or 0)
    if address is None:
        return False
    return not came.address or normalised(came.address) == normalised(address)


def _unknown(returns: Sequence[CameBack]) -> list[CameBack]:
    messages = {each.message_id for each in returns}
    known = set(Return.objects.filter(message__in=messages).values_list("message_id", "kind"))
    return [each for each in returns if (each.message_id, each.kind) not in known]


def _by_address(returns: Sequence[CameBack], addresses: dict[int, str]) -> list[Unreachable]:
    return [
        Unreachable(each.address, REASONS[Kind(each.kind)], each.detail)
        for each in returns
        if each.address and each.kind != Kind.SOFT and not _is_to(each, addresses)
    ]


def _soft_too_often(addresses: Sequence[str], *, at: datetime) -> set[str]:
    """Those of these addresses to which mails came back on too many days."""
    if not addresses:
        return set()
    rows = Return.objects.filter(
        kind=Kind.SOFT, at__gt=at - SOFT_WITHIN, message__to_address__in=addresses
    ).values_list("message__to_address", "at")
    days: dict[str, set[date]] = defaultdict(set)
    for address, moment in rows:
        days[address].add(moment.date())
    return {address for address, on in days.items() if len(on) >= SOFT_DAYS}
