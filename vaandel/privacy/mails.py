"""The last mail to somebody who deleted the account."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.utils.translation import gettext_lazy as _

from vaandel.accounts.models import User
from vaandel.mailing.models import OutgoingMessage
from vaandel.mailing.previews import Example, Preview
from vaandel.mailing.services import compose_message

FAREWELL: Final = "account_deleted"


def compose_farewell(user: User, *, at: datetime) -> OutgoingMessage:
    """Not saved, and without the person's id: nothing may point to who is gone."""
    return compose_message(
        key=f"{FAREWELL}:{user.pk}",
        kind=FAREWELL,
        essential=True,
        template="privacy/mails/farewell",
        context={"first_name": user.first_name},
        to_address=user.email,
        to_name=user.name,
        language=user.language,
        time_zone=user.time_zone,
        at=at,
    )


def _example(example: Example) -> OutgoingMessage:
    return compose_farewell(example.reader.user, at=example.at)


PREVIEWS: Final = [
    Preview(
        name="farewell",
        title=_("Account deleted"),
        when=_("To who deleted their account, once."),
        make=_example,
        about_post=False,
    ),
]
