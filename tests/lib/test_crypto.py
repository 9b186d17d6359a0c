"""Secrets at rest."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.fernet import InvalidToken

from vaandel.lib.crypto import vault


def test_what_was_encrypted_can_be_read() -> None:
    secret = vault("tokens").encrypt(b"hush")

    assert b"hush" not in secret
    assert vault("tokens").decrypt(secret) == b"hush"


def test_an_older_key_still_reads(settings: Any) -> None:
    settings.SECRET_KEY = "old" * 20
    secret = vault("tokens").encrypt(b"hush")

    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new" * 20, ["old" * 20]

    assert vault("tokens").decrypt(secret) == b"hush"


def test_another_key_or_purpose_does_not_read(settings: Any) -> None:
    secret = vault("tokens").encrypt(b"hush")

    with pytest.raises(InvalidToken):
        vault("seeds").decrypt(secret)
    settings.SECRET_KEY = "another" * 10
    with pytest.raises(InvalidToken):
        vault("tokens").decrypt(secret)
