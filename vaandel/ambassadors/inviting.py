"""Asking a colleague along, with what went wrong said in words."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from vaandel.organizations.models import Member
from vaandel.organizations.services import (
    AlreadyOffBoarded,
    InvitingIsOff,
    NotAColleague,
    TooManyInvitations,
    invite_person,
)


def invite(*, email: str, name: str, note: str, by: Member, at: datetime) -> str | None:
    """None when the answer is "thank you"; else what to tell the person."""
    try:
        invite_person(
            email=email,
            name=name,
            note=note,
            by=by,
            from_colleague=True,
            at=at,
        )
    except AlreadyOffBoarded:
        return None
    except InvitingIsOff:
        return _("In your organisation only the programme owner invites people.")
    except TooManyInvitations:
        return _("You have invited many colleagues today. Try again tomorrow.")
    except NotAColleague:
        return _("You can invite colleagues only at an address of your organisation.")
    return None
