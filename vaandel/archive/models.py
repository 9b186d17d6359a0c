"""One chain per organisation. Rows are only added; after their time the content goes, the
digest stays, so that the chain can still be checked.

The database itself refuses anything else, by triggers of migration 0002. Django's ``AlterField``
makes a SQLite table anew and loses them: a migration that does so has to lay them again.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from vaandel.organizations.tenancy import TenantModel


class NeverChanged(TypeError):
    """Somebody tried to change or delete an entry of the archive."""


class Kind(models.TextChoices):
    """What an entry is about. Rooms above append; the words for people are here."""

    TOPIC_REGULATED = "topic.regulated", _("Rules for a topic switched on")
    TOPIC_CHANGED = "topic.changed", _("Rules of a topic changed")
    TOPIC_RELEASED = "topic.released", _("Rules for a topic switched off")
    POST_APPROVED = "post.approved", _("Post approved")
    POST_WITHDRAWN = "post.withdrawn", _("Post withdrawn")
    POST_ENDED = "post.ended", _("Post ended")
    TEXT_ASKED = "text.asked", _("Approval of a text asked")
    TEXT_APPROVED = "text.approved", _("Text approved")
    TEXT_REFUSED = "text.refused", _("Text not approved")
    TEXT_WITHDRAWN = "text.withdrawn", _("Text not asked for any more")
    SHARE_OPENED = "share.opened", _("Network opened with a text")
    PUBLISHED = "publication.published", _("Posted through Vaandel")
    CORRECTED = "publication.corrected", _("Text on the network corrected")
    TAKEN_DOWN = "publication.taken_down", _("Taken down from the network")


class ArchiveEntry(TenantModel):
    """One fact about a regulated topic. Written by ``services.append`` only, never changed.

    ``content`` is canonical JSON, "" once ``keep_until`` has passed; ``content_digest`` is its
    SHA-256, and ``digest`` that of everything else in the row: see ``chain.digest_of``.
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

    def save(
        self,
        *,
        force_insert: bool | tuple[models.base.ModelBase, ...] = False,  # noqa: ARG002
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        if not self._state.adding:
            raise NeverChanged("An entry of the archive is not changed.")
        super().save(
            force_insert=True,
            force_update=force_update,
            using=using,
            update_fields=update_fields,
        )

    def delete(
        self,
        using: str | None = None,  # noqa: ARG002  # the signature is Django's
        keep_parents: bool = False,  # noqa: ARG002, FBT001, FBT002
    ) -> tuple[int, dict[str, int]]:
        raise NeverChanged("An entry of the archive is not deleted.")


class ArchiveChain(TenantModel):
    """The end of an organisation's chain: locked while an entry is added, so that two at once
    get two numbers. It also tells when entries were cut off the end.

    ``broken_at`` is the number of the first entry that did not fit at the last check.
    ``released_at``: the organisation goes as a whole, so its entries may be deleted.
    """

    length = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    checked_length = models.PositiveIntegerField(default=0)
    broken_at = models.PositiveIntegerField(null=True, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization"], name="one_chain_per_organization"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} chain of {self.length}"
