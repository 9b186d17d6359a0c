"""`vaandel create-organization "Stadsenergie" --owner noor@stadsenergie.example`."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify

from vaandel.programmes.services import found_organization


class Command(BaseCommand):
    help = "Make an organisation with its owner and a first programme."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="the name people know it by")
        parser.add_argument("--owner", required=True, help="the owner's mail address")
        parser.add_argument("--owner-name", default="", help="the owner's name")
        parser.add_argument("--slug", default="", help="the short name in addresses")
        parser.add_argument("--country", default="NL", help="two letters, such as BE")
        parser.add_argument(
            "--language",
            default=settings.LANGUAGE_CODE,
            choices=[c for c, _n in settings.LANGUAGES],
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            validate_email(options["owner"])
            organization = found_organization(
                name=options["name"],
                slug=options["slug"] or slugify(options["name"])[:50],
                country=options["country"].upper(),
                language=options["language"],
                time_zone=settings.TIME_ZONE,
                owner_email=options["owner"],
                owner_name=options["owner_name"],
                at=timezone.now(),
            )
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        address = f"{settings.PUBLIC_URL}{reverse('account_login')}"
        self.stdout.write(
            f"{organization.name} is there: {settings.PUBLIC_URL}/o/{organization.slug}/"
        )
        self.stdout.write(f"{options['owner']} signs in at {address} with a code by mail.")
