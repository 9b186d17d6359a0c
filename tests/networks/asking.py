"""One client for all tests of networks, since making one takes longer than a test does."""

from __future__ import annotations

import httpx

ONCE = httpx.Limits(max_keepalive_connections=0)
http = httpx.Client(verify=False, limits=ONCE, timeout=10)
