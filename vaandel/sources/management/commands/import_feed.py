"""`vaandel import-feed FILE|URL --organization SLUG`: a feed into the inbox."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from vaandel.organizations.models import Organization
from vaandel.sources.fetching import FeedFailed
from vaandel.sources.problems import explained
from vaandel.sources.services import import_feed


class Command(BaseCommand):
    help = "Read a feed into the inbox. An address is read from then on; a file once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("place", metavar="FILE|URL")
        parser.add_argument("--organization", required=True, metavar="SLUG")

    def handle(self, *args: Any, **options: Any) -> None:
        organization = Organization.objects.filter(slug=options["organization"]).first()
        if organization is None:
            raise CommandError(f"There is no organisation {options['organization']!r}.")
        try:
            source, new = import_feed(
                place=options["place"], organization=organization, at=timezone.now()
            )
        except FeedFailed as failure:
            raise CommandError(explained(failure.problem)) from failure
        except OSError as error:
            raise CommandError(f"{options['place']}: {error.strerror}") from error
        self.stdout.write(f"{source.name}: {new} new in the inbox.")
