"""Links in mails with which somebody changes their own choices without signing in.

Signed, for one person. Raising ``mail_nonce`` ends every link that was sent before.
"""

from __future__ import annotations

from django.conf import settings
from django.core.signing import BadSignature, Signer

from vaandel.ambassadors.models import Enrolment
from vaandel.lib.paths import path_with
from vaandel.organizations.tokens import invitation_of, join_token

__all__ = [
    "choices_token",
    "enrolment_of",
    "invitation_of",
    "join_token",
    "mail_choices_url",
    "one_click_url",
]

_signer = Signer(salt="vaandel.ambassadors.choices")


def choices_token(enrolment: Enrolment) -> str:
    return _signer.sign(f"{enrolment.pk}.{enrolment.mail_nonce}")


def enrolment_of(token: str) -> Enrolment | None:
    """Whose choices a link is about; None when it is forged or ended. Needs no tenant scope."""
    try:
        pk, nonce = _signer.unsign(token).split(".")
        key = {"pk": int(pk), "mail_nonce": int(nonce)}
    except (BadSignature, ValueError):
        return None
    return (
        Enrolment.across_tenants.select_related("organization", "programme", "member__user")
        .filter(**key)
        .first()
    )


def mail_choices_url(enrolment: Enrolment) -> str:
    path = path_with("ambassadors:mail_choices", choices_token(enrolment))
    return f"{settings.PUBLIC_URL}{path}"


def one_click_url(enrolment: Enrolment) -> str:
    """For ``List-Unsubscribe``: a POST to it stops the mails (RFC 8058)."""
    path = path_with("ambassadors:unsubscribe", choices_token(enrolment))
    return f"{settings.PUBLIC_URL}{path}"
