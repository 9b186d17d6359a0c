"""Addresses that sites report conversions to, each with a secret of its own."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from vaandel.links.incoming.reading import Incoming, NotJson, Problem, read_fields, read_json
from vaandel.links.incoming.signing import new_secret
from vaandel.links.models import ConversionEndpoint
from vaandel.links.queries.references import known_clicks
from vaandel.links.services.conversions import stored
from vaandel.organizations.audit import record
from vaandel.organizations.models import Member

# How long who made an endpoint can read its secret; after that nobody can.
SECRET_SHOWN = timedelta(minutes=10)


class NameTaken(Exception):
    """There is an endpoint with this name already, for instance because of a second press."""


def make_endpoint(*, name: str, by: Member, at: datetime) -> ConversionEndpoint:
    """Raise ``NameTaken`` when one of this name is in use."""
    endpoint = ConversionEndpoint(
        organization_id=by.organization_id,
        name=name,
        token=secrets.token_urlsafe(24),
        created_by=by,
        created_at=at,
    )
    endpoint.secret = new_secret()
    try:
        with transaction.atomic():
            endpoint.save()
            record(
                by=by,
                action="conversion_endpoint.made",
                subject=f"conversion-endpoint:{endpoint.pk}",
                at=at,
            )
    except IntegrityError as error:
        raise NameTaken(name) from error
    return endpoint


def secret_shown(*, endpoint: ConversionEndpoint, to: Member, at: datetime) -> str:
    """The secret, for who just made the endpoint; empty for everybody else, and later."""
    made_by = endpoint.created_by_id == to.pk
    fresh = endpoint.created_at <= at < endpoint.created_at + SECRET_SHOWN
    return endpoint.secret if made_by and fresh and endpoint.revoked_at is None else ""


@transaction.atomic
def revoke_endpoint(*, endpoint: ConversionEndpoint, by: Member, at: datetime) -> None:
    """Answer 404 there from now on. A second press changes nothing."""
    revoked = ConversionEndpoint.objects.filter(pk=endpoint.pk, revoked_at=None).update(
        revoked_at=at
    )
    if revoked:
        record(
            by=by,
            action="conversion_endpoint.revoked",
            subject=f"conversion-endpoint:{endpoint.pk}",
            at=at,
        )


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a signed request with some body would be answered.

    ``unknown``: references that are not known, or not yet.
    """

    status: int
    problems: list[Problem]
    incoming: Incoming | None = None
    unknown: tuple[str, ...] = ()


def foresee_conversion(*, body: str, at: datetime) -> Foreseen:
    """Nothing is stored."""
    try:
        incoming = read_fields(read_json(body.encode()), at=at)
    except NotJson:
        return Foreseen(400, [])
    if not isinstance(incoming, Incoming):
        return Foreseen(400, incoming)
    references = [text for text in (incoming.click, *incoming.assists) if text]
    clicks = known_clicks(references)
    return Foreseen(
        status=200 if stored(incoming) else 201,
        problems=[],
        incoming=incoming,
        unknown=tuple(text for text in references if text not in clicks),
    )
