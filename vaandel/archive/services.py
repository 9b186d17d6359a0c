"""Adding to the archive, checking it, and letting contents go after their time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from vaandel.archive.chain import canonical, digest_of, sha256
from vaandel.archive.models import ArchiveChain, ArchiveEntry
from vaandel.archive.queries import Verification, verify
from vaandel.organizations.audit import record
from vaandel.organizations.models import Member, Organization
from vaandel.organizations.rounds import in_each
from vaandel.organizations.tenancy import every_tenant, tenant_scope

AT_A_TIME: Final = 500


@transaction.atomic
def append(
    *,
    organization: Organization | int,
    kind: str,
    subject: str,
    content: Mapping[str, object],
    keep_until: date,
    at: datetime,
) -> ArchiveEntry:
    """Seal one fact at the end of the organisation's chain, inside the caller's transaction.

    Call it last: whoever else appends for this organisation waits until the transaction ends.
    ``content`` holds plain JSON only.
    """
    organization_id = organization if isinstance(organization, int) else organization.pk
    chain = _locked_chain(organization_id)
    text = canonical(content)
    sealed: dict[str, Any] = {
        "number": chain.length + 1,
        "at": at,
        "kind": kind,
        "subject": subject,
        "content_digest": sha256(text),
        "previous_digest": chain.digest,
        "keep_until": keep_until,
    }
    entry = ArchiveEntry.objects.create(
        organization_id=organization_id,
        content=text,
        digest=digest_of(**sealed),
        **sealed,
    )
    ArchiveChain.objects.filter(pk=chain.pk).update(length=entry.number, digest=entry.digest)
    return entry


def _locked_chain(organization_id: int) -> ArchiveChain:
    rows = ArchiveChain.objects.select_for_update().filter(organization=organization_id)
    chain = rows.first()
    if chain is None:
        # Of two first entries at once one makes the row; both then wait for it.
        ArchiveChain.objects.get_or_create(organization_id=organization_id)
        chain = rows.get()
    return chain


def keep_for(years: int, *, at: datetime) -> date:
    """The last day on which something of this moment has to be there."""
    day = at.date()
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        # The 29th of February.
        return day.replace(year=day.year + years, day=28)


def named(member: Member) -> str:
    """Who it was, also when somebody else of that name comes: ``Alice Editor (#12)``."""
    return f"{member.user.display_name} (#{member.pk})"


def check(organization: Organization, *, at: datetime) -> Verification:
    """Verify the whole chain and remember what was found, for the page of the archive."""
    found = verify(organization)
    ArchiveChain.objects.filter(organization=organization).update(
        checked_at=at, checked_length=found.entries, broken_at=found.first_broken
    )
    return found


def check_all() -> int:
    """Verify every organisation's chain; how many are broken. For the clock."""
    now = timezone.now()
    with every_tenant():
        chains = ArchiveChain.objects.select_related("organization").order_by("pk")
        organizations = [chain.organization for chain in chains]
        return in_each(organizations, lambda each: int(not check(each, at=now).ok))


def forget_old(*, at: datetime) -> int:
    """Empty what has been kept long enough; how many. The digests stay, and so does the chain."""
    emptied = 0
    with every_tenant():
        over = ArchiveEntry.objects.filter(keep_until__lt=at.date()).exclude(content="")
        while ids := list(over.order_by("pk").values_list("pk", flat=True)[:AT_A_TIME]):
            emptied += ArchiveEntry.objects.filter(pk__in=ids).update(content="")
    return emptied


def note_look(*, by: Member, action: str, detail: Mapping[str, object], at: datetime) -> None:
    """Who opens the archive sees what people shared, so that stands in the log."""
    record(by=by, action=f"archive.{action}", detail=dict(detail), at=at)


def release(organization: Organization, *, at: datetime) -> None:
    """Let the archive go together with its organisation, which is deleted next."""
    with tenant_scope(organization):
        ArchiveChain.objects.filter(organization=organization).update(released_at=at)
