"""Log lines: one per event, with the request's id, without personal data.

On a terminal they are for reading; elsewhere each is a JSON object. What a line may hold
is decided here and in `middleware.py`: no addresses of people or machines, no query
strings, no names; mail addresses and personal links inside messages of others (a database
error, a failed request) are struck out.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")
MAIL_ADDRESS = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)*")
STRUCK_OUT = "[address]"
# What follows is a key to somebody's own pages; Django logs the path of a failed request.
PERSONAL_LINK = re.compile(r"(/(?:p|m|a|join|unsubscribe)/)[^/\s'\"]+")
# Attributes that a caller hands over with `extra=` and that belong in the line.
FIELDS = ("method", "route", "status", "ms", "task", "count", "reason", "child", "code")


class Role:
    """Which of our processes this is; the command sets it before logging starts."""

    name = "vaandel"


def line_of(record: logging.LogRecord) -> dict[str, Any]:
    line: dict[str, Any] = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
        "process": Role.name,
        "logger": record.name,
        "event": without_addresses(record.getMessage()),
    }
    if request_id := REQUEST_ID.get():
        line["request"] = request_id
    line |= {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
    if record.exc_info:
        line["error"] = without_addresses(logging.Formatter().formatException(record.exc_info))
    return line


def without_addresses(text: str) -> str:
    return PERSONAL_LINK.sub(r"\1[link]", MAIL_ADDRESS.sub(STRUCK_OUT, text))


class JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(line_of(record), ensure_ascii=False)


class TextFormatter(logging.Formatter):
    """`12:30:01 web     warning  the event  status=500 request=…`

    In the zone of the installation: Django sets that of its own process, so the machine's
    would differ between the supervisor and its children.
    """

    def __init__(self, zone: str) -> None:
        super().__init__()
        self.zone = ZoneInfo(zone)

    def format(self, record: logging.LogRecord) -> str:
        line = line_of(record)
        error = line.pop("error", None)
        clock = datetime.fromtimestamp(record.created, self.zone).strftime("%H:%M:%S")
        details = " ".join(f"{name}={line[name]}" for name in (*FIELDS, "request") if name in line)
        text = f"{clock} {Role.name:7} {line['level']:7} {line['event']}"
        return "\n".join(filter(None, [f"{text}  {details}".rstrip(), error]))


def configuration(form: str, level: str, *, time_zone: str) -> dict[str, Any]:
    """Django's LOGGING. `auto` is text on a terminal and JSON elsewhere.

    Text is in `time_zone`; JSON always in UTC.
    """
    if form == "auto":
        form = "text" if sys.stderr.isatty() else "json"
    formatter: dict[str, str] = {"()": "vaandel.config.logs.JsonFormatter"}
    if form == "text":
        formatter = {"()": "vaandel.config.logs.TextFormatter", "zone": time_zone}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": formatter},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            "vaandel": {"level": level},
            # Its warnings repeat every 4xx with the path, which may hold a person's link.
            # The line of the request itself says the same with the name of the route.
            "django.request": {"level": "ERROR"},
            # A wrong Host header is somebody's scanner, and would be quoted.
            "django.security": {"level": "CRITICAL"},
            # Sets its handlers itself otherwise, one of them a mail to administrators.
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
            "granian": {"handlers": [], "level": "WARNING", "propagate": True},
            "granian.access": {"handlers": [], "level": "WARNING", "propagate": True},
        },
    }
