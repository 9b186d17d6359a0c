"""With what a browser says that its address changed, also when nobody is signed in there."""

from __future__ import annotations

from django.core.signing import BadSignature, Signer


def renewal_token(digest: str) -> str:
    """Of the address that is replaced. It can only name another address for the same browser."""
    return _signer().sign(digest)


def digest_of_token(token: str) -> str | None:
    """None for a token that was not made here."""
    try:
        return _signer().unsign(token)
    except BadSignature:
        return None


def _signer() -> Signer:
    return Signer(salt="vaandel.delivery.browser", sep="~")
