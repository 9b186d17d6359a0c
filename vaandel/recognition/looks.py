"""What all mails of one organisation have in common, found once for many."""

from __future__ import annotations

from dataclasses import dataclass

from vaandel.organizations.branding import answers_go_to, mail_brand
from vaandel.organizations.models import Organization


@dataclass(frozen=True, slots=True)
class Look:
    brand: dict[str, object]
    reply_to: str


def look_of(organization: Organization) -> Look:
    return Look(brand=mail_brand(organization), reply_to=answers_go_to(organization))
