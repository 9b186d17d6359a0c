"""Telling those who shared a post what changed."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from vaandel.organizations.models import Member
from vaandel.organizations.tenancy import TenantModel
from vaandel.posts.models import Post


class Correction(TenantModel):
    """What was wrong with a post and what is right, told to everybody who shared it.

    ``told`` counts the people whose messages are queued; ``done_at`` is when all are.
    """

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="corrections")
    text = models.CharField(max_length=1000)
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    by_name = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField(default=timezone.now)
    told = models.PositiveIntegerField(default=0)
    last_enrolment = models.PositiveBigIntegerField(default=0)
    done_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"#{self.pk} correction of {self.post_id}"
