"""Decompression in small pieces, so that a small body cannot fill the memory."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from typing import Protocol

PIECE = 64 * 1024


class TooLarge(Exception):
    """The body is larger than allowed."""


class Damaged(Exception):
    """The body is not what its header says."""


class _Decompressor(Protocol):
    @property
    def unconsumed_tail(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...
    def flush(self) -> bytes: ...


def decompressed(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """The content in pieces of at most ``PIECE`` bytes (not compressed: as they come)."""
    name = encoding.strip().lower()
    if name in {"", "identity"}:
        yield from chunks
    elif name in {"gzip", "x-gzip", "deflate"}:
        yield from _pieces(chunks, name)
    else:
        raise Damaged(f"unknown encoding {name[:20]}")


def _pieces(chunks: Iterable[bytes], name: str) -> Iterator[bytes]:
    decompressor: _Decompressor | None = None
    for chunk in chunks:
        if decompressor is None:
            if not chunk:
                continue
            decompressor = _decompressor(name, chunk)
        data = chunk
        try:
            while data:
                yield decompressor.decompress(data, PIECE)
                data = decompressor.unconsumed_tail
        except zlib.error as error:
            raise Damaged(str(error)) from error
    if decompressor is not None:
        # At most one repeat of 258 bytes that found no room in the last piece.
        yield decompressor.flush()


def _decompressor(name: str, start: bytes) -> _Decompressor:
    if name != "deflate":
        return zlib.decompressobj(16 + zlib.MAX_WBITS)
    # Some servers send deflate with the header of zlib, as they should, some without.
    with_header = start[0] & 0x0F == 8
    return zlib.decompressobj(zlib.MAX_WBITS if with_header else -zlib.MAX_WBITS)
