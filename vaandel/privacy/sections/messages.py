"""The browsers that take messages, and which ways somebody chose."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from django.utils.translation import gettext_lazy as _

from vaandel.accounts.models import User
from vaandel.delivery.models import ChannelChoice, PushSubscription
from vaandel.privacy.sections.base import Column, Row, Section, Text

CHANNELS: Final[Mapping[str, Text]] = {
    "mail": _("Mail"),
    "push": _("Browser"),
    "slack": "Slack",
    "teams": "Microsoft Teams",
}


def browsers(user: User) -> Iterator[Row]:
    """Without the address and the keys: who has those can write to that browser."""
    rows = PushSubscription.objects.filter(enrolment__member__user=user)
    for row in rows.select_related("organization").order_by("pk"):
        yield {
            "organization": row.organization.name,
            "name": row.label,
            "created_at": row.created_at,
            "reached_at": row.reached_at,
            "last_error": row.last_error,
            "failed_at": row.failed_at,
        }


def channels_off(user: User) -> Iterator[Row]:
    rows = ChannelChoice.objects.filter(enrolment__member__user=user)
    for row in rows.select_related("organization").order_by("pk"):
        for channel in row.off:
            yield {"organization": row.organization.name, "channel": channel}


ORGANIZATION: Final = Column("organization", _("Organisation"))

MESSAGES: Final = (
    Section(
        key="browsers",
        title=_("Browsers that take messages"),
        covers=("delivery.PushSubscription.enrolment",),
        columns=(
            ORGANIZATION,
            Column("name", _("Browser")),
            Column("created_at", _("Since")),
            Column("reached_at", _("Last message")),
            Column("last_error", _("Last error")),
            Column("failed_at", _("Failed on")),
        ),
        rows=browsers,
    ),
    Section(
        key="channels_off",
        title=_("Ways in which you do not want to be asked"),
        covers=("delivery.ChannelChoice.enrolment",),
        columns=(ORGANIZATION, Column("channel", _("Way"), CHANNELS)),
        rows=channels_off,
    ),
)
