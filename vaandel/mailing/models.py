"""Messages on their way out. This room knows no noun of the domain: templates in, messages out."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone


class OutgoingMessageQuerySet(models.QuerySet["OutgoingMessage"]):
    def due(self, at: datetime) -> OutgoingMessageQuerySet:
        """Waiting and allowed to go; or taken by a process that has not been heard of since."""
        states = OutgoingMessage.State
        return self.filter(
            Q(state=states.QUEUED, next_try_at__lte=at)
            | Q(state=states.SENDING, leased_until__lte=at)
        )


class OutgoingMessage(models.Model):
    """One mail to one address. ``state`` is written by ``services`` only.

    ``key`` names the reason of the message, so that the same message is never queued twice.
    ``tenant`` and ``person`` are bare ids for erasing and counting.
    """

    class State(models.TextChoices):
        QUEUED = "QUEUED"
        SENDING = "SENDING"
        SENT = "SENT"
        FAILED = "FAILED"

    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=40)
    tenant = models.PositiveBigIntegerField(null=True)
    person = models.PositiveBigIntegerField(null=True)
    to_address = models.EmailField(max_length=254)
    to_name = models.CharField(max_length=120, blank=True)
    from_name = models.CharField(max_length=120, blank=True)
    reply_to = models.EmailField(max_length=254, blank=True)
    language = models.CharField(max_length=5, default="en")
    subject = models.CharField(max_length=250)
    text = models.TextField()
    html = models.TextField(blank=True)
    headers = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(default=timezone.now)
    leased_until = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    # Who is reached after this moment had rather not been: a code is over, a proposal is gone.
    expires_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    objects = OutgoingMessageQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["state", "next_try_at"], name="message_due"),
            models.Index(fields=["tenant", "person"], name="message_of_person"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.kind}"
