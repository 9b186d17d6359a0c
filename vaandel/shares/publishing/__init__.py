"""From a press to a post on somebody's own account, now or planned."""

from vaandel.shares.publishing.arming import (
    NotConnected,
    NotPlannable,
    NotSeen,
    Settled,
    Wish,
    arm,
    change_words,
)
from vaandel.shares.publishing.changing import (
    cancel,
    confirm_seen,
    leave_it,
    move,
    say_not_there,
    say_there,
    send_again,
    send_now,
    undo_cancel,
)
from vaandel.shares.publishing.ending import cancel_what_may_not_go, forget_old_publications
from vaandel.shares.publishing.looking import look_into_unknown
from vaandel.shares.publishing.outgoing import carried_text, outgoing_of
from vaandel.shares.publishing.queries import planned_of
from vaandel.shares.publishing.reconnecting import find_accounts_again
from vaandel.shares.publishing.remote import correct, take_down
from vaandel.shares.publishing.sending import publish_due

__all__ = [
    "NotConnected",
    "NotPlannable",
    "NotSeen",
    "Settled",
    "Wish",
    "arm",
    "cancel",
    "cancel_what_may_not_go",
    "carried_text",
    "change_words",
    "confirm_seen",
    "correct",
    "find_accounts_again",
    "forget_old_publications",
    "leave_it",
    "look_into_unknown",
    "move",
    "outgoing_of",
    "planned_of",
    "publish_due",
    "say_not_there",
    "say_there",
    "send_again",
    "send_now",
    "take_down",
    "undo_cancel",
]
