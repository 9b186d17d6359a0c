"""Conversions: storing what a site reports, once, and crediting the click when it is known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from vaandel.links.incoming.reading import Incoming
from vaandel.links.models import Conversion, ConversionAssist, ConversionEndpoint
from vaandel.links.queries.references import KnownClick, known_clicks
from vaandel.organizations.tenancy import every_tenant, tenant_scope

# A click is a second older than its row; after a week nobody waits for it any more. References
# that nobody ever handed out would be looked up all week, so the old ones wait longer.
AWAITED = timedelta(days=7)
FRESH = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Received:
    """A stored conversion; ``created`` False: it was known already, and stays as it was."""

    conversion: Conversion
    created: bool


def receive_conversion(
    *, endpoint: ConversionEndpoint, incoming: Incoming, at: datetime
) -> Received:
    """Store what a site reports. The same goal and id again changes nothing."""
    ConversionEndpoint.objects.filter(pk=endpoint.pk).update(last_used_at=at)
    known = stored(incoming)
    if known is not None:
        return Received(known, created=False)
    try:
        with transaction.atomic():
            return Received(_create(endpoint=endpoint, incoming=incoming, at=at), created=True)
    except IntegrityError:
        # Somebody was faster with the same one; anything else is an error still.
        known = stored(incoming)
        if known is None:
            raise
        return Received(known, created=False)


def stored(incoming: Incoming) -> Conversion | None:
    """What is known already under this goal and id."""
    return Conversion.objects.filter(goal=incoming.goal, external_id=incoming.external_id).first()


def _create(*, endpoint: ConversionEndpoint, incoming: Incoming, at: datetime) -> Conversion:
    clicks = known_clicks([incoming.click, *incoming.assists])
    last = clicks.get(incoming.click)
    conversion = Conversion.objects.create(
        organization_id=endpoint.organization_id,
        goal=incoming.goal,
        external_id=incoming.external_id,
        happened_at=incoming.happened_at,
        received_at=at,
        value=incoming.value,
        currency=incoming.currency,
        link_id=last.link_id if last else None,
        reference=incoming.click,
        source=Conversion.Source.POSTBACK,
        endpoint=endpoint,
    )
    ConversionAssist.objects.bulk_create(
        [_assist(conversion, reference, clicks.get(reference)) for reference in incoming.assists]
    )
    return conversion


def _assist(conversion: Conversion, reference: str, click: KnownClick | None) -> ConversionAssist:
    return ConversionAssist(
        organization_id=conversion.organization_id,
        conversion=conversion,
        reference=reference,
        link_id=click.link_id if click else None,
        at=click.at if click else None,
    )


def attribute_fresh_conversions() -> int:
    """The clock's call: credit clicks that became known just after their conversions did."""
    return _attribute_since(timezone.now() - FRESH)


def attribute_awaited_conversions() -> int:
    """The clock's call, more rarely: the same for clicks that were read much later."""
    return _attribute_since(timezone.now() - AWAITED)


def _attribute_since(since: datetime) -> int:
    """Returns how many conversions and earlier clicks were credited."""
    with every_tenant():
        awaited = Conversion.objects.filter(link=None, received_at__gte=since).exclude(reference="")
        conversions = list(awaited.values_list("organization_id", "pk", "reference"))
        helped = ConversionAssist.objects.filter(link=None, conversion__received_at__gte=since)
        assists = list(helped.values_list("organization_id", "pk", "reference"))
    credited = 0
    for organization_id in sorted({row[0] for row in [*conversions, *assists]}):
        with tenant_scope(organization_id):
            credited += _attribute(
                [row[1:] for row in conversions if row[0] == organization_id],
                [row[1:] for row in assists if row[0] == organization_id],
            )
    return credited


def _attribute(conversions: Iterable[tuple[int, str]], assists: Iterable[tuple[int, str]]) -> int:
    """Of one organisation. What somebody put right by hand meanwhile is left alone."""
    conversions, assists = list(conversions), list(assists)
    clicks = known_clicks(reference for _pk, reference in [*conversions, *assists])
    credited = 0
    with transaction.atomic():
        for pk, reference in conversions:
            if reference in clicks:
                credited += Conversion.objects.filter(pk=pk, link=None, reference=reference).update(
                    link_id=clicks[reference].link_id
                )
        for pk, reference in assists:
            if reference in clicks:
                credited += ConversionAssist.objects.filter(pk=pk, link=None).update(
                    link_id=clicks[reference].link_id, at=clicks[reference].at
                )
    return credited
