"""Leaving a mail server alone that takes nothing. One for each process."""

from __future__ import annotations

import secrets
import threading
import time
from typing import Final

FIRST_PAUSE: Final = 5.0
LONGEST_PAUSE: Final = 60.0


class Breaker:
    """Open: nothing is tried, for 5, 10, 20 … seconds, at most a minute."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open_until = 0.0
        self._times = 0
        self._strikes = 0

    def is_open(self) -> bool:
        return self.seconds_left() > 0

    def seconds_left(self) -> float:
        return max(0.0, self._open_until - time.monotonic())

    def end_pause(self) -> None:
        """As if the pause were over; the next one is longer all the same."""
        self._open_until = 0.0

    def trip(self) -> None:
        """The server is away."""
        with self._lock:
            if self.is_open():
                return
            pause = min(FIRST_PAUSE * 2**self._times, LONGEST_PAUSE)
            self._times = min(self._times + 1, 10)
            self._strikes = 0
            self._open_until = time.monotonic() + pause * (0.75 + secrets.randbelow(501) / 1000)

    def strike(self, most: int) -> None:
        """The server took a message not now. So many in a row, of whatever receiver: it trips."""
        with self._lock:
            self._strikes += 1
            enough = self._strikes >= most
        if enough:
            self.trip()

    def reset(self) -> None:
        """The server took a message."""
        self._open_until = 0.0
        self._times = self._strikes = 0


BREAKER: Final = Breaker()
