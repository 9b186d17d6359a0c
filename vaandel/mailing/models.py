"""Messages on their way out. This room knows no noun of the domain: templates in, messages out."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone


def due(at: datetime) -> Q:
    """Waiting and allowed to go; or taken by a process that has not been heard of since."""
    states = Outgoing.State
    return Q(state=states.QUEUED, next_try_at__lte=at) | Q(
        state=states.SENDING, leased_until__lte=at
    )


class Outgoing(models.Model):
    """What every row on its way out has, over whatever medium. ``state`` is the sender's alone.

    ``key`` names the reason of the row, so that the same is never queued twice. ``windows``
    are the moments at which it may go out, as pairs of ISO 8601 instants in UTC, in order;
    empty means at any time.
    """

    class State(models.TextChoices):
        QUEUED = "QUEUED"
        SENDING = "SENDING"
        SENT = "SENT"
        FAILED = "FAILED"
        # Not handed over, because the address bounced or complained before.
        SUPPRESSED = "SUPPRESSED"

    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(default=timezone.now)
    windows = models.JSONField(default=list, blank=True)
    leased_until = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    # Who is reached after this moment had rather not been: a code is over, a proposal is gone.
    expires_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


class OutgoingMessageQuerySet(models.QuerySet["OutgoingMessage"]):
    def due(self, at: datetime) -> OutgoingMessageQuerySet:
        return self.filter(due(at))


class OutgoingMessage(Outgoing):
    """One mail to one address.

    ``tenant`` and ``person`` are bare ids for erasing, holding and counting. An ``essential``
    mail answers somebody who waits for it (a sign-in code): it is never held back, knows no
    windows and goes to suppressed addresses too. A mail with a ``template`` is rendered with
    its ``context`` when it is sent; others hold what they say in ``text`` and ``html``.
    """

    tenant = models.PositiveBigIntegerField(null=True)
    person = models.PositiveBigIntegerField(null=True)
    essential = models.BooleanField(default=False)
    # Goes out while its tenant is held, because it says why: a correction.
    during_stop = models.BooleanField(default=False)
    to_address = models.EmailField(max_length=254)
    to_name = models.CharField(max_length=120, blank=True)
    from_name = models.CharField(max_length=120, blank=True)
    reply_to = models.EmailField(max_length=254, blank=True)
    language = models.CharField(max_length=5, default="en")
    time_zone = models.CharField(max_length=50, blank=True)
    subject = models.CharField(max_length=250)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    template = models.CharField(max_length=120, blank=True)
    context = models.JSONField(default=dict, blank=True)
    headers = models.JSONField(default=dict, blank=True)

    objects = OutgoingMessageQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["state", "next_try_at"], name="message_due"),
            models.Index(fields=["tenant", "person"], name="message_of_person"),
            # What somebody waits for is looked for first, also when a hundred thousand wait.
            models.Index(
                fields=["state", "next_try_at"],
                condition=Q(essential=True),
                name="essential_message_due",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.kind}"


class Suppression(models.Model):
    """An address that mails do not reach, or that does not want them, as a keyed digest only."""

    class Reason(models.TextChoices):
        BOUNCED = "BOUNCED"
        COMPLAINED = "COMPLAINED"

    address_digest = models.CharField(max_length=64, unique=True)
    reason = models.CharField(max_length=10, choices=Reason.choices)
    detail = models.CharField(max_length=300, blank=True)
    since = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"#{self.pk} {self.reason}"


class Return(models.Model):
    """A mail that came back, or that its reader called unwanted: once per message and kind.

    So a report that arrives twice counts once. Says nothing about anybody once the message is
    deleted, which it then outlives.
    """

    class Kind(models.TextChoices):
        HARD = "HARD"
        SOFT = "SOFT"
        COMPLAINT = "COMPLAINT"

    message = models.ForeignKey(
        OutgoingMessage, on_delete=models.DO_NOTHING, db_constraint=False, related_name="returns"
    )
    kind = models.CharField(max_length=9, choices=Kind.choices)
    # The enhanced status code (RFC 3463), such as 5.1.1.
    status = models.CharField(max_length=9, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["message", "kind"], name="returned_once_per_kind"),
        ]
        indexes: ClassVar = [models.Index(fields=["kind", "at"], name="return_counted")]

    def __str__(self) -> str:
        return f"#{self.pk} {self.kind}"


class Hold(models.Model):
    """Nothing goes out for this tenant, or for anybody (``tenant`` None), until it is lifted.

    Essential mails do. Written by ``services`` only.
    """

    tenant = models.PositiveBigIntegerField(null=True, unique=True)
    since = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"#{self.pk} hold of {self.tenant}"
