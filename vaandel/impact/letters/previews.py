"""The monthly letter as an example: the figures of the last month, whatever they are."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.utils.translation import gettext_lazy as _

from vaandel.impact.letters.figures import Month, figures_of
from vaandel.impact.letters.mails import compose_letter
from vaandel.lib.open_hours import zone_of
from vaandel.mailing.models import OutgoingMessage
from vaandel.mailing.previews import Example, Preview


def letter(example: Example) -> OutgoingMessage:
    reader = example.reader
    month = Month.before(example.at.astimezone(zone_of(reader.user.time_zone)).date())
    return compose_letter(
        reader,
        figures_of(month),
        month,
        windows=[],
        good_for=timedelta(days=7),
        at=example.at,
    )


PREVIEWS: Final = [
    Preview(
        name="letter",
        title=_("Monthly letter"),
        when=_("To owners who want it, on the first working day of the month."),
        make=letter,
        about_post=False,
    ),
]
