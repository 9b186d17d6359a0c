"""Links, what they belong to, and how an organisation wants them answered and counted."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vaandel.organizations.models import Organization
from vaandel.organizations.tenancy import TenantModel


class Privacy(models.TextChoices):
    """What is known of a visitor. Neither mode keeps an address or a full user agent."""

    COUNT_ONLY = "COUNT_ONLY", _("Count only")
    UNIQUE_PER_DAY = "UNIQUE_PER_DAY", _("Unique per day")


class LinkSettings(TenantModel):
    """An organisation's choices. ``version`` goes up with each change that a redirect must
    follow; every process asks for it twice a second."""

    organization = models.OneToOneField(
        Organization, on_delete=models.CASCADE, related_name="link_settings"
    )
    version = models.PositiveBigIntegerField(default=1)
    privacy = models.CharField(max_length=14, choices=Privacy.choices, default=Privacy.COUNT_ONLY)
    countries = models.BooleanField(default=False)
    # Preview crawlers get a small page of tags whose address is the short link itself.
    crawler_cards = models.BooleanField(default=False)
    # Each click carries a reference to the target, so that its site can report a conversion.
    click_references = models.BooleanField(default=False)
    reference_parameter = models.CharField(max_length=20, default="vref")
    # Where links lead that ended and have no successor; empty: to Vaandel's own page.
    ended_url = models.URLField(max_length=500, blank=True)
    # An own short domain, without scheme; used for new addresses once it has been checked,
    # which ``domain_checked_at`` says. The others: the last check, and since when it fails.
    domain = models.CharField(max_length=120, unique=True, null=True, blank=True)
    domain_checked_at = models.DateTimeField(null=True, blank=True)
    domain_tried_at = models.DateTimeField(null=True, blank=True)
    domain_failed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"#{self.pk} of {self.organization_id}, version {self.version}"


class Campaign(TenantModel):
    """What a set of links is about, whoever shared them: the level of figures by hour, and the
    card that crawlers may get. ``key`` is the name the room above gave it, such as ``post:12``."""

    key = models.CharField(max_length=40)
    title = models.CharField(max_length=300, blank=True)
    description = models.TextField(blank=True)
    image_url = models.URLField(max_length=500, blank=True)
    # A page of Vaandel about it, as a path.
    about_path = models.CharField(max_length=200, blank=True)
    # Where its links lead when they have ended: a vacancy like it, the story that came after.
    successor_url = models.URLField(max_length=2000, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization", "key"], name="campaign_key_once"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.key}"


class Link(TenantModel):
    """A short code that leads to a target. ``ended_at`` set, or ``expires_at`` past: it leads
    to its successor or to the friendly page."""

    code = models.CharField(max_length=16, unique=True)
    target_url = models.URLField(max_length=2000)
    channel = models.CharField(max_length=20, blank=True)
    campaign = models.ForeignKey(
        Campaign, null=True, blank=True, on_delete=models.SET_NULL, related_name="links"
    )
    # Whose own presses are not clicks. Read for nothing else.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"#{self.pk} {self.code}"

    def is_over(self, at: datetime) -> bool:
        """Whether it leads where ended links lead, at this moment."""
        expired = self.expires_at is not None and self.expires_at <= at
        return self.ended_at is not None or expired
