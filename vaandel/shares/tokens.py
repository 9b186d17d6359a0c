"""The signed name of a personal link, as it stands in a mail."""

from __future__ import annotations

from django.core.signing import BadSignature, Signer

_SALT = "vaandel.shares.personal-link"


def token_of(link_id: int) -> str:
    return _signer().sign(str(link_id))


def link_id_of(token: str) -> int | None:
    """The id of the link; None when the token was not made here."""
    try:
        return int(_signer().unsign(token))
    except (BadSignature, ValueError):
        return None


def _signer() -> Signer:
    return Signer(salt=_SALT, sep="~")
