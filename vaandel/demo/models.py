"""What stands on the practice network of a demonstration.

Of no organisation: to Vaandel it is a network like any other, out there.
"""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone

from vaandel.accounts.models import User


def new_key() -> str:
    return uuid.uuid4().hex


class PracticeAccess(models.Model):
    """Somebody allowed an application to post for them. Neither token nor code is kept itself."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    token_digest = models.CharField(max_length=64, unique=True)
    code_digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"#{self.pk} access"


class PracticePost(models.Model):
    """A post. ``key`` is what its sender gave it, so that sending it twice makes one post."""

    author = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=100, default=new_key)
    text = models.TextField(blank=True)
    language = models.CharField(max_length=10, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["author", "key"], name="practice_post_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-created_at"], name="practice_post_newest"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} practice post"


class PracticePicture(models.Model):
    """A picture that was uploaded; without ``post`` as long as it stands in none."""

    author = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    post = models.ForeignKey(
        PracticePost, null=True, blank=True, on_delete=models.CASCADE, related_name="pictures"
    )
    file = models.ImageField(
        upload_to="media/", width_field="width", height_field="height", max_length=200
    )
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    alt = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"#{self.pk} practice picture"
