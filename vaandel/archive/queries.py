"""Reading the archive."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from django.db.models import QuerySet
from django.utils import timezone

from vaandel.archive.chain import canonical, digest_of, sha256
from vaandel.archive.models import ArchiveChain, ArchiveEntry
from vaandel.organizations.models import Organization

AT_A_TIME: Final = 500


@dataclass(frozen=True, slots=True)
class Verification:
    """``first_broken`` is the number of the first entry that does not fit, or is missing."""

    entries: int
    first_broken: int | None = None

    @property
    def ok(self) -> bool:
        return self.first_broken is None


def entries_of(
    organization_id: int,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    last: int | None = None,
) -> Iterator[ArchiveEntry]:
    """All entries in their order, a few at a time, so that nothing waits for who reads them.

    Works outside a scope as well: a download is read after the request has been answered.
    """
    rows = ArchiveEntry.across_tenants.filter(organization=organization_id).order_by("number")
    if since is not None:
        rows = rows.filter(at__gte=since)
    if until is not None:
        rows = rows.filter(at__lt=until)
    if last is not None:
        rows = rows.filter(number__lte=last)
    after = 0
    while batch := list(rows.filter(number__gt=after)[:AT_A_TIME]):
        yield from batch
        after = batch[-1].number


def verify(organization: Organization) -> Verification:
    """Go along the whole chain and compare every seal."""
    chain = ArchiveChain.across_tenants.filter(organization=organization).first()
    if chain is None:
        lost = ArchiveEntry.across_tenants.filter(organization=organization).exists()
        return Verification(0, first_broken=1 if lost else None)
    today = timezone.now().astimezone(UTC).date()
    previous, seen = "", 0
    # Entries that were added since the end was read belong to the next check.
    for entry in entries_of(organization.pk, last=chain.length):
        if entry.number != seen + 1 or not fits(entry, previous=previous, today=today):
            return Verification(seen, first_broken=seen + 1)
        previous, seen = entry.digest, entry.number
    if seen < chain.length:
        return Verification(seen, first_broken=seen + 1)
    return Verification(seen, first_broken=None if previous == chain.digest else seen)


def fits(entry: ArchiveEntry, *, previous: str, today: date) -> bool:
    """Whether an entry is as it was sealed. Content may be gone after its time only."""
    if entry.content:
        content_fits = sha256(entry.content) == entry.content_digest
    else:
        content_fits = entry.keep_until < today
    return (
        content_fits
        and entry.previous_digest == previous
        and entry.digest
        == digest_of(
            number=entry.number,
            at=entry.at,
            kind=entry.kind,
            subject=entry.subject,
            content_digest=entry.content_digest,
            previous_digest=entry.previous_digest,
            keep_until=entry.keep_until,
        )
    )


def chain_of(organization: Organization) -> ArchiveChain | None:
    return ArchiveChain.objects.filter(organization=organization).first()


def length_of(organization: Organization) -> int:
    chain = ArchiveChain.across_tenants.filter(organization=organization).first()
    return chain.length if chain else 0


def last_entry(organization_id: int, *, kind: str, subject: str) -> ArchiveEntry | None:
    """The newest entry of this kind about this subject."""
    rows = ArchiveEntry.objects.filter(organization=organization_id, subject=subject, kind=kind)
    return rows.order_by("-number").first()


def last_entry_with(
    organization_id: int, *, kind: str, subject: str, content: Mapping[str, object]
) -> ArchiveEntry | None:
    """The newest entry of this kind about this subject with all of this in its content."""
    rows = ArchiveEntry.objects.filter(organization=organization_id, subject=subject, kind=kind)
    for name, value in content.items():
        # A quote within a text stands there escaped, so no text can pass for a part.
        rows = rows.filter(content__contains=canonical({name: value})[1:-1])
    return rows.order_by("-number").first()


def found_entries(
    *, kind: str = "", subject: str = "", since: date | None, until: date | None, words: str = ""
) -> QuerySet[ArchiveEntry]:
    """Newest first. Days are those of who looks."""
    rows = ArchiveEntry.objects.order_by("-number")
    if kind:
        rows = rows.filter(kind=kind)
    if subject:
        rows = rows.filter(subject=subject)
    if since:
        rows = rows.filter(at__gte=start_of(since))
    if until:
        rows = rows.filter(at__lt=start_of(until + timedelta(days=1)))
    if words:
        rows = rows.filter(content__icontains=words)
    return rows


def start_of(day: date) -> datetime:
    """Midnight where the person is."""
    return timezone.make_aware(datetime.combine(day, time.min))
