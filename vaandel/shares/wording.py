"""Sentences about publications that several pages say."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from vaandel.ambassadors.quiet import open_hours_for
from vaandel.channels.registry import CHANNELS
from vaandel.shares.models import Publication
from vaandel.shares.moments import spoken
from vaandel.shares.publishing import NotPlannable


def not_connected(channel: str) -> str:
    return _(
        "Your %(network)s account is not connected any more. Connect it again, or open "
        "%(network)s with your text."
    ) % {"network": CHANNELS[channel].name}


def not_seen() -> str:
    return _(
        "The proposal was changed while you were looking. This is how it is now. Look once more, "
        "then press again."
    )


def not_plannable(error: NotPlannable, ends_at: datetime | None) -> str:
    """Why, with what does work."""
    if error.reason == NotPlannable.Why.PAST:
        return _("That moment has passed. Choose a later one.")
    if error.reason == NotPlannable.Why.AFTER_END and ends_at is not None:
        return _("The proposal ends on %(moment)s. Choose a moment before that.") % {
            "moment": spoken(ends_at)
        }
    return _("You can plan at most 90 days ahead. Choose an earlier moment.")


def planned_for(publication: Publication) -> str:
    """When it goes, with a friendly word when that is outside working hours."""
    moment = publication.due_at
    said = _("Planned for %(moment)s. We post it then; you need not do anything.") % {
        "moment": spoken(moment)
    }
    enrolment = publication.enrolment
    if enrolment is None or open_hours_for(enrolment).is_open(moment):
        return said
    return f"{said} {_('That is within your quiet hours; that is up to you.')}"
