"""Pictures made for networks, kept for the next who shares the same post there.

In this process, at most so many bytes, the longest unused one goes first. Threads that need
the same picture at once wait for the one that makes it.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Final

from vaandel.channels.adapter import Picture

_STRIPES: Final = 16


class Drawn:
    """Safe for threads. What fails to be made is not kept."""

    def __init__(self, *, most_bytes: int) -> None:
        self._most = most_bytes
        self._held = 0
        self._pictures: OrderedDict[Hashable, Picture] = OrderedDict()
        self._lock = threading.Lock()
        self._making = [threading.Lock() for _ in range(_STRIPES)]

    def get(self, key: Hashable, make: Callable[[], Picture]) -> Picture:
        """The picture under this key, made if there is none yet."""
        found = self._kept(key)
        if found is not None:
            return found
        with self._making[hash(key) % _STRIPES]:
            return self._kept(key) or self._keep(key, make())

    def _kept(self, key: Hashable) -> Picture | None:
        with self._lock:
            found = self._pictures.get(key)
            if found is not None:
                self._pictures.move_to_end(key)
            return found

    def _keep(self, key: Hashable, picture: Picture) -> Picture:
        with self._lock:
            self._pictures[key] = picture
            self._held += len(picture.content)
            while self._held > self._most:
                _key, oldest = self._pictures.popitem(last=False)
                self._held -= len(oldest.content)
        return picture
