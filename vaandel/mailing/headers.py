"""The headers of a mail: what a caller asks for, checked, and what every mail has.

Mails go to one person each, but are also "lists" that somebody can be taken off: List-Id
(RFC 2919), List-Unsubscribe (RFC 2369, 8058), Feedback-ID for the reports of large receivers.
No ``Precedence``: RFC 3834 has ``Auto-Submitted`` in its place, which holiday machines obey.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from vaandel.mailing.bounces.tokens import host, message_id_of, stop_address_of
from vaandel.mailing.models import OutgoingMessage

NOT_IN_LABEL: Final = re.compile(r"[^a-z0-9]+")
UNSUBSCRIBE: Final = "List-Unsubscribe"


class BadHeader(ValueError):
    """A header that would start another one."""


def checked_headers(mail: Mapping[str, Any]) -> dict[str, str]:
    """The headers that a ``Mail`` asks for; raise ``BadHeader`` for one with a line break."""
    wanted: dict[str, str] = dict(mail.get("headers", {}))
    if url := mail.get("unsubscribe_url"):
        wanted[UNSUBSCRIBE] = f"<{url}>"
        wanted["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    if list_id := mail.get("list_id"):
        wanted["List-Id"] = f"<{'.'.join(label(part) for part in list_id.split('.'))}.{host()}>"
    for name, value in wanted.items():
        if len((name + value).splitlines()) != 1:
            raise BadHeader(f"The header {name.split()[0]} holds a line break.")
    return wanted


def headers_of(message: OutgoingMessage) -> dict[str, str]:
    headers = {
        "Message-ID": message_id_of(message),
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "OOF, AutoReply",
        "Content-Language": message.language,
        **message.headers,
    }
    if not message.essential:
        headers.setdefault("Feedback-ID", feedback_id(message))
    if UNSUBSCRIBE in headers and (address := stop_address_of(message)):
        # The web address first: it is the one that a single press uses.
        headers[UNSUBSCRIBE] += f", <mailto:{address}?subject=stop>"
    return headers


def feedback_id(message: OutgoingMessage) -> str:
    """Which organisation (a number) and which kind of mail; never who."""
    return f"{message.tenant or 0}:{label(message.kind)}:vaandel"


def label(word: str) -> str:
    """A word as part of a name of a machine."""
    return NOT_IN_LABEL.sub("-", word.lower()).strip("-")[:63] or "mail"
