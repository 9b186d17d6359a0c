"""What a mail in the bounce mailbox says: a bounce, a complaint, a wish to stop, or nothing.

Reads delivery reports (RFC 3464 and 6522), complaints (RFC 5965), the bounces of servers that
know no such form, and mails to the address that stops mails. Answers of people and of their
holiday machines say nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from typing import Final

from flufl.bounce import all_failures

from vaandel.mailing.bounces.codes import STATUS, best_status, kind_of
from vaandel.mailing.bounces.noting import CameBack
from vaandel.mailing.bounces.tokens import returned_message, stopped_message
from vaandel.mailing.models import OutgoingMessage, Return
from vaandel.mailing.transport import without_addresses

Kind = Return.Kind
MOST_PARTS: Final = 50
TEXT_READ: Final = 100_000
COMPLAINTS: Final = frozenset({"abuse", "fraud", "virus", "other", "opt-out"})
AUTOMATIC: Final = frozenset({"auto-replied", "auto-generated", "auto-notified"})
# How servers write to whom a mail was delivered when they delivered it under another name.
ARRIVED_AT: Final = ("to", "cc", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to")


@dataclass(frozen=True, slots=True)
class Stop:
    """Somebody mailed to the address that stops mails like this one."""

    message: OutgoingMessage


def read_mail(raw: bytes) -> CameBack | Stop | None:
    """None for whatever says nothing about a message that we sent."""
    mail = message_from_bytes(raw)
    report = _report(mail)
    if report is None:
        return _stop(mail)
    kind, status, detail = report
    message = returned_message(_traces(mail))
    if message is None or not kind:
        return None
    return CameBack(kind, message_id=message.pk, status=status, detail=without_addresses(detail))


def _report(mail: Message) -> tuple[str, str, str] | None:
    """Kind (empty: nothing about the address), status and explanation; None for no report."""
    form = str(mail.get_param("report-type", "")).lower()
    if form == "feedback-report":
        return _complaint(mail)
    if form == "disposition-notification":
        return "", "", ""
    if form == "delivery-status" or _parts(mail, "message/delivery-status"):
        return _delivery(mail)
    if _header(mail, "auto-submitted").partition(";")[0] in AUTOMATIC or _is_answer(mail):
        return "", "", ""
    return _old_form(mail)


def _complaint(mail: Message) -> tuple[str, str, str]:
    kinds = {
        _header(fields, "feedback-type")
        for part in _parts(mail, "message/feedback-report")
        for fields in _blocks(part)
    }
    return (Kind.COMPLAINT if kinds & COMPLAINTS else ""), "", ", ".join(sorted(kinds))


def _delivery(mail: Message) -> tuple[str, str, str]:
    """The mail had one reader; what stands about any that it was passed on to counts as well."""
    found: list[tuple[str, str, str]] = []
    for part in _parts(mail, "message/delivery-status"):
        for fields in _blocks(part):
            if _header(fields, "action") != "failed":
                continue
            diagnostic = _header(fields, "diagnostic-code")
            status = best_status(_header(fields, "status"), diagnostic)
            found.append((kind_of(status) or "", status, f"{status} {diagnostic}"))
    hard_first = sorted(found, key=lambda each: [Kind.HARD, Kind.SOFT, ""].index(each[0]))
    return hard_first[0] if hard_first else ("", "", "")


def _old_form(mail: Message) -> tuple[str, str, str] | None:
    soft, hard = all_failures(mail)
    if not soft and not hard:
        return None
    text = " ".join(_texts(mail))
    found = STATUS.search(text)
    if hard and found and found[1] == "5":
        return kind_of(found[0]) or "", found[0], found[0]
    return (Kind.HARD if hard else Kind.SOFT), "", "no form known"


def _is_answer(mail: Message) -> bool:
    """Holiday machines from before there was a header for them."""
    return (
        "x-autoreply" in mail
        or "x-autorespond" in mail
        or _header(mail, "precedence") in {"auto_reply", "auto-reply"}
    )


def _stop(mail: Message) -> Stop | None:
    message = stopped_message(_arrived_at(mail))
    return Stop(message) if message else None


def _traces(mail: Message) -> Iterator[str]:
    """Wherever the signed name of the returned message may stand."""
    yield from _arrived_at(mail)
    for part in _walk(mail):
        yield from (str(value) for value in part.values())
    yield from _texts(mail)


def _arrived_at(mail: Message) -> Iterator[str]:
    for name in ARRIVED_AT:
        yield from (str(value) for value in mail.get_all(name, []))


def _walk(mail: Message) -> Iterator[Message]:
    for number, part in enumerate(mail.walk()):
        if number == MOST_PARTS:
            return
        yield part


def _parts(mail: Message, content_type: str) -> list[Message]:
    return [part for part in _walk(mail) if part.get_content_type() == content_type]


def _blocks(part: Message) -> list[Message]:
    payload = part.get_payload()
    return (
        [block for block in payload if isinstance(block, Message)]
        if (isinstance(payload, list))
        else []
    )


def _texts(mail: Message) -> Iterator[str]:
    for part in _walk(mail):
        if part.get_content_maintype() == "text":
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes):
                yield payload[:TEXT_READ].decode("utf-8", "replace")


def _header(fields: Message, name: str) -> str:
    return " ".join(str(fields.get(name, "")).lower().split())
