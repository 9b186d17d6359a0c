"""Addresses of short links."""

from __future__ import annotations

from django.conf import settings

from vaandel.links.models import Link

PREFIX = "/s/"


def short_url(link: Link) -> str:
    return f"{settings.LINK_URL}{PREFIX}{link.code}"


def ended_url(code: str) -> str:
    """The friendly page of a link that has ended: the address of `shares:ended`."""
    return f"{settings.PUBLIC_URL}/over/{code}/"
