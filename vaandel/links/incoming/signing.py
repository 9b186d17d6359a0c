"""Proof that a message comes from who has the secret of an endpoint.

Messages with a body are signed as Standard Webhooks says. A server that can only ask for an
address signs its query with the same secret (`query_signature`).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

PREFIX = "whsec_"
SECRET_BYTES = 32
TOLERANCE = timedelta(minutes=5)
HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature")
QUERY_SIGNATURE = "sig"
QUERY_TIME = "ts"


class BadSignature(Exception):
    """The message is not signed with this secret, or not within five minutes of now."""


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def check_body(*, secret: str, body: bytes, headers: Mapping[str, str]) -> None:
    """Raise ``BadSignature`` unless one of the signatures in the headers fits this body."""
    given = {name: headers.get(name, "") for name in HEADERS}
    try:
        Webhook(secret).verify(body, given, json_parse=False)
    except WebhookVerificationError as error:
        raise BadSignature(str(error)) from error
    except ValueError as error:
        # Not base64, not "version,signature", or a body that is no text.
        raise BadSignature("Invalid Signature Headers") from error


def signed_body(*, secret: str, message_id: str, at: datetime, body: str) -> dict[str, str]:
    """The three headers that go with a body."""
    signature = Webhook(secret).sign(msg_id=message_id, timestamp=at, data=body)
    return dict(zip(HEADERS, (message_id, str(int(at.timestamp())), signature), strict=True))


def query_text(query: Mapping[str, str]) -> str:
    """What is signed: all parameters but the signature, sorted by name, percent-encoded, with
    ``&`` between them. Letters, digits and ``-._~`` stay as they are."""
    return "&".join(
        f"{quote(name, safe='')}={quote(query[name], safe='')}"
        for name in sorted(query)
        if name != QUERY_SIGNATURE
    )


def query_signature(*, secret: str, query: Mapping[str, str]) -> str:
    """HMAC-SHA256 of the query in hexadecimal; the key is what follows ``whsec_``, decoded."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return hmac.new(key, query_text(query).encode(), hashlib.sha256).hexdigest()


def check_query(*, secret: str, query: Mapping[str, str], at: datetime) -> None:
    """Raise ``BadSignature`` unless the query is signed, and within five minutes of ``at``."""
    expected = query_signature(secret=secret, query=query).encode()
    if not hmac.compare_digest(expected, query.get(QUERY_SIGNATURE, "").lower().encode()):
        raise BadSignature("No matching signature found")
    stamp = query.get(QUERY_TIME, "")
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 11):
        raise BadSignature("Missing or invalid ts")
    if abs(datetime.fromtimestamp(int(stamp), UTC) - at) > TOLERANCE:
        raise BadSignature("ts too old or too new")
