"""Processes: stopping when asked to, and not outliving the one that started them."""

from __future__ import annotations

import fcntl
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

LOCK_NAME = ".in-use"
_asked_to_stop = threading.Event()


def stop_event() -> threading.Event:
    """An event that SIGTERM, SIGINT or SIGHUP sets. Call in the main thread."""
    stop = threading.Event()
    _asked_to_stop.clear()

    def ask_to_stop(_number: int, _frame: FrameType | None) -> None:
        _asked_to_stop.set()
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, ask_to_stop)
    return stop


def asked_to_stop() -> bool:
    """Whether one of those signals came: work with many steps ends between two of them."""
    return _asked_to_stop.is_set()


def stop_with_parent(parent: int, *, every: float = 1.0) -> None:
    """Send SIGTERM to this process when its parent has gone, however that ended.

    The parent says who it is: asked for here, it could be gone already.
    """

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(every)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()


class FolderInUse(Exception):
    """Somebody else holds the folder."""


@contextmanager
def hold_folder(folder: Path, *, alone: bool) -> Iterator[None]:
    """Say that this process uses a folder, together with others or alone.

    Raises `FolderInUse` when the two do not go together. The system gives the lock back
    when the process ends, however that happens.
    """
    descriptor = os.open(folder / LOCK_NAME, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise FolderInUse(str(folder)) from error
        yield
    finally:
        os.close(descriptor)
