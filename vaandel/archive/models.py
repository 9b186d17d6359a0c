"""One chain per organisation. Rows are only added; after their time the content goes, the
digest stays, so that the chain can still be checked."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from vaandel.organizations.tenancy import TenantModel


class ArchiveEntry(TenantModel):
    """One fact about a regulated post. Written by ``services`` only, never updated.

    ``content`` is canonical JSON, "" once ``keep_until`` has passed; ``content_digest`` is its
    SHA-256, and ``digest`` that of number, moment, kind, both digests and ``keep_until``.
    """

    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    kind = models.CharField(max_length=30)
    subject = models.CharField(max_length=60, blank=True)
    content = models.TextField(blank=True)
    content_digest = models.CharField(max_length=64)
    previous_digest = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)
    keep_until = models.DateField()

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization", "number"], name="archive_number_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "subject"], name="archive_of_subject"),
            models.Index(fields=["keep_until"], name="archive_over"),
        ]

    def __str__(self) -> str:
        return f"#{self.number} {self.kind}"
