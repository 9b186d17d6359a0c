"""Secrets at rest: encrypted with keys that follow from the secret key."""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def vault(purpose: str) -> MultiFernet:
    """Encrypts with today's secret key, and still reads what older ones encrypted.

    What is encrypted for one purpose cannot be read for another.
    """
    return MultiFernet(
        [
            Fernet(
                base64.urlsafe_b64encode(hashlib.sha256(purpose.encode() + key.encode()).digest())
            )
            for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
        ]
    )
