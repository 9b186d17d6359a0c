"""Telling those who shared a post what changed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from vaandel.ambassadors.models import Enrolment
from vaandel.organizations.models import Member
from vaandel.organizations.tenancy import TenantModel
from vaandel.posts.models import Post


class Correction(TenantModel):
    """What was wrong with a post and what is right, told to everybody who shared it.

    ``told`` counts the people who were found so far, up to ``last_enrolment``; ``done_at`` is
    when all were. ``by_name`` is empty when the one who wrote it has deleted the account.
    """

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="corrections")
    text = models.CharField(max_length=1000)
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    by_name = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField(default=timezone.now)
    told = models.PositiveIntegerField(default=0)
    last_enrolment = models.PositiveBigIntegerField(default=0)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        indexes: ClassVar = [
            models.Index(
                fields=["id"], condition=models.Q(done_at=None), name="corrections_to_tell"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} correction of {self.post_id}"


class CorrectionRead(TenantModel):
    """Somebody who shared the post put the notice away. Only they themselves see that."""

    correction = models.ForeignKey(Correction, on_delete=models.CASCADE, related_name="reads")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["correction", "enrolment"], name="correction_read_once"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} correction {self.correction_id} read"
