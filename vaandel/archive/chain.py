"""How an entry is sealed: the one place that says what a digest is of.

``exports.README`` says the same in words, for somebody who checks an export without Vaandel.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime


def canonical(content: Mapping[str, object]) -> str:
    """The same content always gives the same letters: sorted keys, no spaces, no escapes."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def moment(at: datetime) -> str:
    """``2026-11-22T13:04:05.000000+00:00``"""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def digest_of(
    *,
    number: int,
    at: datetime,
    kind: str,
    subject: str,
    content_digest: str,
    previous_digest: str,
    keep_until: date,
) -> str:
    """SHA-256 of the seven fields, one on each line, in this order."""
    lines = (
        str(number),
        moment(at),
        kind,
        subject,
        content_digest,
        previous_digest,
        keep_until.isoformat(),
    )
    return sha256("\n".join(lines))
