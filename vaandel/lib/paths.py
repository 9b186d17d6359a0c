"""Addresses with a token in them, for mails to many people."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from django.urls import reverse

# What a token may look like, so that nothing in it is written otherwise in an address.
_STAND_IN: Final = "0123456789"


def path_with(name: str, token: str) -> str:
    """What ``reverse`` answers for a name whose only argument is this token.

    The token is of letters, digits and ``-_.~:``. Looking the name up takes longer than
    signing the token, so that is done once.
    """
    before, after = _around(name)
    return f"{before}{token}{after}"


@lru_cache(maxsize=100)
def _around(name: str) -> tuple[str, str]:
    before, _, after = reverse(name, args=[_STAND_IN]).partition(_STAND_IN)
    return before, after
