"""`vaandel archive export stadsenergie archive.zip --since 2026-01-01 --until 2026-12-31`."""

from __future__ import annotations

from argparse import ArgumentTypeError
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from vaandel.archive.exports import Period, zipped
from vaandel.organizations.audit import record
from vaandel.organizations.models import Organization
from vaandel.organizations.tenancy import tenant_scope


class Command(BaseCommand):
    help = "Write the archive of an organisation into a ZIP that anybody can check."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("organization", help="the short name in addresses")
        parser.add_argument("file", type=Path, help="a file that is not there yet")
        parser.add_argument("--since", type=_day, help="the first day (UTC); the beginning")
        parser.add_argument("--until", type=_day, help="the last day (UTC); today")

    def handle(self, *args: Any, **options: Any) -> None:
        organization = Organization.objects.filter(slug=options["organization"]).first()
        if organization is None:
            raise CommandError(f"There is no organisation {options['organization']!r}.")
        since, until, file, now = (
            options["since"],
            options["until"],
            options["file"],
            timezone.now(),
        )
        period = Period(
            _start(since) if since else None,
            _start(until + timedelta(days=1)) if until else None,
        )
        try:
            with file.open("xb") as out:
                for piece in zipped(organization, period, at=now):
                    out.write(piece)
        except OSError as error:
            raise CommandError(f"{file} cannot be written: {error.strerror}.") from error
        with tenant_scope(organization):
            record(by=None, action="archive.exported", organization_id=organization.pk, at=now)
        self.stdout.write(f"Written to {file}. README.txt in it says how to check it.")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no day like 2026-11-22.") from None


def _start(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=UTC)
