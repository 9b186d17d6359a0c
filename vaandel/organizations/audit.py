"""One line in the audit log. Call it inside the transaction of the change it speaks of."""

from __future__ import annotations

from datetime import datetime

from vaandel.organizations.models import AuditEntry, Member


def record(
    *,
    by: Member | None,
    action: str,
    at: datetime,
    subject: str = "",
    organization_id: int = 0,
    detail: dict[str, object] | None = None,
) -> AuditEntry:
    """``action`` is ``room.verb`` ("post.published"); ``subject`` is ``kind:id`` ("post:12")."""
    owner = by.organization_id if by is not None else organization_id
    return AuditEntry.objects.create(
        organization_id=owner, by=by, action=action, subject=subject, detail=detail or {}, at=at
    )
