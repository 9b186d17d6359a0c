"""How often something may be done. Counted in Django's cache: per process, unless it is shared."""

from __future__ import annotations

import time

from django.core.cache import cache


def allowed(key: str, *, amount: int, seconds: int) -> bool:
    """Count one time for ``key``; False when this window of ``seconds`` has had ``amount``."""
    window = f"rate:{key}:{int(time.time()) // seconds}"
    if cache.add(window, 1, timeout=seconds):
        return True
    try:
        return cache.incr(window) <= amount
    except ValueError:
        # It fell out of the cache between the two calls.
        return True
