"""What a server's answer says about the address: enhanced status codes (RFC 3463)."""

from __future__ import annotations

import re
from typing import Final

from vaandel.mailing.models import Return

STATUS: Final = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
GENERIC: Final = re.compile(r"5\.0\.\d+")
# Of the address: unknown, moved, not allowed to receive, disabled; its domain does not exist.
HARD: Final = re.compile(r"5\.(1\.([0-6]|9|10)|2\.1|4\.4|7\.13|0\.\d+)")
# Of our mail or our server: what it says, who sends it, how it is signed. Nothing is counted.
OURS: Final = re.compile(r"5\.(1\.[78]|5\.\d+|6\.\d+|7\.\d+)")


def kind_of(status: str) -> str | None:
    """HARD, SOFT (full, too long, away), or None when it says nothing about the address."""
    if HARD.fullmatch(status):
        return Return.Kind.HARD
    if not STATUS.fullmatch(status) or status.startswith("2") or OURS.fullmatch(status):
        return None
    return Return.Kind.SOFT


def status_in(text: str) -> str:
    """The first enhanced status code in an answer; empty when there is none."""
    found = STATUS.search(text)
    return found[0] if found else ""


def best_status(status: str, diagnostic: str) -> str:
    """What the receiving server said itself, when the report only has the general code."""
    status = status_in(status)
    if not status or GENERIC.fullmatch(status):
        return status_in(diagnostic) or status
    return status
