"""Whether messages to browsers can be signed and switched on; for `vaandel doctor`."""

from __future__ import annotations

from urllib.parse import urlsplit

from cryptography.fernet import InvalidToken

from vaandel.config.environment import ENVIRONMENT
from vaandel.config.health import Finding
from vaandel.delivery.models import PushKey

NAME = "messages to browsers"
LOCAL = {"localhost", "127.0.0.1", "::1"}


def examine(url: str = ENVIRONMENT.url) -> Finding:
    key = PushKey.objects.filter(pk=PushKey.ONLY).first()
    if key is not None and not readable(key):
        return Finding(
            NAME,
            False,
            "the key that signs them was encrypted with a secret key that is not here",
            "Put the earlier VAANDEL_SECRET_KEY into VAANDEL_OLD_SECRET_KEYS. If it is lost, run "
            "`vaandel push-key --new`: everybody then switches their browser on again.",
        )
    address = urlsplit(url)
    if address.scheme != "https" and address.hostname not in LOCAL:
        return Finding(NAME, True, f"off: browsers allow them on https only, not on {url}")
    if key is None:
        return Finding(NAME, True, "the key is made when somebody looks at the page of messages")
    return Finding(NAME, True, f"signed with the key of {key.made_at:%Y-%m-%d}")


def readable(key: PushKey) -> bool:
    try:
        return bool(key.private)
    except InvalidToken:
        return False
