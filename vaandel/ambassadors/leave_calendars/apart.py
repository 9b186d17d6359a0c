"""Reads a calendar in a process apart, with limits on its memory and time.

A few lines of repetition rules, or some megabytes that are damaged on purpose, keep any reader
busy for hours. Apart, the worst they do is end that process. It does not know Django, so it
starts quickly, and what it hands back is days.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from datetime import date, time
from typing import Final

import orjson

from vaandel.ambassadors.leave_calendars.reading import Days, NotACalendar, Person, Span, days_off

SECONDS: Final = 15
MEMORY: Final = 512 * 1024 * 1024


def read_days_off(body: bytes, person: Person, span: Span) -> list[Days]:
    """The days off in this file and span; raises ``NotACalendar``."""
    head = [person.zone, person.opens, person.closes, span.first, span.last]
    try:
        answer = orjson.loads(_asked(orjson.dumps(head), body))
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
        raise NotACalendar("too_complex") from error
    if isinstance(answer, str):
        raise NotACalendar(answer)
    return [(date.fromisoformat(start), date.fromisoformat(end)) for start, end in answer]


def _asked(head: bytes, body: bytes) -> bytes:
    # Through a file: both sides would otherwise hold the body twice.
    with tempfile.TemporaryFile() as request:
        request.write(head + b"\n")
        request.write(body)
        request.seek(0)
        # Our own interpreter and module; nothing of the calendar is in the command.
        return subprocess.run(  # noqa: S603
            [sys.executable, "-m", __name__],
            stdin=request,
            capture_output=True,
            timeout=SECONDS + 5,
            check=True,
        ).stdout


def main() -> None:
    """Read a request from standard input and write the days, or the reason why not."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    zone, opens, closes, first, last = orjson.loads(sys.stdin.buffer.readline())
    person = Person(zone, time.fromisoformat(opens), time.fromisoformat(closes))
    body = sys.stdin.buffer.read()
    span = Span(date.fromisoformat(first), date.fromisoformat(last))
    try:
        answer: object = days_off(body, person, span)
    except NotACalendar as error:
        answer = error.reason
    except (MemoryError, RecursionError):
        answer = "too_complex"
    sys.stdout.buffer.write(orjson.dumps(answer))


if __name__ == "__main__":
    main()
