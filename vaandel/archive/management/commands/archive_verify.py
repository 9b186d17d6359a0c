"""`vaandel archive verify`: is every chain as it was sealed."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from vaandel.archive.services import check
from vaandel.organizations.models import Organization
from vaandel.organizations.tenancy import tenant_scope


class Command(BaseCommand):
    help = (
        "Compare every entry of the archive with its seal. Exit code 0: unbroken; 1: something "
        "was changed, left out or added."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "organization", nargs="?", default="", help="the short name in addresses; all"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        rows = Organization.objects.order_by("slug")
        if options["organization"]:
            rows = rows.filter(slug=options["organization"])
        organizations = list(rows)
        if not organizations:
            raise CommandError("There is no such organisation.")
        broken = 0
        for organization in organizations:
            with tenant_scope(organization):
                found = check(organization, at=timezone.now())
            broken_at = "" if found.ok else f", BROKEN at entry {found.first_broken}"
            self.stdout.write(f"{organization.slug}: {found.entries} entries whole{broken_at}")
            broken += not found.ok
        if broken:
            raise CommandError("Restore it from a backup, and find out who could write to it.")
