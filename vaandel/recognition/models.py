"""Thanks from people to people, with the concrete figure in it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from vaandel.ambassadors.models import Enrolment
from vaandel.organizations.models import Member
from vaandel.organizations.tenancy import TenantModel
from vaandel.posts.models import Post
from vaandel.shares.models import Share


class Thanks(TenantModel):
    """A thank-you to one person. ``clicks`` is the measured figure at that moment.

    ``by_name`` is empty when the one who gave it has deleted the account. ``put_away_at`` is
    when the person took it off *Today*; it stays on *My impact*.
    """

    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    by_name = models.CharField(max_length=120, blank=True)
    by_function = models.CharField(max_length=120, blank=True)
    to = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="thanks")
    post = models.ForeignKey(Post, null=True, on_delete=models.SET_NULL, related_name="+")
    share = models.ForeignKey(Share, null=True, on_delete=models.SET_NULL, related_name="thanks")
    text = models.CharField(max_length=500)
    clicks = models.PositiveIntegerField(default=0)
    given_at = models.DateTimeField(default=timezone.now)
    mail_pending = models.BooleanField(default=False)
    put_away_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["by", "share"], name="thanked_once_per_share"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["to", "-given_at"], name="thanks_of_person"),
            models.Index(
                fields=["id"], condition=models.Q(mail_pending=True), name="thanks_to_mail"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} thanks"


class Result(TenantModel):
    """Something worth telling somebody: what one of their shares brought after some days.

    ``clicks`` is what was measured by people until ``found_at``. ``seen_at`` is when the
    person put the notice away in the app. ``mail_pending`` waits for a mail that may hold
    several; ``mailed_at`` is when that was queued.
    """

    share = models.ForeignKey(Share, on_delete=models.CASCADE, related_name="results")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="results")
    days = models.PositiveSmallIntegerField()
    clicks = models.PositiveIntegerField()
    found_at = models.DateTimeField(default=timezone.now)
    mail_pending = models.BooleanField(default=False)
    mailed_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["share", "days"], name="told_once_per_share_and_term"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["enrolment", "-found_at"], name="result_of_person"),
            models.Index(
                fields=["id"], condition=models.Q(mail_pending=True), name="results_to_mail"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} result of share {self.share_id}"
