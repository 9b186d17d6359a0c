"""The link in an invitation: signed, so that nobody guesses it. Its end stands in the row."""

from __future__ import annotations

from django.core.signing import BadSignature, Signer

from vaandel.organizations.models import Invitation

_signer = Signer(salt="vaandel.organizations.join")


def join_token(invitation: Invitation) -> str:
    return _signer.sign(str(invitation.pk))


def invitation_of(token: str) -> Invitation | None:
    """The invitation of a token; None when the token is forged or the invitation is gone.

    Works without a tenant scope. Ask ``invitation.is_open(at)`` whether it may still be used.
    """
    try:
        invitation_id = int(_signer.unsign(token))
    except (BadSignature, ValueError):
        return None
    return (
        Invitation.across_tenants.select_related("organization", "member__user")
        .filter(pk=invitation_id)
        .first()
    )
