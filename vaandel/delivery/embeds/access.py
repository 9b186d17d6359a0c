"""From an id or a signed address to a place on the intranet."""

from __future__ import annotations

from django.http import Http404

from vaandel.delivery.embeds.tokens import key_of
from vaandel.delivery.models import Embed
from vaandel.organizations.models import Member


class EmbedOver(Exception):
    """The address was made here, and then closed or renewed."""

    def __init__(self, embed: Embed) -> None:
        super().__init__(f"The address of place {embed.pk} is over.")
        self.embed = embed


def embed_for(member: Member, embed_id: int) -> Embed:
    found = Embed.objects.filter(organization=member.organization_id, pk=embed_id).first()
    if found is None:
        raise Http404("No such place.")
    return found


def embed_of_token(token: str) -> Embed:
    """Whose place a signed address is, whatever the tenant. Raises ``EmbedOver``."""
    key = key_of(token)
    if key is None:
        raise Http404("No such place.")
    rows = Embed.across_tenants.select_related("organization").filter(pk=key[0])
    found = rows.first()
    if found is None:
        raise Http404("No such place.")
    if found.nonce != key[1] or found.revoked_at is not None:
        raise EmbedOver(found)
    return found
