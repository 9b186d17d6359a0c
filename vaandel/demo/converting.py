"""What came of the clicks: applications, a few hires and leads, reported by the careers site."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Final

from vaandel.links.incoming.reading import Incoming
from vaandel.links.models import ClickReference, Conversion, ConversionEndpoint, Goal, Link
from vaandel.links.services.conversions import receive_conversion
from vaandel.links.services.correcting import Wanted, correct_conversion
from vaandel.links.services.endpoints import make_endpoint
from vaandel.links.services.settings import save_settings
from vaandel.organizations.models import Member

# How many of each, and the letter in front of their numbers.
REPORTED: Final = ((Goal.LEAD, 14, "L"), (Goal.APPLICATION, 11, "S"), (Goal.HIRE, 2, "D"))
SITE: Final = "werkenbij.stadsenergie.example"
REASON: Final = "Begint een week later: na de vakantie."


def report_conversions(*, owner: Member, editor: Member, now: datetime, seed: int) -> None:
    """About a third had an earlier click as well; of some the click is not known."""
    chance = random.Random(seed)  # noqa: S311 - a story, not a secret
    begun = now - timedelta(days=80)
    save_settings(
        organization=owner.organization,
        changes={"click_references": True},
        destinations=owner.organization.destinations,
        by=owner,
        at=begun,
    )
    endpoint = make_endpoint(name=SITE, by=owner, at=begun)
    links = list(
        Link.objects.filter(campaign__isnull=False, created_at__lt=now - timedelta(days=3))
        .order_by("pk")
        .values_list("pk", "created_at")
    )
    number = 0
    for goal, amount, letter in REPORTED:
        for count in range(amount):
            number += 1
            link_id, shared_at = chance.choice(links)
            at = shared_at + timedelta(days=chance.uniform(0.2, 2.5))
            incoming = Incoming(
                goal=goal,
                external_id=f"{letter}-{10_400 + number * 7}",
                happened_at=at,
                click="" if count % 5 == 4 else _click(endpoint, link_id, f"demo-{number}", at),
                assists=(_click(endpoint, chance.choice(links)[0], f"demo-{number}-a", at),)
                if count % 3 == 0
                else (),
            )
            receive_conversion(endpoint=endpoint, incoming=incoming, at=at)
    hire = Conversion.objects.filter(goal=Goal.HIRE).order_by("pk").first()
    if hire is not None:
        _begins_later(hire, editor, now)


def _click(endpoint: ConversionEndpoint, link_id: int, reference: str, at: datetime) -> str:
    """A click that the site knows by its reference."""
    ClickReference.objects.create(
        organization_id=endpoint.organization_id,
        reference=reference,
        link_id=link_id,
        at=at - timedelta(hours=1),
    )
    return reference


def _begins_later(hire: Conversion, by: Member, now: datetime) -> None:
    later = min(hire.happened_at + timedelta(days=7), now - timedelta(days=1))
    wanted = Wanted(Goal.HIRE, later, None, "", hire.link, withdrawn=False)
    correct_conversion(
        conversion=hire, wanted=wanted, reason=REASON, by=by, at=now - timedelta(hours=20)
    )
