"""The keys with which this installation proves to Bluesky servers who it is.

A session belongs to the key with which it began and lives two years at most, so a key that has
been replaced goes on signing for the sessions it began, and is shown to servers as long.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction

from vaandel.channels.bluesky import proofs
from vaandel.channels.bluesky.issuer import ALGORITHM
from vaandel.channels.models import SigningKey
from vaandel.channels.sealing import LostKey, sealed, unsealed

PURPOSE: Final = "signing-key"
# Servers keep our public keys for ten minutes or more before they look again.
KNOWN_AFTER: Final = timedelta(hours=1)
KEPT: Final = timedelta(days=731)


def signing_keys(*, at: datetime) -> list[dict[str, Any]]:
    """Private keys with ``kid``: first the one that signs what begins now, made when there is
    none yet. Those that an unknown secret key encrypted are left out."""
    newest_first = list(_readable(at)) or [_made(at)]
    # A new key waits until servers may have seen it, unless there is no other; of several that
    # two processes made at the same moment, the first was seen first.
    known = [key for key, made_at in newest_first if made_at <= at - KNOWN_AFTER]
    waiting = [key for key, made_at in newest_first if made_at > at - KNOWN_AFTER]
    return known + waiting[::-1]


def public_keys(*, at: datetime) -> list[dict[str, Any]]:
    """As servers fetch them."""
    return [
        {**proofs.public_part(key), "kid": key["kid"], "use": "sig", "alg": ALGORITHM}
        for key in signing_keys(at=at)
    ]


@transaction.atomic
def replace_key(*, at: datetime) -> str:
    """Make a new one, which signs in an hour; the name of it. Sessions go on with their own."""
    SigningKey.objects.filter(retired_at__lte=at - KEPT).delete()
    SigningKey.objects.filter(retired_at=None).update(retired_at=at)
    key, _made_at = _made(at)
    return str(key["kid"])


def _readable(at: datetime) -> Iterator[tuple[dict[str, Any], datetime]]:
    for row in SigningKey.objects.order_by("-created_at", "-pk"):
        if row.retired_at and row.retired_at <= at - KEPT:
            continue
        try:
            yield {**unsealed(PURPOSE, row.key_sealed), "kid": row.kid}, row.created_at
        except LostKey:
            continue


def _made(at: datetime) -> tuple[dict[str, Any], datetime]:
    key, kid = proofs.new_key(), f"{at:%Y-%m-%d}-{secrets.token_hex(4)}"
    SigningKey.objects.create(kid=kid, key_sealed=sealed(PURPOSE, key), created_at=at)
    return {**key, "kid": kid}, at
