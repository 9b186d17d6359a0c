"""When an organisation's people may be written to who have not said so themselves."""

from __future__ import annotations

from vaandel.lib.open_hours import OpenHours
from vaandel.lib.public_holidays import PublicHolidays
from vaandel.organizations.models import Organization


def open_hours_at(organization: Organization, time_zone: str = "") -> OpenHours:
    """Working hours in the organisation's country, in the person's time zone if it is known."""
    return OpenHours(
        zone=time_zone or organization.time_zone,
        holidays=PublicHolidays(organization.country),
    )
