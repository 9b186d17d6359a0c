"""What every page's frame needs."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def frame(request: HttpRequest) -> dict[str, Any]:
    """``member`` and ``organization`` on pages below an organisation, else None."""
    member = getattr(request, "member", None)
    return {
        "member": member,
        "organization": member.organization if member else None,
        "languages": settings.LANGUAGES,
    }
