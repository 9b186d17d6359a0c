"""Records of one spool file that are stored together, with their corrections applied."""

from __future__ import annotations

from vaandel.links.spool import Correction, Record


class Batch:
    """``records`` by their number; ``late``: corrections of records of an earlier batch."""

    __slots__ = ("late", "records")

    def __init__(self) -> None:
        self.records: dict[int, Record] = {}
        self.late: dict[int, str] = {}

    def add(self, record: Record) -> None:
        kind = self.late.pop(record.number, None)
        self.records[record.number] = record._replace(kind=kind) if kind else record

    def correct(self, correction: Correction) -> None:
        for number in correction.numbers:
            record = self.records.get(number)
            if record is None:
                self.late[number] = correction.kind
            else:
                self.records[number] = record._replace(kind=correction.kind)
