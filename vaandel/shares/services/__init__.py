"""Every change of what was shared, by subject."""

from vaandel.shares.refusals import PostNotLive, SharingStopped, TextNotApproved
from vaandel.shares.services.answering import (
    NotThatNetwork,
    Numbers,
    answer_later,
    answer_not_posted,
    confirm_share,
    type_numbers,
)
from vaandel.shares.services.ending import (
    end_links_of_changed_posts,
    end_links_of_finished_posts,
    forget_unused_links,
)
from vaandel.shares.services.opening import (
    NotYours,
    TextTooLong,
    Words,
    open_share,
    press_of,
    reserve_link,
)
from vaandel.shares.services.personal import personal_link, personal_links, revoke_personal_links
from vaandel.shares.services.reminding import NotThen, remind_later, send_due_reminders
from vaandel.shares.similarity import edited_ratio

__all__ = [
    "NotThatNetwork",
    "NotThen",
    "NotYours",
    "Numbers",
    "PostNotLive",
    "SharingStopped",
    "TextNotApproved",
    "TextTooLong",
    "Words",
    "answer_later",
    "answer_not_posted",
    "confirm_share",
    "edited_ratio",
    "end_links_of_changed_posts",
    "end_links_of_finished_posts",
    "forget_unused_links",
    "open_share",
    "personal_link",
    "personal_links",
    "press_of",
    "remind_later",
    "reserve_link",
    "revoke_personal_links",
    "send_due_reminders",
    "type_numbers",
]
