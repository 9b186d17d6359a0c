"""Addresses that get no mail: they bounced for good, or somebody there called our mail unwanted.

Kept as keyed digests, so that the table is no list of addresses. Essential mails (a sign-in
code) go out all the same; the sender asks here about all others.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import models, transaction
from django.utils.crypto import salted_hmac

from vaandel.mailing.models import Suppression

Reason = Suppression.Reason
DETAIL_LENGTH = 300


@transaction.atomic
def suppress(address: str, reason: str, detail: str, at: datetime) -> bool:
    """Send no more mail to this address; False when that was so already.

    A complaint is stronger than a bounce and takes its place; a bounce changes nothing about
    a complaint. ``detail`` is what the server said, without any address in it.
    """
    known = suppressions_of(address)
    if known.filter(reason__in={reason, Reason.COMPLAINED}).exists():
        return False
    known.delete()
    _, created = Suppression.objects.get_or_create(
        address_digest=digests(address)[0],
        defaults={"reason": reason, "detail": detail[:DETAIL_LENGTH], "since": at},
    )
    return created


def is_suppressed(address: str) -> bool:
    return suppressions_of(address).exists()


def lift(address: str) -> bool:
    """Send mail there again; False when it was not suppressed."""
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
