"""What people shared themselves: a text, a channel, a link of its own."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vaandel.ambassadors.models import Enrolment
from vaandel.links.models import Link
from vaandel.organizations.tenancy import TenantModel
from vaandel.posts.models import Angle, Post


class Share(TenantModel):
    """Somebody opened a network's dialog with this text. ``state`` is written by ``services`` only.

    The network never tells us whether it was posted: only the person does.
    When an account is deleted the share stays for the count, without person and text.
    """

    class State(models.TextChoices):
        OPENED = "OPENED", _("Dialog opened")
        CONFIRMED = "CONFIRMED", _("Posted, says the person")
        NOT_POSTED = "NOT_POSTED", _("Not posted")

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="shares")
    enrolment = models.ForeignKey(
        Enrolment, null=True, on_delete=models.SET_NULL, related_name="shares"
    )
    link = models.OneToOneField(Link, on_delete=models.PROTECT, related_name="share")
    press = models.UUIDField(unique=True)
    channel = models.CharField(max_length=20)
    language = models.CharField(max_length=5)
    instance = models.CharField(max_length=120, blank=True)
    text = models.TextField(blank=True)
    disclosure = models.CharField(max_length=300, blank=True)
    disclosure_rule = models.CharField(max_length=40, blank=True)
    angle = models.ForeignKey(Angle, null=True, blank=True, on_delete=models.SET_NULL)
    edited_share = models.FloatField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPENED)
    opened_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True, blank=True)
    ask_again_at = models.DateTimeField(null=True, blank=True)
    permalink = models.URLField(max_length=500, blank=True)
    views = models.PositiveIntegerField(null=True, blank=True)
    reactions = models.PositiveIntegerField(null=True, blank=True)
    comments = models.PositiveIntegerField(null=True, blank=True)
    numbers_typed_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        indexes: ClassVar = [
            models.Index(fields=["organization", "post"], name="share_of_post"),
            models.Index(fields=["enrolment", "-opened_at"], name="share_of_person"),
            models.Index(fields=["organization", "-opened_at"], name="share_newest"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.channel}"


class Reservation(TenantModel):
    """A short link made while somebody is writing, so that it is known before the press.

    The text may leave the page in the same moment; the link in it must work even when our
    own request is lost. ``services`` deletes the row when its link becomes a share.
    """

    press = models.UUIDField(unique=True)
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="+")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="+")
    link = models.OneToOneField(Link, on_delete=models.CASCADE, related_name="reservation")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta(TenantModel.Meta):
        indexes: ClassVar = [models.Index(fields=["created_at"], name="reservation_oldest")]

    def __str__(self) -> str:
        return f"#{self.pk} reservation"


class Reminder(TenantModel):
    """Somebody wants to share a post later and asked for a mail at that moment."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="reminders")
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    text = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["enrolment", "post"],
                condition=models.Q(sent_at=None),
                name="one_waiting_reminder_per_post",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["sent_at", "at"], name="reminder_due")]

    def __str__(self) -> str:
        return f"#{self.pk} reminder"


class PersonalLink(TenantModel):
    """Lets one person share one post from a mail, without signing in, until it ends."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="+")
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["enrolment", "post"], name="personal_link_once_per_post"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} personal link"
