"""Addresses that get no mail: they bounced for good, or somebody there called our mail unwanted.

Kept as keyed digests, so that the table is no list of addresses. Essential mails (a sign-in
code) go out all the same; the sender asks here about all others.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models, transaction
from django.utils.crypto import salted_hmac

from vaandel.mailing.models import Return, Suppression

Reason = Suppression.Reason
DETAIL_LENGTH = 300
KEEP_DETAIL = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Unreachable:
    """``detail`` is what the server said, without any address in it."""

    address: str
    reason: str
    detail: str = ""


def suppress(address: str, reason: str, detail: str, at: datetime) -> bool:
    """Send no more mail to this address; False when that was so already."""
    return suppress_all([Unreachable(address, reason, detail)], at=at) > 0


@transaction.atomic
def suppress_all(found: Iterable[Unreachable], *, at: datetime) -> int:
    """Send no more mail to these; how many were not known. A few queries, however many.

    A complaint is stronger than a bounce and takes its place; a bounce changes nothing about
    a complaint.
    """
    wanted: dict[str, Unreachable] = {}
    for each in found:
        plain = normalised(each.address)
        if plain not in wanted or each.reason == Reason.COMPLAINED:
            wanted[plain] = each
    known = reasons_among(wanted)
    complaints = [
        digest
        for plain, each in wanted.items()
        if (known.get(plain), each.reason) == (Reason.BOUNCED, Reason.COMPLAINED)
        for digest in digests(plain)
    ]
    changed = Suppression.objects.filter(address_digest__in=complaints).update(
        reason=Reason.COMPLAINED, detail="", since=at
    )
    fresh = [
        Suppression(
            address_digest=digests(plain)[0],
            reason=each.reason,
            detail=each.detail[:DETAIL_LENGTH],
            since=at,
        )
        for plain, each in wanted.items()
        if plain not in known
    ]
    Suppression.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=200)
    return changed + len(fresh)


def is_suppressed(address: str) -> bool:
    return suppressions_of(address).exists()


@transaction.atomic
def lift(address: str) -> bool:
    """Send mail there again, and count anew what fails; False when it was not suppressed."""
    Return.objects.filter(kind=Return.Kind.SOFT, message__to_address__iexact=address).delete()
    return suppressions_of(address).delete()[0] > 0


def suppression_of(address: str) -> Suppression | None:
    """Why and since when nothing is sent there; None when mail is sent."""
    return suppressions_of(address).first()


def suppressed_among(addresses: Iterable[str]) -> set[str]:
    """Those of these addresses (as they are written here) that get no mail. One query."""
    return set(reasons_among(addresses))


def reasons_among(addresses: Iterable[str]) -> dict[str, str]:
    """Why, for those of these addresses that get no mail. One query."""
    by_digest: dict[str, list[str]] = {}
    for address in set(addresses):
        for digest in digests(address):
            by_digest.setdefault(digest, []).append(address)
    if not by_digest:
        return {}
    found = Suppression.objects.filter(address_digest__in=by_digest).values_list(
        "address_digest", "reason"
    )
    return {address: reason for digest, reason in found for address in by_digest[digest]}


def forget_details(*, at: datetime) -> int:
    """What servers said is of no use after a year; that the address gets no mail stays."""
    old = Suppression.objects.filter(since__lt=at - KEEP_DETAIL).exclude(detail="")
    returned = Return.objects.filter(at__lt=at - KEEP_DETAIL)
    return old.update(detail="") + returned.delete()[0]


def forget_bounces(address: str) -> None:
    """Of somebody whose account is erased; a complaint stays, so that we keep to it."""
    suppressions_of(address).filter(reason=Reason.BOUNCED).delete()


def suppressions_of(address: str) -> models.QuerySet[Suppression]:
    return Suppression.objects.filter(address_digest__in=digests(address))


def digests(address: str) -> list[str]:
    """The keyed digest of an address, with today's secret key first, then older keys'."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    plain = normalised(address)
    return [
        salted_hmac("vaandel.suppression", plain, secret=key, algorithm="sha256").hexdigest()
        for key in keys
    ]


def normalised(address: str) -> str:
    """The same for every way in which servers write one address: case, domain in IDNA."""
    local, _, domain = address.strip().lower().rpartition("@")
    try:
        domain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        # Not a name that exists; it is then only compared with itself.
        return f"{local}@{domain}"
    return f"{local}@{domain}"
