"""The link at the foot of the letter with which an owner stops it without signing in."""

from __future__ import annotations

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import Http404
from django.urls import reverse

from vaandel.organizations.models import Member

_signer = Signer(salt="vaandel.impact.letters")


def stop_url(member: Member) -> str:
    path = reverse("impact:letter_stop", args=[_signer.sign(str(member.pk))])
    return f"{settings.PUBLIC_URL}{path}"


def member_of_token(token: str) -> Member:
    """Whose letter it is; needs no tenant scope. 404 for a token that was not made here."""
    try:
        pk = int(_signer.unsign(token))
    except (BadSignature, ValueError) as error:
        raise Http404("No such letter.") from error
    member = (
        Member.across_tenants.select_related("organization", "user")
        .filter(pk=pk, status=Member.Status.ACTIVE)
        .first()
    )
    if member is None:
        raise Http404("No such letter.")
    return member
