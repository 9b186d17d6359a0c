"""What stands in a mail's "not now" address: the ask, signed. It opens nothing else."""

from __future__ import annotations

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse


def _signer() -> Signer:
    return Signer(salt="vaandel.delivery.ask")


def answer_token(ask_id: int) -> str:
    return _signer().sign(str(ask_id)).replace(":", "-", 1)


def ask_id_of(token: str) -> int | None:
    """The id in a token that we made; None for anything else."""
    try:
        return int(_signer().unsign(token.replace("-", ":", 1)))
    except (BadSignature, ValueError):
        return None


def answer_url(ask_id: int, choice: str = "") -> str:
    """The whole address of the page where this ask is put aside; ``choice`` is chosen there."""
    path = reverse("delivery:answer", args=[answer_token(ask_id)])
    return f"{settings.PUBLIC_URL}{path}{f'?choice={choice}' if choice else ''}"
