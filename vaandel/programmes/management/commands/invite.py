"""`vaandel invite stadsenergie ravi@stadsenergie.example --name "Ravi"`."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.utils import timezone

from vaandel.organizations.models import Member, Organization
from vaandel.organizations.services import invite_person
from vaandel.organizations.tenancy import tenant_scope


class Command(BaseCommand):
    help = "Invite somebody by mail to take part, in the owner's name."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("organization", help="the short name in addresses")
        parser.add_argument("email", help="the mail address")
        parser.add_argument("--name", default="", help="the name")
        parser.add_argument("--note", default="", help="a word in the mail, at most 500 characters")

    def handle(self, *args: Any, **options: Any) -> None:
        organization = Organization.objects.filter(slug=options["organization"]).first()
        if organization is None:
            raise CommandError(f"There is no organisation {options['organization']!r}.")
        try:
            validate_email(options["email"])
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        with tenant_scope(organization):
            owner = (
                Member.objects.select_related("organization", "user")
                .filter(is_owner=True, status=Member.Status.ACTIVE)
                .order_by("pk")
                .first()
            )
            if owner is None:
                raise CommandError("This organisation has no owner.")
            invite_person(
                email=options["email"],
                name=options["name"],
                note=options["note"][:500],
                by=owner,
                at=timezone.now(),
            )
        self.stdout.write(
            f"{options['email']} has been invited. Nobody gets two mails within two weeks."
        )
