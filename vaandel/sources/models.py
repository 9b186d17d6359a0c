"""Feeds that bring raw material into the editors' inbox."""

from __future__ import annotations

from typing import ClassVar
from urllib.parse import urlsplit

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vaandel.organizations.models import Member
from vaandel.organizations.tenancy import TenantModel
from vaandel.posts.models import Post
from vaandel.programmes.models import Topic


class Source(TenantModel):
    """A feed that is read from time to time. Its state of health is for editors to see.

    ``last_error`` is a ``problems.Problem``; ``failures`` counts those since the last success.
    A removed source is kept for a while, so that removing can be undone.
    """

    url = models.URLField(_("address"), max_length=2000)
    title = models.CharField(_("name"), max_length=200, blank=True)
    topic = models.ForeignKey(Topic, null=True, blank=True, on_delete=models.SET_NULL)
    added_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL)
    paused_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    etag = models.CharField(max_length=300, blank=True)
    last_modified = models.CharField(max_length=100, blank=True)
    next_fetch_at = models.DateTimeField(default=timezone.now)
    leased_until = models.DateTimeField(null=True, blank=True)
    last_fetched_at = models.DateTimeField(null=True, blank=True)
    last_new_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=60, blank=True)
    last_error_detail = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization", "url"], name="source_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["next_fetch_at"], name="source_due"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.url}"

    @property
    def name(self) -> str:
        return self.title or self.site

    @property
    def site(self) -> str:
        return urlsplit(self.url).netloc or self.url

    @property
    def is_fetched(self) -> bool:
        """Not so for a file that somebody read in once."""
        return self.url.startswith(("http://", "https://"))


class Item(TenantModel):
    """One entry of a feed. The digest of its guid keeps it from landing twice."""

    class State(models.TextChoices):
        NEW = "NEW", _("New")
        USED = "USED", _("Became a post")
        DISMISSED = "DISMISSED", _("Not used")

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="items")
    guid_digest = models.CharField(max_length=64)
    url = models.URLField(max_length=2000, blank=True)
    title = models.CharField(max_length=300)
    summary_html = models.TextField(blank=True)
    summary_text = models.TextField(blank=True)
    image_url = models.URLField(max_length=2000, blank=True)
    author = models.CharField(max_length=200, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.NEW)
    post = models.ForeignKey(Post, null=True, blank=True, on_delete=models.SET_NULL)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "guid_digest"], name="item_once_per_source"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "state", "-created_at"], name="inbox_newest"),
            models.Index(fields=["source", "state"], name="items_of_source"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.title}"
