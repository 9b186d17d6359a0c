"""What is offered to whom, and each time that we turned to somebody."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vaandel.ambassadors.models import Enrolment
from vaandel.organizations.tenancy import TenantManager, TenantModel, TenantQuerySet
from vaandel.posts.models import Post, PostKind
from vaandel.shares.models import Publication, Share


class AskQuerySet(TenantQuerySet["Ask"]):
    def open(self, *, now: datetime, today: date) -> AskQuerySet:
        """Waiting for an answer: offered, or put aside until a day that has come.

        Of a post that can still be shared, and that this person did not share yet. An event
        that has begun is no news any more.
        """
        # Of this very person, so the organisation need not be compared; see `offering.batches`.
        shared = Share.across_tenants.filter(
            post_id=OuterRef("post_id"), enrolment_id=OuterRef("enrolment_id")
        ).exclude(state=Share.State.NOT_POSTED)
        # Or has it waiting for its moment: that is an answer too.
        planned = Publication.across_tenants.filter(
            post_id=OuterRef("post_id"), enrolment_id=OuterRef("enrolment_id")
        ).exclude(state__in=[Publication.State.CANCELLED, Publication.State.DELETED])
        return self.filter(
            Q(state=Ask.State.OFFERED) | Q(state=Ask.State.POSTPONED, until__lte=today),
            Q(post__expires_at=None) | Q(post__expires_at__gt=now),
            ~Q(post__kind=PostKind.EVENT) | Q(post__event_at=None) | Q(post__event_at__gt=now),
            ~Exists(shared),
            ~Exists(planned),
            post__state=Post.State.LIVE,
        )


class Approach(TenantModel):
    """One time that we turned to one person, with one to three asks, over one or more channels.

    The budget counts these rows: a mail and a push about the same asks are one approach.
    ``at`` is when it was decided, inside the person's open hours. A question ("shall we
    stop?") has no asks. Whether one was answered is read from shares and asks, not kept.
    """

    class Kind(models.TextChoices):
        PROPOSAL = "PROPOSAL", _("One proposal")
        DIGEST = "DIGEST", _("Digest")
        URGENT = "URGENT", _("Urgent")
        QUESTION = "QUESTION", _("Question")

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="approaches")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    at = models.DateTimeField(default=timezone.now)
    # "mail", "push", "slack", "teams"
    channels = models.JSONField(default=list)

    class Meta(TenantModel.Meta):
        indexes: ClassVar = [
            models.Index(fields=["enrolment", "-at"], name="approach_of_person"),
            models.Index(fields=["organization", "-at"], name="approach_newest"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.kind}"


class Ask(TenantModel):
    """The offer of one post to one person. Whether it was shared is read from ``shares``.

    ``state`` is written by ``services`` only. ``mailed_at`` is when an approach last spoke
    of it, and ``approach`` is that one.
    """

    class State(models.TextChoices):
        OFFERED = "OFFERED", _("Offered")
        POSTPONED = "POSTPONED", _("Not now")
        DECLINED = "DECLINED", _("Not this one")

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="asks")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="asks")
    state = models.CharField(max_length=9, choices=State.choices, default=State.OFFERED)
    approach = models.ForeignKey(
        Approach, null=True, blank=True, on_delete=models.SET_NULL, related_name="asks"
    )
    reason = models.JSONField(default=dict, blank=True)
    offered_at = models.DateTimeField(default=timezone.now)
    mailed_at = models.DateTimeField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = TenantManager.from_queryset(AskQuerySet)()  # type: ignore[assignment]

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["post", "enrolment"], name="asked_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["enrolment", "state", "-offered_at"], name="ask_of_person"),
            models.Index(fields=["organization", "-offered_at"], name="ask_newest"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} ask"


class OfferedDay(TenantModel):
    """To how many people a post that is spread was offered on one day of the organisation.

    Kept because the row is also what two planners wait for: together they offer no more.
    """

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="offered_days")
    day = models.DateField()
    count = models.PositiveIntegerField(default=0)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["post", "day"], name="offered_day_once_per_post"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.day}"
