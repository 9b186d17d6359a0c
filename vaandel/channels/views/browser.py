"""A secret of this browser alone, so that only it can finish what it began.

It lies beside the session and not in it, because somebody may have to sign in again between
leaving and coming back.
"""

from __future__ import annotations

import re
import secrets
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse

COOKIE: Final = "vaandel_connecting"
SECONDS: Final = 600
_SECRET: Final = re.compile(r"[\w-]{43}", re.ASCII)


def browser_secret(request: HttpRequest) -> str:
    """What this browser holds, or something new that ``remember`` must put there."""
    held = held_secret(request)
    return held or secrets.token_urlsafe(32)


def held_secret(request: HttpRequest) -> str:
    held = request.COOKIES.get(COOKIE, "")
    return held if _SECRET.fullmatch(held) else ""


def remember(response: HttpResponse, secret: str) -> None:
    response.set_cookie(
        COOKIE,
        secret,
        max_age=SECONDS,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
