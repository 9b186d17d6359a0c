"""Figures that are frozen or rolled up, so that a page costs the same at any size."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from vaandel.organizations.tenancy import TenantModel
from vaandel.posts.models import Post
from vaandel.programmes.models import Programme


class WeekSnapshot(TenantModel):
    """The denominators of a week (Monday), frozen when it ends: later joiners change nothing."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="+")
    week = models.DateField()
    employees = models.PositiveIntegerField()
    invited = models.PositiveIntegerField()
    ambassadors = models.PositiveIntegerField()
    active = models.PositiveIntegerField()
    asks = models.PositiveIntegerField(default=0)
    shares = models.PositiveIntegerField(default=0)
    frozen_at = models.DateTimeField(default=timezone.now)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "week"], name="week_frozen_once"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.week}"


class PostWeek(TenantModel):
    """Roll-up of one post, week and channel. ``sharers`` counts people, ``clicks`` human clicks."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="+")
    week = models.DateField()
    channel = models.CharField(max_length=20)
    shares = models.PositiveIntegerField(default=0)
    sharers = models.PositiveIntegerField(default=0)
    clicks = models.PositiveIntegerField(default=0)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["post", "week", "channel"], name="post_week_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "week"], name="post_week_of_organization"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.week} {self.channel}"
