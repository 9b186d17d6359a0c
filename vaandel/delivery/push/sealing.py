"""What we keep of a browser is encrypted: who knows it can write to that browser."""

from __future__ import annotations

import hashlib
import json
from typing import Final

from vaandel.delivery.models import PushSubscription
from vaandel.lib.crypto import vault

SEALED_FOR: Final = "vaandel.delivery.browser"


def sealed(text: str) -> str:
    return vault(SEALED_FOR).encrypt(text.encode()).decode()


def opened(text: str) -> str:
    return vault(SEALED_FOR).decrypt(text.encode()).decode()


def keys_of(subscription: PushSubscription) -> dict[str, str]:
    keys: dict[str, str] = json.loads(opened(subscription.keys))
    return keys


def digest_of(endpoint: str) -> str:
    """To find a browser again. The same is computed on the page: SHA-256 in hexadecimal."""
    return hashlib.sha256(endpoint.encode()).hexdigest()
