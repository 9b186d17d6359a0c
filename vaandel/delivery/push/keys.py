"""The key pair with which push services know this installation (VAPID, RFC 8292).

Made at its first use and kept in the database, so that all nodes have the same one.
"""

from __future__ import annotations

import base64
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from cryptography.fernet import InvalidToken
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from py_vapid import Vapid02

from vaandel.delivery.models import PushKey

# Services refuse more than a day; clocks differ a little.
GOOD_FOR: Final = timedelta(hours=12)


class KeyLost(Exception):
    """The key is there, but was encrypted with a secret key that this process does not have."""


def public_key() -> str:
    """What a browser needs in order to subscribe: base64url without padding."""
    return push_key().public


def push_key() -> PushKey:
    key = PushKey.objects.filter(pk=PushKey.ONLY).first()
    if key is not None:
        return key
    fresh = new_key()
    # Of several that make one at once, the first wins, and all take that one.
    return PushKey.objects.get_or_create(
        pk=PushKey.ONLY,
        defaults={"public": fresh.public, "encrypted_private": fresh.encrypted_private},
    )[0]


def new_key() -> PushKey:
    pair = ec.generate_private_key(ec.SECP256R1())
    point = pair.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    key = PushKey(pk=PushKey.ONLY, public=base64url(point))
    key.private = base64url(pair.private_numbers().private_value.to_bytes(32, "big"))
    return key


def replace_key() -> PushKey:
    """A new pair in place of the old one. Every browser has to be switched on again."""
    key = new_key()
    key.save()
    return key


def authorization(endpoint: str, *, at: datetime) -> str:
    """The header that says to one push service who we are. Raises ``KeyLost``."""
    parts = urlsplit(endpoint)
    try:
        private = push_key().private
    except InvalidToken as error:
        raise KeyLost from error
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int((at + GOOD_FOR).timestamp()),
        "sub": contact(),
    }
    return str(_signer(private).sign(claims)["Authorization"])


def contact() -> str:
    """Whom a push service can turn to: the sender of our mails, else this website."""
    address = str(settings.SERVER_EMAIL)
    if "@" in address and not address.endswith("@localhost"):
        return f"mailto:{address}"
    public = str(settings.PUBLIC_URL)
    return public if public.startswith("https://") else "mailto:nobody@example.org"


@lru_cache(maxsize=2)
def _signer(private: str) -> Vapid02:
    return Vapid02.from_raw(private.encode())


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
