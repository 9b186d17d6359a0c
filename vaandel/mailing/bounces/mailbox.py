"""The bounce mailbox: read over IMAP, each mail once.

A mail is marked as read after it was handled. A process that dies in between reads it again,
which changes nothing. One that cannot be handled is marked as well, and flagged, so that it is
not met for ever.
"""

from __future__ import annotations

import imaplib
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Final
from urllib.parse import unquote, urlsplit

from imap_tools import (
    AND,
    BaseMailBox,
    ImapToolsError,
    MailBox,
    MailBoxStartTls,
    MailBoxUnencrypted,
)

from vaandel.mailing.bounces.noting import CameBack, note_returns
from vaandel.mailing.bounces.reading import Stop, read_mail
from vaandel.mailing.models import OutgoingMessage

logger = logging.getLogger("vaandel.mailing")

TIMEOUT: Final = 20
AT_ONCE: Final = 200
# A report holds the headers of a mail, or the mail. What is larger is left where it is.
LARGEST: Final = 1_000_000
SEEN: Final = r"(\Seen)"
SEEN_AND_FLAGGED: Final = r"(\Seen \Flagged)"

AWAY: Final = (OSError, imaplib.IMAP4.error, ImapToolsError)

StopMails = Callable[[OutgoingMessage], None]


class MailboxAway(Exception):
    """It cannot be reached, or refuses to be opened or marked. Says how, without secrets."""


def read_mailbox(url: str, *, stop_mails: StopMails, at: datetime) -> int:
    """Handle what has not been read; how many mails that were.

    ``url`` is ``imaps://user:password@host/folder``. ``stop_mails`` does what the button in
    the mail would do.
    """
    try:
        with opened(url) as mailbox:
            uids = mailbox.uids(AND(seen=False, size_lt=LARGEST), charset=None)[:AT_ONCE]
            for uid in uids:
                _handle(mailbox, uid, stop_mails=stop_mails, at=at)
    except AWAY as error:
        raise MailboxAway(type(error).__name__) from error
    return len(uids)


@contextmanager
def opened(url: str) -> Iterator[BaseMailBox]:
    """Signed in, with the folder of the address open."""
    parts = urlsplit(url)
    host, folder = parts.hostname or "localhost", unquote(parts.path.strip("/")) or "INBOX"
    mailbox: BaseMailBox
    if parts.scheme == "imaps":
        mailbox = MailBox(host, parts.port or 993, timeout=TIMEOUT)
    elif parts.scheme == "imap+starttls":
        mailbox = MailBoxStartTls(host, parts.port or 143, timeout=TIMEOUT)
    else:
        mailbox = MailBoxUnencrypted(host, parts.port or 143, timeout=TIMEOUT)
    try:
        yield mailbox.login(unquote(parts.username or ""), unquote(parts.password or ""), folder)
    finally:
        # How the server says goodbye changes nothing.
        with suppress(*AWAY):
            mailbox.logout()
        with suppress(OSError):
            mailbox.client.shutdown()


def _handle(mailbox: BaseMailBox, uid: str, *, stop_mails: StopMails, at: datetime) -> None:
    flags = SEEN
    try:
        for mail in mailbox.fetch(uid_list=uid, mark_seen=False):
            _act_on(mail.obj.as_bytes(), stop_mails=stop_mails, at=at)
    except AWAY:
        raise
    except Exception:
        # Whatever is in it: one mail must not keep us from the others.
        logger.exception("A mail in the bounce mailbox cannot be read.", extra={"uid": uid})
        flags = SEEN_AND_FLAGGED
    # Not the library's own way, which would also remove what somebody marked as deleted.
    mailbox.client.uid("STORE", uid, "+FLAGS.SILENT", flags)


def _act_on(raw: bytes, *, stop_mails: StopMails, at: datetime) -> None:
    said = read_mail(raw)
    if isinstance(said, CameBack):
        note_returns([said], at=at)
    elif isinstance(said, Stop):
        stop_mails(said.message)
