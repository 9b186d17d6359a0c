"""What stands in a mail's "not now" address: the ask, signed. It opens nothing else."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.core.signing import BadSignature, SignatureExpired, TimestampSigner
from django.urls import reverse

# Longer than a post is offered. An old mail that is passed on opens nothing any more.
GOOD_FOR: Final = timedelta(days=60)


class TokenOver(Exception):
    """The token was made here, too long ago."""


def _signer() -> TimestampSigner:
    return TimestampSigner(salt="vaandel.delivery.ask", sep="~")


def answer_token(ask_id: int) -> str:
    """Good for sixty days from now."""
    return _signer().sign(str(ask_id))


def ask_id_of(token: str) -> int | None:
    """The id in a token that we made; None for anything else. Raises ``TokenOver``."""
    try:
        return int(_signer().unsign(token, max_age=GOOD_FOR))
    except SignatureExpired as error:
        raise TokenOver from error
    except (BadSignature, ValueError):
        return None


def answer_url(ask_id: int, choice: str = "") -> str:
    """The whole address of the page where this ask is put aside; ``choice`` is chosen there."""
    path = reverse("delivery:answer", args=[answer_token(ask_id)])
    return f"{settings.PUBLIC_URL}{path}{f'?choice={choice}' if choice else ''}"
