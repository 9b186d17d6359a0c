"""The address of a place on the intranet. It holds no name, and ends when ``nonce`` is raised."""

from __future__ import annotations

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from vaandel.delivery.models import Embed

_SALT = "vaandel.delivery.embed"


def token_of(embed: Embed) -> str:
    return _signer().sign(f"{embed.pk}.{embed.nonce}")


def key_of(token: str) -> tuple[int, int] | None:
    """The number of the place and its nonce; None when the token was not made here."""
    try:
        pk, nonce = _signer().unsign(token).split(".")
        return int(pk), int(nonce)
    except (BadSignature, ValueError):
        return None


def embed_url(embed: Embed) -> str:
    return f"{settings.PUBLIC_URL}{reverse('delivery:embed', args=[token_of(embed)])}"


def _signer() -> Signer:
    return Signer(salt=_SALT, sep="~")
