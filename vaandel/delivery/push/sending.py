"""Handing one notice to the push service of a browser (RFC 8030, 8188, 8291)."""

from __future__ import annotations

import base64
import hashlib
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import http_ece
from cryptography.fernet import InvalidToken
from cryptography.hazmat.primitives.asymmetric import ec
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from vaandel.delivery.models import Notice, PushSubscription
from vaandel.delivery.outlets import Gone, RefusedForGood, RefusedForNow, retry_after
from vaandel.delivery.push.keys import KeyLost, authorization
from vaandel.delivery.push.sealing import keys_of, opened
from vaandel.lib.http import Answered, FetchFailed, Reason, post

logger = logging.getLogger("vaandel.delivery")

# A push service takes 4,096 bytes, and encryption adds some; this leaves room for careful ones.
MOST_BYTES: Final = 3000
SHORTEST: Final = 40
TOO_LARGE: Final = 413
SECONDS: Final = 10.0
URGENCIES: Final = frozenset({"very-low", "low", "normal", "high"})
# These are about the address, and will be the same the next time.
NEVER: Final = frozenset({Reason.NOT_A_URL, Reason.PRIVATE_ADDRESS, Reason.PORT})


@dataclass(frozen=True, slots=True)
class Manner:
    """How a push service shall treat it: keep it how long, and wake a telephone or not."""

    lasting: timedelta
    urgency: str = "normal"


def send(notice: Notice) -> None:
    """Raises one of the exceptions of ``outlets`` unless the push service took it.

    What the person sees of it is noted on the browser; one that is gone is forgotten, and
    with it what waits for it.
    """
    now = timezone.now()
    payload = dict(notice.payload)
    urgency = str(payload.pop("urgency", ""))
    manner = Manner(
        lasting=lasting(notice.windows, notice.expires_at, at=now),
        urgency=urgency if urgency in URGENCIES else "normal",
    )
    assert notice.subscription is not None  # noqa: S101 - for the type checker
    deliver(notice.subscription, payload, manner, at=now)


def lasting(windows: list[list[str]], expires_at: datetime, *, at: datetime) -> timedelta:
    """How long a push service may keep it: never into hours in which nothing may come.

    A telephone that is off gets it when it is switched on, and that may be in the evening.
    """
    end = expires_at
    for begins, ends in windows:
        first, last = parse_datetime(begins), parse_datetime(ends)
        if first is not None and last is not None and first <= at < last:
            end = min(end, last)
    return max(end - at, timedelta())


def deliver(
    subscription: PushSubscription, payload: Mapping[str, Any], manner: Manner, *, at: datetime
) -> None:
    """Send at once, and note how it went; raises what ``outlets`` names."""
    # By its id, whatever organisation is in scope: it was loaded already.
    rows = PushSubscription.across_tenants.filter(pk=subscription.pk)
    try:
        hand_over(subscription, payload, manner, at=at)
    except (RefusedForNow, RefusedForGood) as refused:
        rows.update(last_error=str(refused)[:300], failed_at=at)
        raise
    except Gone:
        rows.delete()
        raise
    rows.update(reached_at=at, last_error="", failed_at=None)


def hand_over(
    subscription: PushSubscription, payload: Mapping[str, Any], manner: Manner, *, at: datetime
) -> None:
    answer = exchange(subscription, packed(payload, MOST_BYTES), manner, at=at)
    if answer.status == TOO_LARGE:
        # Without the text: what matters is that something can be opened.
        short = packed({**payload, "body": ""}, MOST_BYTES // 3)
        answer = exchange(subscription, short, manner, at=at)
    judge(answer, at=at)


def exchange(
    subscription: PushSubscription, data: bytes, manner: Manner, *, at: datetime
) -> Answered:
    try:
        endpoint = opened(subscription.endpoint)
        headers = {
            "Authorization": authorization(endpoint, at=at),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(int(manner.lasting.total_seconds())),
            "Urgency": manner.urgency,
            "Topic": topic_of(str(json.loads(data).get("tag", ""))),
        }
        body = encrypted(data, **keys_of(subscription))
        return post(endpoint, body, headers=headers, timeout=SECONDS)
    except (KeyLost, InvalidToken) as error:
        logger.exception("What is encrypted for push cannot be read: see vaandel doctor.")
        raise RefusedForNow("key", retry_after=timedelta(hours=1)) from error
    except FetchFailed as error:
        if error.reason in NEVER:
            raise RefusedForGood(str(error.reason)) from error
        raise RefusedForNow(str(error.reason)) from error


def encrypted(data: bytes, *, p256dh: str, auth: str) -> bytes:
    """Only that browser can read it; the push service cannot."""
    sealed: bytes = http_ece.encrypt(
        data,
        private_key=ec.generate_private_key(ec.SECP256R1()),
        dh=bytes_of(p256dh),
        auth_secret=bytes_of(auth),
        version="aes128gcm",
    )
    return sealed


def bytes_of(base64url: str) -> bytes:
    return base64.urlsafe_b64decode(base64url + "=" * (-len(base64url) % 4))


def judge(answer: Answered, *, at: datetime) -> None:
    status = answer.status
    if 200 <= status < 300:
        return
    if status in {404, 410}:
        raise Gone(str(status))
    if status in {408, 425, 429} or status >= 500:
        asked = retry_after(answer.headers.get("retry-after", ""), at=at)
        raise RefusedForNow(str(status), retry_after=asked)
    logger.warning(
        "A push service refused a notice.",
        extra={"status": status, "reason": answer.body[:200].decode("utf-8", "replace")},
    )
    raise RefusedForGood(str(status))


def topic_of(tag: str) -> str:
    """A later notice about the same replaces one that still waits at the push service."""
    digest = hashlib.sha256(tag.encode()).digest()
    return base64.urlsafe_b64encode(digest)[:32].decode()


def packed(payload: Mapping[str, Any], most: int) -> bytes:
    """As JSON of at most so many bytes: the text is shortened first, then the title."""
    rest = dict(payload)
    for name in ("body", "title"):
        while len(data := as_json(rest)) > most and len(rest.get(name, "")) > SHORTEST:
            rest[name] = f"{rest[name][: len(rest[name]) * 3 // 4].rstrip('… ')}…"
    if len(data := as_json(rest)) > most:
        raise RefusedForGood(str(TOO_LARGE))
    return data


def as_json(payload: Mapping[str, Any]) -> bytes:
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
