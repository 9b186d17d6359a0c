"""The signed name of a message, in its Message-ID and in the address to which it returns.

A server that returns a mail gives back at least one of the two. Nobody can make up the name
of a message that was not sent to them, so a forged report changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.http import base36_to_int, int_to_base36

from vaandel.mailing.models import OutgoingMessage

SIGNATURE: Final = 20
# Only what survives a server that writes every address in lower case.
NAME: Final = re.compile(rf"(?<![0-9a-z])(stop-)?([0-9a-z]{{1,13}})-([0-9a-f]{{{SIGNATURE}}})@")
RETURN: Final = "vaandel.mailing.return"
STOP: Final = "vaandel.mailing.stop"
MOST_NAMES: Final = 20


def name_of(message_id: int) -> str:
    return f"{int_to_base36(message_id)}-{_signature(message_id, RETURN, settings.SECRET_KEY)}"


def message_id_of(message: OutgoingMessage) -> str:
    """The same at every attempt, so that a mail program shows a second copy as the first."""
    return f"<{name_of(message.pk)}@{host()}>"


def host() -> str:
    return urlsplit(settings.PUBLIC_URL).hostname or "localhost"


def return_address_of(message: OutgoingMessage) -> str:
    """The sender on the envelope; empty when no bounce mailbox is configured."""
    return _plus(name_of(message.pk))


def stop_address_of(message: OutgoingMessage) -> str:
    """Whoever mails to it gets no more mail like this; empty when nobody reads it."""
    if not settings.BOUNCE_IMAP_URL:
        return ""
    signature = _signature(message.pk, STOP, settings.SECRET_KEY)
    return _plus(f"stop-{int_to_base36(message.pk)}-{signature}")


def _plus(name: str) -> str:
    local, _, domain = settings.BOUNCE_ADDRESS.rpartition("@")
    return f"{local}+{name}@{domain}" if local else ""


def returned_message(texts: Iterable[str]) -> OutgoingMessage | None:
    """The message whose signed name stands in one of these texts, if we still know it."""
    return _first(texts, salt=RETURN, stopping=False)


def stopped_message(texts: Iterable[str]) -> OutgoingMessage | None:
    """The message of the address to stop mails that stands in one of these texts."""
    return _first(texts, salt=STOP, stopping=True)


def _first(texts: Iterable[str], *, salt: str, stopping: bool) -> OutgoingMessage | None:
    found = [match for text in texts for match in NAME.finditer(text.lower())]
    for match in found[:MOST_NAMES]:
        if bool(match[1]) is stopping and (pk := _signed(match[2], match[3], salt)):
            return OutgoingMessage.objects.filter(pk=pk, attempts__gt=0).first()
    return None


def _signed(number: str, signature: str, salt: str) -> int | None:
    pk = base36_to_int(number)
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    if any(constant_time_compare(_signature(pk, salt, key), signature) for key in keys):
        return pk
    return None


def _signature(message_id: int, salt: str, key: str) -> str:
    return salted_hmac(salt, str(message_id), secret=key, algorithm="sha256").hexdigest()[
        :SIGNATURE
    ]
