"""The archive as a file: for a stranger who checks it, and for people who read it.

A ZIP that is made while it is sent, so that a large archive needs no room here.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from vaandel.archive.chain import moment
from vaandel.archive.models import ArchiveEntry
from vaandel.archive.queries import entries_of, length_of
from vaandel.organizations.models import Organization

README: Final = """\
Archive of {name}
Made at {made_at}. {period}

archive.jsonl  one entry on each line, in JSON, oldest first
archive.csv    the same for a spreadsheet, without the seals

How to check that nothing was changed, left out or added
--------------------------------------------------------
Entries are numbered without gaps. For each line of archive.jsonl:

1. content_digest is the SHA-256 of "content" (UTF-8). An empty "content" was erased after
   "keep_until"; its digest stays.
2. digest is the SHA-256 of these seven values, joined by a line feed, in this order:
   number, at, kind, subject, content_digest, previous_digest, keep_until.
3. previous_digest is the digest of the entry with the number before it; of number 1 it is
   empty. When this export begins later, its first previous_digest is the last digest of
   what came before.

In Python, without any library:

    import hashlib, json
    sha = lambda text: hashlib.sha256(text.encode()).hexdigest()
    last = None
    for line in open("archive.jsonl", encoding="utf-8"):
        e = json.loads(line)
        names = "number at kind subject content_digest previous_digest keep_until".split()
        assert e["content"] == "" or sha(e["content"]) == e["content_digest"], e["number"]
        assert sha("\\n".join(str(e[name]) for name in names)) == e["digest"], e["number"]
        assert last is None or last == (e["number"] - 1, e["previous_digest"]), e["number"]
        last = (e["number"], e["digest"])

Who can write to the database can make a whole new chain. Keep an export elsewhere from time
to time: its last digest must still be in every later one.
"""
COLUMNS: Final = ("number", "at", "kind", "subject", "keep_until", "what")


@dataclass(frozen=True, slots=True)
class Period:
    """From this moment up to, and without, that one. None is from the beginning, or until now."""

    since: datetime | None = None
    until: datetime | None = None

    def __str__(self) -> str:
        if self.since is None and self.until is None:
            return "All entries."
        first = moment(self.since) if self.since else "the beginning"
        last = moment(self.until) if self.until else "now"
        return f"Entries from {first} until {last}."


def zipped(organization: Organization, period: Period, *, at: datetime) -> Iterator[bytes]:
    """The ZIP, piece by piece. What is appended meanwhile is in both lists or in neither."""
    last = length_of(organization)
    readme = README.format(name=organization.name, made_at=moment(at), period=period)
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as files:
        parts: tuple[tuple[str, Iterable[str]], ...] = (
            ("README.txt", [readme]),
            ("archive.jsonl", as_json_lines(within(organization, period, last))),
            ("archive.csv", as_csv(within(organization, period, last))),
        )
        for name, texts in parts:
            with files.open(name, "w", force_zip64=True) as part:
                for text in texts:
                    part.write(text.encode())
                    if pipe.is_full:
                        yield pipe.taken()
    yield pipe.taken()


def within(organization: Organization, period: Period, last: int) -> Iterator[ArchiveEntry]:
    return entries_of(organization.pk, since=period.since, until=period.until, last=last)


def as_json_lines(entries: Iterable[ArchiveEntry]) -> Iterator[str]:
    for entry in entries:
        yield json.dumps(as_row(entry), ensure_ascii=False) + "\n"


def as_row(entry: ArchiveEntry) -> Mapping[str, object]:
    """Every value as it was sealed; ``content`` letter by letter."""
    return {
        "number": entry.number,
        "at": moment(entry.at),
        "kind": entry.kind,
        "subject": entry.subject,
        "content": entry.content,
        "content_digest": entry.content_digest,
        "previous_digest": entry.previous_digest,
        "digest": entry.digest,
        "keep_until": entry.keep_until.isoformat(),
    }


def as_csv(entries: Iterable[ArchiveEntry]) -> Iterator[str]:
    yield _line(COLUMNS)
    for entry in entries:
        yield _line(
            (
                str(entry.number),
                moment(entry.at),
                entry.kind,
                entry.subject,
                entry.keep_until.isoformat(),
                in_words(entry.content),
            )
        )


def in_words(content: str) -> str:
    """``text: …`` on a line for each value; "" for content that is gone."""
    found = json.loads(content) if content else {}
    return "\n".join(f"{name}: {_plain(value)}" for name, value in found.items())


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _line(values: Iterable[str]) -> str:
    out = io.StringIO()
    # A spreadsheet would take what begins with one of these for a formula.
    csv.writer(out).writerow([f"'{v}" if v[:1] in "=+-@\t\r" and v else v for v in values])
    return out.getvalue()


class _Pipe(io.RawIOBase):
    """What a ZIP is written into, and taken out of while it is written."""

    FULL: Final = 64 * 1024

    def __init__(self) -> None:
        super().__init__()
        self._waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: bytes, /) -> int:  # type: ignore[override]  # only bytes come
        self._waiting += data
        return len(data)

    @property
    def is_full(self) -> bool:
        return len(self._waiting) >= self.FULL

    def taken(self) -> bytes:
        taken, self._waiting = bytes(self._waiting), bytearray()
        return taken
