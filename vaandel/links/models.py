"""Short links and what came through them. Knows nothing of posts or shares."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from vaandel.links.kinds import Kind
from vaandel.organizations.tenancy import TenantModel

__all__ = ["Click", "Kind", "Link", "LinkDay", "SpoolOffset"]


class Link(TenantModel):
    """A short code that leads to a target. ``ended_at`` set: it leads to the friendly page."""

    code = models.CharField(max_length=16, unique=True)
    target_url = models.URLField(max_length=2000)
    channel = models.CharField(max_length=20, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"#{self.pk} {self.code}"


class Click(TenantModel):
    """One request, kept for a short time. No address and no full user agent is ever stored."""

    id = models.UUIDField(primary_key=True)
    link = models.ForeignKey(Link, on_delete=models.CASCADE, related_name="clicks")
    at = models.DateTimeField()
    kind = models.CharField(max_length=8, choices=Kind.choices)
    referrer_host = models.CharField(max_length=120, blank=True)
    family = models.CharField(max_length=40, blank=True)

    class Meta(TenantModel.Meta):
        indexes: ClassVar = [models.Index(fields=["link", "at"], name="click_of_link")]

    def __str__(self) -> str:
        return f"{self.pk} {self.kind}"


class LinkDay(TenantModel):
    """Roll-up: how many requests of one kind a link got on a day (UTC)."""

    link = models.ForeignKey(Link, on_delete=models.CASCADE, related_name="days")
    day = models.DateField()
    kind = models.CharField(max_length=8, choices=Kind.choices)
    count = models.PositiveIntegerField(default=0)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["link", "day", "kind"], name="link_day_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "day", "kind"], name="link_day_of_organization")
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.day} {self.kind}"


class SpoolOffset(models.Model):
    """How far a spool file has been read; committed together with the rows it gave."""

    name = models.CharField(max_length=120, primary_key=True)
    offset = models.PositiveBigIntegerField(default=0)
    updated_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.name} {self.offset}"
