"""A CSV or XLSX file as a header and rows of text, whatever made it.

Every cell is text: a formula in a CSV file is never evaluated, and of a formula in XLSX only
the value that was saved is read.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import IO, Any

from python_calamine import CalamineError, CalamineWorkbook

MAX_BYTES = 10 * 1024 * 1024
MAX_UNPACKED = 80 * 1024 * 1024
MAX_COLUMNS = 50
MAX_ROWS = 50_000
MAX_CELL = 5_000
CHUNK = 256 * 1024
DELIMITERS = (";", ",", "\t")
ZIP_START = b"PK\x03\x04"
CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
# A spreadsheet would run these as a formula.
FORMULA_START = ("=", "+", "-", "@", "\t", "\r")
Cell = int | float | str | bool | time | date | datetime | timedelta


class Unreadable(Exception):
    """The file cannot be read as a list. ``reason`` is a code, ``line`` counts from 1."""

    def __init__(self, reason: str, *, line: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


@dataclass(frozen=True, slots=True)
class Row:
    """``number`` is what a spreadsheet program shows in front of the row."""

    number: int
    cells: list[str]


@dataclass(frozen=True, slots=True)
class Table:
    header: list[str]
    rows: Iterator[Row]


def read_table(file: IO[bytes], *, size: int) -> Table:
    """The header and the rows, read as they are asked for; raise ``Unreadable``.

    Rows without any text are left out. Also while iterating ``Unreadable`` may be raised.
    """
    if size > MAX_BYTES:
        raise Unreadable("too_large")
    file.seek(0)
    start = file.read(CHUNK)
    if not start.strip():
        raise Unreadable("empty")
    rows = xlsx_rows(file) if start.startswith(ZIP_START) else csv_rows(file, start)
    first = next(rows, None)
    if first is None:
        raise Unreadable("empty")
    header = first.cells
    while header and not header[-1]:
        header.pop()
    if len(header) > MAX_COLUMNS:
        raise Unreadable("too_many_columns")
    if any(looks_like_address(cell) for cell in header):
        raise Unreadable("no_header")
    return Table(header=header, rows=limited(rows))


def limited(rows: Iterator[Row]) -> Iterator[Row]:
    for count, row in enumerate(rows, start=1):
        if count > MAX_ROWS:
            raise Unreadable("too_many_rows")
        yield row


def looks_like_address(cell: str) -> bool:
    local, at, domain = cell.strip().partition("@")
    return bool(local and at and "." in domain and " " not in domain)


def cleaned(value: object) -> str:
    """A cell as one line of text."""
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return CONTROL.sub(" ", str(value)).strip()[:MAX_CELL]


def guarded(text: str) -> str:
    """Text for a CSV file that people open in a spreadsheet: it is never run as a formula."""
    return f"'{text}" if text.startswith(FORMULA_START) else text


# --- CSV ---------------------------------------------------------------------------------


def csv_rows(file: IO[bytes], start: bytes) -> Iterator[Row]:
    encoding = encoding_of(file, start)
    file.seek(0)
    text = io.TextIOWrapper(
        io.BufferedReader(Unclosable(file)),
        encoding=encoding,
        errors="replace" if encoding == "cp1252" else "strict",
        newline="",
    )
    first_line = text.readline(CHUNK)
    delimiter = delimiter_of(first_line)
    skipped = 0
    if first_line.lower().startswith("sep="):
        delimiter, skipped = first_line[4:5], 1
    else:
        text.seek(0)
    reader = csv.reader(text, delimiter=delimiter, strict=True, skipinitialspace=True)
    started = 1
    try:
        for cells in reader:
            values = [cleaned(cell) for cell in cells]
            if any(values):
                yield Row(number=started + skipped, cells=values)
            started = reader.line_num + 1
    except (csv.Error, UnicodeDecodeError) as error:
        raise Unreadable("broken_quoting", line=started + skipped) from error


class Unclosable(io.RawIOBase):
    """The text layer must not close the upload when it goes away."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        piece = self.file.read(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self.file.seek(offset, whence)

    def tell(self) -> int:
        return self.file.tell()


def encoding_of(file: IO[bytes], start: bytes) -> str:
    """UTF-8 with or without BOM, UTF-16, else Windows-1252; raise ``Unreadable`` for no text."""
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return checked(file, "utf-16")
    if b"\x00" in start:
        sample = start[:2000]
        for place, name in ((1, "utf-16-le"), (0, "utf-16-be")):
            zeros = sample[place::2].count(0)
            if zeros > len(sample) * 0.4 and sample[1 - place :: 2].count(0) == 0:
                return checked(file, name)
        raise Unreadable("not_text")
    try:
        return checked(file, "utf-8-sig")
    except Unreadable as error:
        if error.reason == "not_text":
            raise
    return checked(file, "cp1252")


def checked(file: IO[bytes], encoding: str) -> str:
    """The encoding, when the whole file can be read with it and is text."""
    decoder = codecs.getincrementaldecoder(encoding)(
        errors="replace" if encoding == "cp1252" else "strict"
    )
    file.seek(0)
    try:
        while piece := file.read(CHUNK):
            if "\x00" in decoder.decode(piece):
                raise Unreadable("not_text")
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise Unreadable("wrong_encoding") from error
    return encoding


def delimiter_of(line: str) -> str:
    """The delimiter that occurs most outside quotation marks."""
    bare = re.sub(r'"[^"]*"', "", line)
    return max(DELIMITERS, key=bare.count)


# --- XLSX --------------------------------------------------------------------------------


def xlsx_rows(file: IO[bytes]) -> Iterator[Row]:
    """The rows of the first sheet that has any."""
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError) as error:
        raise Unreadable("damaged_xlsx") from error
    if not any(member.filename == "xl/workbook.xml" for member in members):
        raise Unreadable("wrong_type")
    if sum(member.file_size for member in members) > MAX_UNPACKED:
        raise Unreadable("too_large")
    file.seek(0)
    try:
        workbook = CalamineWorkbook.from_filelike(file)
        sheets = [workbook.get_sheet_by_name(name) for name in workbook.sheet_names]
        sheet = next((sheet for sheet in sheets if sheet.total_height), None)
    except (CalamineError, OSError, ValueError) as error:
        raise Unreadable("damaged_xlsx") from error
    if sheet is None:
        return
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        values = [cleaned(cell) for cell in cells]
        if any(values):
            yield Row(number=number, cells=values)
