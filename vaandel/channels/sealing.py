"""What opens something, as text for a column: JSON, encrypted for one purpose."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from cryptography.fernet import InvalidToken

from vaandel.lib.crypto import vault

ACCOUNT: Final = "connected-account"
NETWORK_APP: Final = "network-app"
SERVER_APP: Final = "server-app"
CONNECTING: Final = "connecting"
REVOCATION: Final = "revocation"
ANSWER: Final = "network-answer"


class LostKey(Exception):
    """It was encrypted with a secret key that this installation does not have any more."""


def sealed(purpose: str, values: Mapping[str, Any]) -> str:
    return vault(purpose).encrypt(json.dumps(dict(values)).encode()).decode()


def unsealed(purpose: str, text: str) -> dict[str, Any]:
    """Raises ``LostKey``."""
    try:
        values: dict[str, Any] = json.loads(vault(purpose).decrypt(text.encode()))
    except InvalidToken as error:
        raise LostKey(purpose) from error
    return values
