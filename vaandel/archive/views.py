"""The archive as people see it.

The owner and who approves read everything. The works council sees what is kept, of which kind
and whether the chain is whole, and not who shared what.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from vaandel.archive.access import entry_for
from vaandel.archive.exports import Period, zipped
from vaandel.archive.forms import FindForm
from vaandel.archive.models import ArchiveEntry, Kind
from vaandel.archive.queries import chain_of, found_entries, start_of
from vaandel.archive.services import check, note_look
from vaandel.archive.words import Field, fields_of
from vaandel.organizations.decorators import MemberRequest, role_required
from vaandel.organizations.models import Role

PER_PAGE: Final = 25
LOOKING: Final = (Role.OWNER, Role.APPROVER, Role.WORKS_COUNCIL)
READING: Final = (Role.OWNER, Role.APPROVER)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list. ``about`` is "" for who may not read it."""

    entry: ArchiveEntry
    kind: str
    about: str


@require_safe
@role_required(*LOOKING)
def entries(request: MemberRequest) -> HttpResponse:
    may_read = request.member.can_approve
    form = FindForm(request.GET, may_read=may_read)
    chosen = form.chosen()
    page = Paginator(found_entries(**chosen), PER_PAGE).get_page(request.GET.get("page"))
    detail = {name: str(value) for name, value in chosen.items() if value}
    note_look(by=request.member, action="opened", detail=detail, at=timezone.now())
    context = {
        "form": form,
        "page": page,
        "rows": [Row(entry, kind_text(entry), title_of(entry, may_read)) for entry in page],
        "chain": chain_of(request.member.organization),
        "may_read": may_read,
        "is_filtered": bool(detail),
        "subject": chosen.get("subject", ""),
    }
    return render(request, "archive/list.html", context)


def kind_text(entry: ArchiveEntry) -> str:
    known = dict(Kind.choices)
    return str(known.get(entry.kind, entry.kind))


def title_of(entry: ArchiveEntry, may_read: bool) -> str:  # noqa: FBT001  # who looks
    if not may_read or not entry.content:
        return ""
    content = json.loads(entry.content)
    return str(content.get("title") or content.get("name", ""))


@require_safe
@role_required(*READING)
def entry(request: MemberRequest, number: int) -> HttpResponse:
    found = entry_for(request.member, number)
    note_look(by=request.member, action="read", detail={"name": f"#{number}"}, at=timezone.now())
    fields: list[Field] = fields_of(json.loads(found.content)) if found.content else []
    context = {"entry": found, "kind": kind_text(found), "fields": fields}
    return render(request, "archive/entry.html", context)


@require_POST
@role_required(*READING)
def check_now(request: MemberRequest) -> HttpResponse:
    """Go along the whole chain. Twice is harmless."""
    organization = request.member.organization
    found = check(organization, at=timezone.now())
    if found.ok:
        messages.success(request, _("Checked: the chain is unbroken."))
    else:
        messages.error(
            request,
            _("The chain is broken at entry %(number)s. Restore it from a backup, and ask why.")
            % {"number": found.first_broken},
        )
    return redirect("archive:list", organization.slug)


@require_POST
@role_required(*READING)
def export(request: MemberRequest) -> StreamingHttpResponse:
    """A ZIP of the period that was chosen. Made by a press, because it stands in the log."""
    form = FindForm(request.POST, may_read=True)
    chosen, now = form.chosen(), timezone.now()
    since, until = chosen["since"], chosen["until"]
    period = Period(
        start_of(since) if since else None,
        start_of(until + timedelta(days=1)) if until else None,
    )
    detail = {"since": str(since or ""), "until": str(until or "")}
    note_look(by=request.member, action="exported", detail=detail, at=now)
    organization = request.member.organization
    response = StreamingHttpResponse(
        zipped(organization, period, at=now), content_type="application/zip"
    )
    name = f"archive-{organization.slug}-{now:%Y-%m-%d}.zip"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response
