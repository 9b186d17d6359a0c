"""Processes: stopping when asked to, and not outliving the one that started them."""

from __future__ import annotations

import os
import signal
import threading
import time
from types import FrameType


def stop_event() -> threading.Event:
    """An event that SIGTERM, SIGINT or SIGHUP sets. Call in the main thread."""
    stop = threading.Event()

    def ask_to_stop(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, ask_to_stop)
    return stop


def stop_with_parent(*, every: float = 1.0) -> None:
    """Send SIGTERM to this process when its parent has gone, however that ended."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(every)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()
