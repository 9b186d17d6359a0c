"""Looks into a PDF without showing or running anything. Knows neither Django nor tables."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO, Final

from pypdf import PdfReader
from pypdf.errors import LimitReachedError, PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

MOST_PAGES: Final = 300
# Programs write it at the very start; readers look for it this far.
_HEAD: Final = 1024
_SIGN: Final = b"%PDF-"
_RUNNING: Final = frozenset({"/JavaScript", "/Launch", "/ImportData", "/RichMediaExecute"})
_RUNNING_PARTS: Final = frozenset({"/JS", "/JavaScript", "/XFA"})
_FILES: Final = frozenset({"/EmbeddedFiles", "/EF"})
_BROKEN: Final = (
    PyPdfError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)


class NotADocument(ValueError):
    """Cannot be used. ``reason``: wrong_kind, encrypted, damaged, too_many_pages, running,
    files_within or too_complex."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def pages_of(file: BinaryIO) -> int:
    """The number of pages of a PDF that may be shared; raises ``NotADocument``."""
    if _SIGN not in file.read(_HEAD):
        raise NotADocument("wrong_kind")
    file.seek(0)
    try:
        reader = PdfReader(file, strict=False)
        if reader.is_encrypted:
            raise NotADocument("encrypted")
        pages = len(reader.pages)
        _check_harmless(reader)
    except (MemoryError, RecursionError, LimitReachedError) as error:
        raise NotADocument("too_complex") from error
    except _BROKEN as error:
        if isinstance(error, NotADocument):
            raise
        raise NotADocument("damaged") from error
    if pages == 0:
        raise NotADocument("damaged")
    if pages > MOST_PAGES:
        raise NotADocument("too_many_pages")
    return pages


def _check_harmless(reader: PdfReader) -> None:
    """Everything that can be reached from the start of the document, each part once."""
    seen: set[int] = set()
    waiting: list[Any] = [reader.trailer]
    while waiting:
        part = waiting.pop()
        if isinstance(part, IndirectObject):
            if part.idnum in seen:
                continue
            seen.add(part.idnum)
            part = part.get_object()
        if isinstance(part, DictionaryObject):
            _check_part(part)
        waiting += _within(part)


def _check_part(part: DictionaryObject) -> None:
    if _FILES & part.keys():
        raise NotADocument("files_within")
    if _RUNNING_PARTS & part.keys():
        raise NotADocument("running")
    action = part.get("/S")
    if isinstance(action, str) and action in _RUNNING:
        raise NotADocument("running")


def _within(part: object) -> Iterator[Any]:
    """As it stands there: a reference is not followed yet."""
    if isinstance(part, DictionaryObject):
        yield from (value for value in dict.values(part) if _holds_more(value))
    elif isinstance(part, ArrayObject):
        yield from (value for value in list.__iter__(part) if _holds_more(value))


def _holds_more(value: object) -> bool:
    return isinstance(value, IndirectObject | DictionaryObject | ArrayObject)
