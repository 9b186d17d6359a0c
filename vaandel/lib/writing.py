"""A `write` that keeps the interpreter to itself.

`os.write` lets other threads in while the system works, and then waits for its turn again. For a
line of a hundred bytes, which is in the page cache after a microsecond, that wait costs many
times the writing: a fifth more redirects per second here. Not for what may take long.
"""

from __future__ import annotations

import ctypes
import os
from typing import Final

_libc: Final = ctypes.PyDLL(None, use_errno=True)
_write: Final = _libc.write
_write.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_size_t)
_write.restype = ctypes.c_ssize_t


def write_at_once(descriptor: int, data: bytes) -> int:
    """Write with one call of the system; returns how many bytes it took. Raises ``OSError``."""
    written: int = _write(descriptor, data, len(data))
    if written < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return written
