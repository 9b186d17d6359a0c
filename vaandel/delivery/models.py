"""Who is asked what, and when."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vaandel.ambassadors.models import Enrolment
from vaandel.organizations.tenancy import TenantModel
from vaandel.posts.models import Post


class Ask(TenantModel):
    """The offer of one post to one person. Whether it was shared is read from ``shares``."""

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
