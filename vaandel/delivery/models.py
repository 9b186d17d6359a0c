"""Who is asked what, and when."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vaandel.ambassadors.models import Enrolment
from vaandel.organizations.tenancy import TenantManager, TenantModel, TenantQuerySet
from vaandel.posts.models import Post
from vaandel.shares.models import Share


class AskQuerySet(TenantQuerySet["Ask"]):
    def open(self, *, now: datetime, today: date) -> AskQuerySet:
        """Waiting for an answer: offered, or put aside until a day that has come.

        Of a post that can still be shared, and that this person did not share yet.
        """
        # Of this very person, so the organisation need not be compared; see `offering.batches`.
        shared = Share.across_tenants.filter(
            post_id=OuterRef("post_id"), enrolment_id=OuterRef("enrolment_id")
        ).exclude(state=Share.State.NOT_POSTED)
        return self.filter(
            Q(state=Ask.State.OFFERED) | Q(state=Ask.State.POSTPONED, until__lte=today),
            Q(post__expires_at=None) | Q(post__expires_at__gt=now),
            ~Exists(shared),
            post__state=Post.State.LIVE,
        )


class Ask(TenantModel):
    """The offer of one post to one person. Whether it was shared is read from ``shares``.

    ``state`` is written by ``services`` only. ``mailed_at`` is when a mail last spoke of it.
    """

    class State(models.TextChoices):
        OFFERED = "OFFERED", _("Offered")
        POSTPONED = "POSTPONED", _("Not now")
        DECLINED = "DECLINED", _("Not this one")

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="asks")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="asks")
    state = models.CharField(max_length=9, choices=State.choices, default=State.OFFERED)
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
