"""When an organisation's people may be written to who have not said so themselves."""

from __future__ import annotations

from datetime import datetime, timedelta

from vaandel.lib.open_hours import OpenHours, as_pairs
from vaandel.lib.public_holidays import PublicHolidays
from vaandel.organizations.models import Organization


def open_hours_at(organization: Organization, time_zone: str = "") -> OpenHours:
    """Working hours in the organisation's country, in the person's time zone if it is known."""
    return OpenHours(
        zone=time_zone or organization.time_zone,
        holidays=PublicHolidays(organization.country),
    )


def windows_at(
    organization: Organization, time_zone: str, *, at: datetime, good_for: timedelta
) -> list[list[str]]:
    """When a mail may leave to somebody who did not choose hours, as a message carries it.

    Never empty, for that would mean "at any time".
    """
    end = at + good_for
    hours = open_hours_at(organization, time_zone)
    return as_pairs(hours.windows(at, end) or [(end, end)])
