"""All types of mail, in the order in which the studio shows them. See ``mailing.previews``."""

from __future__ import annotations

from typing import Final

from vaandel.accounts.mails import PREVIEWS as SIGNING_IN
from vaandel.channels.mails import PREVIEWS as ACCOUNTS
from vaandel.delivery.corrections.previews import PREVIEWS as CORRECTIONS
from vaandel.delivery.mails.previews import PREVIEWS as APPROACHES
from vaandel.impact.letters.previews import PREVIEWS as LETTERS
from vaandel.links.mails import PREVIEWS as LINKS
from vaandel.mailing.previews import Preview
from vaandel.organizations.services.mails import PREVIEWS as INVITATIONS
from vaandel.posts.review_mails import PREVIEWS as REVIEWS
from vaandel.privacy.mails import PREVIEWS as GOODBYES
from vaandel.recognition.previews import PREVIEWS as RECOGNITION
from vaandel.shares.mails import PREVIEWS as REMINDERS
from vaandel.shares.publication_mails import PREVIEWS as PUBLICATIONS
from vaandel.shares.request_mails import PREVIEWS as TEXTS

PREVIEWS: Final[list[Preview]] = [
    *APPROACHES,
    *RECOGNITION,
    *INVITATIONS,
    *REMINDERS,
    *PUBLICATIONS,
    *ACCOUNTS,
    *CORRECTIONS,
    *REVIEWS,
    *TEXTS,
    *LETTERS,
    *LINKS,
    *SIGNING_IN,
    *GOODBYES,
]
