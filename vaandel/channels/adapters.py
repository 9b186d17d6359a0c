"""The networks to which an account can be connected. Adding one: a folder, and a line here."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from vaandel.channels.adapter import Adapter
from vaandel.channels.bluesky.adapter import ADAPTER as BLUESKY
from vaandel.channels.linkedin.adapter import ADAPTER as LINKEDIN
from vaandel.channels.mastodon.adapter import ADAPTER as MASTODON
from vaandel.channels.threads.adapter import ADAPTER as THREADS
from vaandel.channels.x.adapter import ADAPTER as X

__all__ = ["ADAPTERS"]

# In the order in which they are offered.
_ALL: Final[tuple[Adapter, ...]] = (LINKEDIN, X, BLUESKY, MASTODON, THREADS)
ADAPTERS: Final[Mapping[str, Adapter]] = MappingProxyType(
    {adapter.channel: adapter for adapter in _ALL}
)
