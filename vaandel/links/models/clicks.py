"""What came through the links. Written by the ingest, in one transaction with how far it read.

On SQLite these tables are in a file of their own, so that counting never holds up somebody
who saves a post; the rest of the house reads them there and cannot write. So no constraint
of the database reaches across, and ``services`` clears up after a link that is deleted.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import ClassVar

from django.db import models
from django.utils import timezone

from vaandel.links.kinds import Kind
from vaandel.links.models.links import Campaign, Link
from vaandel.organizations.models import Organization
from vaandel.organizations.tenancy import TenantModel


class CountedModel(TenantModel):
    """A tenant's row in the tables of clicks."""

    organization = models.ForeignKey(
        Organization,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )

    class Meta(TenantModel.Meta):
        abstract = True


class Click(CountedModel):
    """One request, kept for a short time. No address and no full user agent is ever stored.

    ``id`` is the number of the spool file and the number of the record in it, so that the same
    record can never become two rows. Partitioned by month of ``at_ms`` on PostgreSQL.
    """

    id = models.BigIntegerField(primary_key=True)
    link = models.ForeignKey(
        Link,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="clicks",
    )
    # Milliseconds since 1970.
    at_ms = models.BigIntegerField()
    kind = models.CharField(max_length=8, choices=Kind.choices)
    referrer_host = models.CharField(max_length=120, blank=True)
    country = models.CharField(max_length=2, blank=True)
    family = models.CharField(max_length=40, blank=True)
    # Keyed hash of a visitor to this link on this day; null in the mode that only counts.
    visitor = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return f"{self.pk} {self.kind}"

    @property
    def at(self) -> datetime:
        return datetime.fromtimestamp(self.at_ms / 1000, UTC)


class LinkDay(CountedModel):
    """Roll-up: how many requests of one kind a link got on a day (UTC).

    ``uniques``: different visitors on this day, for clicks by people in the mode that knows.
    They are never added up: the same person on two days counts twice. Like every sum, a row is
    found by what it is a sum of, and has no number beside that.
    """

    pk = models.CompositePrimaryKey("link_id", "day", "kind")
    link = models.ForeignKey(
        Link, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="days"
    )
    day = models.DateField()
    kind = models.CharField(max_length=8, choices=Kind.choices)
    count = models.IntegerField(default=0)
    uniques = models.IntegerField(null=True)

    class Meta(CountedModel.Meta):
        indexes: ClassVar = [
            models.Index(fields=["organization", "day", "kind"], name="link_day_of_organization")
        ]

    def __str__(self) -> str:
        return f"{self.link_id} {self.day} {self.kind}"


class OrganizationDay(CountedModel):
    """Roll-up of all links of an organisation together, on a day (UTC)."""

    pk = models.CompositePrimaryKey("organization_id", "day", "kind")
    day = models.DateField()
    kind = models.CharField(max_length=8, choices=Kind.choices)
    count = models.IntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.organization_id} {self.day} {self.kind}"


class CampaignHour(CountedModel):
    """Roll-up of all links of a campaign together: an hour (UTC), and where it came from."""

    pk = models.CompositePrimaryKey(
        "campaign_id", "hour", "kind", "channel", "referrer_host", "country"
    )
    campaign = models.ForeignKey(
        Campaign,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="hours",
    )
    # The start of the hour.
    hour = models.DateTimeField()
    kind = models.CharField(max_length=8, choices=Kind.choices)
    channel = models.CharField(max_length=20, blank=True)
    referrer_host = models.CharField(max_length=120, blank=True)
    country = models.CharField(max_length=2, blank=True)
    count = models.IntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.hour} {self.kind}"


class DayVisitor(models.Model):
    """Which visitors a link has had today, to know a new one; deleted when the day is over."""

    pk = models.CompositePrimaryKey("day", "link_id", "visitor")
    day = models.DateField()
    link_id = models.BigIntegerField()
    visitor = models.BigIntegerField()
    # Which still count; nobody is left of a visitor whose clicks were all taken back.
    clicks = models.IntegerField(default=1)

    def __str__(self) -> str:
        return f"{self.link_id} {self.day}"


class ClickReference(CountedModel):
    """A click that was handed to the target with a reference, so that it can be credited."""

    reference = models.CharField(max_length=16, primary_key=True)
    link = models.ForeignKey(
        Link, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.reference} {self.at}"


class AgentDay(models.Model):
    """Families of programs and browsers per day, over all organisations: to review the rules."""

    pk = models.CompositePrimaryKey("day", "family", "kind")
    day = models.DateField()
    family = models.CharField(max_length=40)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    count = models.IntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.day} {self.family} {self.kind}"


class SpoolFile(models.Model):
    """A spool file and how far it has been read; committed together with the rows it gave."""

    name = models.CharField(max_length=120, unique=True)
    offset = models.PositiveBigIntegerField(default=0)
    updated_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.name} {self.offset}"


class ClicksKept(models.Model):
    """One row, with pk 1: raw clicks of ``since`` (a day in UTC) and later are all there.

    Without it they are all there from the first. Sums of earlier days cannot be made again.
    """

    since = models.DateField()

    def __str__(self) -> str:
        return f"since {self.since}"
