"""Every place where something about a person is kept, as parts of what they can download.

A new table that refers to a user, a member or an enrolment fails a test until one of these
parts covers it, or ``LEFT_OUT`` says why it is in none.
"""

from __future__ import annotations

from typing import Final

from vaandel.privacy.sections.account import ACCOUNT
from vaandel.privacy.sections.accounts_at_networks import ACCOUNTS_AT_NETWORKS
from vaandel.privacy.sections.base import Column, Row, Section
from vaandel.privacy.sections.contributing import CONTRIBUTING
from vaandel.privacy.sections.conversions import CONVERSIONS
from vaandel.privacy.sections.messages import MESSAGES
from vaandel.privacy.sections.outlets import OUTLETS
from vaandel.privacy.sections.publishing import PUBLISHING
from vaandel.privacy.sections.quiet_hours import QUIET_HOURS
from vaandel.privacy.sections.regulated import REGULATED
from vaandel.privacy.sections.results import RESULTS
from vaandel.privacy.sections.sharing import SHARING
from vaandel.privacy.sections.taking_part import TAKING_PART

__all__ = ["LEFT_OUT", "SECTIONS", "Column", "Row", "Section"]

SECTIONS: Final[tuple[Section, ...]] = (
    *ACCOUNT,
    *TAKING_PART,
    *QUIET_HOURS,
    *SHARING,
    *ACCOUNTS_AT_NETWORKS,
    *PUBLISHING,
    *REGULATED,
    *RESULTS,
    *CONTRIBUTING,
    *CONVERSIONS,
    *MESSAGES,
    *OUTLETS,
)

# Relations to a person that are in no part, each with the reason.
LEFT_OUT: Final = {
    "demo.PracticeAccess.user": "an access to the practice network of a demonstration: a digest of "
    "a token, and no word about the person",
    "demo.PracticePost.author": "a post on the practice network of a demonstration: its text is in "
    "the part about what was posted",
    "demo.PracticePicture.author": "a picture on the practice network of a demonstration, which "
    "came with a post of the organisation",
    "links.Link.owner": "whose own presses are no clicks: these are the short links of one's own "
    "shares, which are in the part about those",
    "shares.Reservation.enrolment": "a short link for the hour of writing: it holds no text, and "
    "becomes a share or is erased",
}
