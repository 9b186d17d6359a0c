"""Figures that are frozen or rolled up, so that a page costs the same at any size.

A *week* is always its Monday, in UTC. Roll-ups are written by ``services`` only and can be
rebuilt from shares and link days at any time; frozen snapshots are never rewritten.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from vaandel.organizations.models import Member, Unit
from vaandel.organizations.tenancy import TenantModel
from vaandel.posts.models import Post
from vaandel.programmes.models import Programme, Topic


class WeekSnapshot(TenantModel):
    """The denominators of a week; once it is over (``frozen_at``) later joiners change nothing."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="+")
    week = models.DateField()
    employees = models.PositiveIntegerField()
    invited = models.PositiveIntegerField()
    ambassadors = models.PositiveIntegerField()
    active = models.PositiveIntegerField()
    asks = models.PositiveIntegerField()
    shares = models.PositiveIntegerField()
    frozen_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "week"], name="week_frozen_once"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.week}"


class UnitWeek(TenantModel):
    """People and ambassadors of a unit in a week; ``unit`` is empty for people without one."""

    unit = models.ForeignKey(Unit, null=True, on_delete=models.CASCADE, related_name="+")
    week = models.DateField()
    employees = models.PositiveIntegerField()
    ambassadors = models.PositiveIntegerField()

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization", "week", "unit"], name="unit_week_once"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.week}"


class TopicWeek(TenantModel):
    """One topic in a week. A post with two topics counts in both, so topics do not add up."""

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="+")
    week = models.DateField()
    followers = models.PositiveIntegerField(default=0)
    posts = models.PositiveIntegerField(default=0)
    shares = models.PositiveIntegerField(default=0)
    clicks = models.PositiveIntegerField(default=0)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["topic", "week"], name="topic_week_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "week"], name="topic_week_of_organization"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.week}"


class ChannelWeek(TenantModel):
    """One channel in a week. ``clicks`` are human clicks, ``views`` what people typed in."""

    channel = models.CharField(max_length=20)
    week = models.DateField()
    sharers = models.PositiveIntegerField(default=0)
    shares = models.PositiveIntegerField(default=0)
    confirmed = models.PositiveIntegerField(default=0)
    clicks = models.PositiveIntegerField(default=0)
    views = models.PositiveIntegerField(default=0)
    with_views = models.PositiveIntegerField(default=0)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "week", "channel"], name="channel_week_once"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.week} {self.channel}"


class PostWeek(TenantModel):
    """One post, week and channel."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="+")
    week = models.DateField()
    channel = models.CharField(max_length=20)
    shares = models.PositiveIntegerField(default=0)
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


class Assumption(TenantModel):
    """What an owner put in the place of one default of ``reach``, in whole percentages."""

    name = models.CharField(max_length=20)
    low = models.PositiveSmallIntegerField()
    high = models.PositiveSmallIntegerField()
    note = models.CharField(max_length=300)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization", "name"], name="assumed_once"),
            models.CheckConstraint(
                condition=models.Q(low__lte=models.F("high"), high__lte=100),
                name="assumed_between_0_and_100",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.name} {self.low}-{self.high}"


class Counted(TenantModel):
    """From what the roll-ups of an organisation were last counted: see ``inputs``."""

    fingerprint = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization"], name="counted_once"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.at:%Y-%m-%d %H:%M}"


class PostTotal(TenantModel):
    """A post since it was published. ``sharers`` are different people; ``reach_*`` is an estimate.

    ``own_words`` counts the shares whose text is for more than a fifth the person's own.
    """

    post = models.OneToOneField(Post, on_delete=models.CASCADE, related_name="total")
    shares = models.PositiveIntegerField(default=0)
    sharers = models.PositiveIntegerField(default=0)
    clicks = models.PositiveIntegerField(default=0)
    own_words = models.PositiveIntegerField(default=0)
    with_text = models.PositiveIntegerField(default=0)
    reach_low = models.PositiveIntegerField(null=True)
    reach_high = models.PositiveIntegerField(null=True)
    reach_inputs = models.JSONField(default=dict)
    updated_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        indexes: ClassVar = [
            models.Index(fields=["organization", "-clicks", "post"], name="post_total_furthest"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} total of {self.post_id}"


class LetterStopped(TenantModel):
    """An owner who does not want the monthly letter about the programme."""

    member = models.OneToOneField(Member, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"#{self.pk} no letter for member {self.member_id}"
